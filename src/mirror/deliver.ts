import { Failure } from '../failure/failure.ts'
import type { Amount, Delivered, ImageFacts, Planned, Progress } from '../outcome/outcome.ts'
import type { Repository } from '../registry/repository.ts'
import { carryOut } from './copy.ts'
import { amountOf, makePlan, type Job, type Plan, type PlanOptions } from './plan.ts'
import { requirePlatforms } from './platforms.ts'
import { checkAccess, verifyHead, verifyWhole } from './verify.ts'

export interface DeliverOptions extends PlanOptions {
  /** Where the target serves the image, for people. */
  readonly address: string
  /** Plan only. */
  readonly dryRun?: boolean
  /** Read everything back, not only the tag. */
  readonly proof?: boolean
  /** The target as a stranger sees it, where that is to be looked into. */
  readonly stranger?: Repository
  readonly onProgress?: (progress: Progress) => void
  readonly now: () => number
}

const NOTHING: Amount = { blobs: 0, bytes: 0 }

/**
 * Brings one image from one repository to another and proves that it is there: plan, copy, verify. A target that
 * has the manifests but lost some of what they list is mended, once.
 * @throws Failure
 */
export async function deliver(job: Job, options: DeliverOptions): Promise<Delivered | Planned> {
  const started = options.now()
  const plan = await makePlan(job, options)
  if (options.dryRun) return planned(job, plan, options)

  let { digest } = plan
  let sent = plan.upToDate ? NOTHING : await carry(job, plan, options)
  let facts: ImageFacts | undefined
  try {
    facts = await proveThere(job, plan, plan.upToDate, options)
  } catch (error) {
    if (!options.proof || !Failure.is(error, 'not-verified')) throw error
    options.holdings.forget(job.target)
    const repair = await makePlan(job, { ...options, thorough: true })
    sent = sum(sent, await carry(job, repair, options))
    digest = repair.digest
    facts = await proveThere(job, repair, false, options)
  }
  if (options.proof && plan.upToDate && options.platforms && !plan.leaveOut) {
    // One that was up to date as a whole was not looked into.
    await requirePlatforms(job.target, await job.target.manifest(digest), options.platforms, job.image)
  }
  const known = facts ?? plan.facts
  return {
    status: plan.upToDate && sent === NOTHING ? 'unchanged' : 'copied',
    image: job.image,
    address: options.address,
    digest,
    ...(known && { facts: known }),
    sent,
    milliseconds: options.now() - started,
    verified: options.proof ? 'everything' : 'tag',
    access: options.stranger ? await checkAccess(options.stranger, job.tag ?? digest, digest) : 'unchecked',
    notes: plan.notes,
  }
}

function planned(job: Job, plan: Plan, { address }: DeliverOptions): Planned {
  const { digest, facts, upToDate, notes } = plan
  return {
    status: 'planned',
    image: job.image,
    address,
    digest,
    ...(facts && { facts }),
    upToDate,
    toSend: amountOf(plan),
    notes,
  }
}

function carry(job: Job, plan: Plan, { address, limit, holdings, onProgress }: DeliverOptions): Promise<Amount> {
  return carryOut(job, plan, {
    limit,
    holdings,
    onProgress: (done, total) => onProgress?.({ image: job.image, address, stage: 'copying', done, total }),
  })
}

async function proveThere(
  job: Job,
  { digest, leaveOut }: Plan,
  isSeen: boolean,
  options: DeliverOptions,
): Promise<ImageFacts | undefined> {
  const { address, limit, onProgress, proof } = options
  const key = job.tag ?? digest
  if (!proof) {
    // The plan has just seen the tag lead there: asking again would prove nothing more.
    if (!isSeen) await verifyHead(job.target, key, digest)
    return undefined
  }
  onProgress?.({ image: job.image, address, stage: 'verifying', done: NOTHING, total: NOTHING })
  return verifyWhole(job.target, key, digest, limit, leaveOut)
}

function sum(one: Amount, other: Amount): Amount {
  return { blobs: one.blobs + other.blobs, bytes: one.bytes + other.bytes }
}
