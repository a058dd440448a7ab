import { Failure } from '../failure/failure.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Amount, Delivered, ImageFacts, Note, Planned, Progress } from '../outcome/outcome.ts'
import type { Repository } from '../registry/repository.ts'
import { carryOut, type CopyOptions } from './copy.ts'
import { amountOf, makePlan, type Job, type Plan, type PlanOptions } from './plan.ts'
import { requirePlatforms } from './platforms.ts'
import { bringCompanions, type ReferrersChoice } from './referrers.ts'
import { prepareMove } from './tag-move.ts'
import { checkAccess, verifyHead, verifyWhole } from './verify.ts'

export interface DeliverOptions extends PlanOptions {
  /** Where the target serves the image, for people. */
  readonly address: string
  /** What becomes of signatures and the like; `auto` unless told. */
  readonly referrers?: ReferrersChoice
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
 * turns out to lack some of what it should have is mended, once.
 * @throws Failure
 */
export async function deliver(job: Job, options: DeliverOptions): Promise<Delivered | Planned> {
  const started = options.now()
  const plan = await makePlan(job, options)
  if (options.dryRun) return planned(job, plan, options)

  const course: Course = { sent: { blobs: 0, bytes: 0 }, notes: [] }
  const { upToDate, digest, facts, notes, leaveOut } = await bringWhole(job, plan, course, options)
  if (options.proof && upToDate && options.platforms && !leaveOut) {
    // One that was up to date as a whole was not looked into.
    const origin = { source: job.target, image: job.image, limits: options.limits }
    await requirePlatforms(origin, await job.target.manifest(digest), options.platforms)
  }
  return {
    status: upToDate ? 'unchanged' : 'copied',
    image: job.image,
    address: options.address,
    digest,
    ...(facts && { facts }),
    sent: course.sent,
    milliseconds: options.now() - started,
    verified: options.proof ? 'everything' : 'tag',
    access: options.stranger ? await checkAccess(options.stranger, job.tag ?? digest, digest) : 'unchecked',
    notes: [...notes, ...course.notes],
  }
}

/** What happens while an image is brought. */
interface Course {
  readonly sent: { blobs: number; bytes: number }
  readonly notes: Note[]
}

/** What a registry refuses as incomplete, or cannot show, is looked for piece by piece and brought again. */
async function bringWhole(job: Job, plan: Plan, course: Course, options: DeliverOptions): Promise<Plan> {
  try {
    return await bring(job, plan, course, options)
  } catch (error) {
    const isUnproved = options.proof && Failure.is(error, 'not-verified')
    if (!isUnproved && !Failure.is(error, 'manifest-incomplete')) throw error
    options.holdings.forget(job.target)
    return bring(job, await makePlan(job, { ...options, thorough: true }), course, options)
  }
}

/** Gives the plan back with what is known of the image once it is there. */
async function bring(job: Job, plan: Plan, course: Course, options: DeliverOptions): Promise<Plan> {
  const calls = callbacks(job, plan, course, options)
  if (!plan.upToDate) await carryOut(job, plan, calls)
  else course.notes.push(...(await bringCompanions(job, plan, { ...options, onSent: calls.onSent })))
  const facts = await prove(job, plan, options)
  return { ...plan, ...(facts && { facts }) }
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

function callbacks(job: Job, plan: Plan, { sent, notes }: Course, options: DeliverOptions): CopyOptions {
  const { address, now, onProgress } = options
  const onSent = ({ size }: Descriptor) => {
    sent.blobs += 1
    sent.bytes += size
  }
  return {
    ...options,
    onSent,
    // What was signed must never be seen unsigned.
    beforeTag: async () => {
      notes.push(...(await bringCompanions(job, plan, { ...options, onSent })))
      // Where the tag is set once more, because the first time was in vain, what it led to has been kept.
      const isKept = notes.some(({ kind }) => kind === 'tag-backed-up')
      notes.push(...(await prepareMove(job, plan.digest, isKept ? { ...options, backupTags: false } : options, now)))
    },
    onProgress: (done, total) => onProgress?.({ image: job.image, address, stage: 'copying', done, total }),
  }
}

async function prove(job: Job, plan: Plan, options: DeliverOptions): Promise<ImageFacts | undefined> {
  const { digest, upToDate, leaveOut } = plan
  const { address, onProgress, proof } = options
  const key = job.tag ?? digest
  if (!proof) {
    // The plan has just seen the tag lead there: asking again would prove nothing more.
    if (!upToDate) await verifyHead(job.target, key, digest)
    return undefined
  }
  onProgress?.({ image: job.image, address, stage: 'verifying', done: NOTHING, total: NOTHING })
  return verifyWhole(job.target, key, digest, { ...options, leaveOut })
}
