import type { Descriptor, Manifest } from '../oci/manifest.ts'
import type { Amount } from '../outcome/outcome.ts'
import type { ByteStream } from '../registry/repository.ts'
import type { Holdings } from './holdings.ts'
import { amountOf, type Job, type Plan } from './plan.ts'
import type { Schedule } from './schedule.ts'

export interface CopyOptions {
  readonly schedule: Schedule
  readonly holdings: Holdings
  /** Told of each blob that was sent; one that turned out to be there, or was linked, was not. */
  readonly onSent: (blob: Descriptor) => void
  /** Ask for what a registry says to have already: to link a blob to itself is to say nothing of its size. */
  readonly proof?: boolean
  /** Done when all else is there, right before the tag is set. */
  readonly beforeTag?: () => Promise<void>
  /** Called as blobs and their bytes arrive. */
  readonly onProgress?: (done: Amount, total: Amount) => void
}

/**
 * Carries a plan out: all blobs, then manifests from the leaves up, and last the root with its tag. Whatever breaks
 * before that leaves the target's tag as it was.
 * @throws Failure `manifest-incomplete` where the target lacks what was believed to be there
 */
export async function carryOut(job: Job, plan: Plan, options: CopyOptions): Promise<void> {
  const { schedule, holdings } = options
  await bringBlobs(job, plan, options)

  holdings.begin(job.target)
  const [root = [], ...below] = plan.levels
  for (const level of below.toReversed()) {
    await allOf(level.map((manifest) => schedule.request(() => putOnce(job, manifest, holdings))))
  }

  for (const manifest of root) {
    await options.beforeTag?.()
    await schedule.request(() => job.target.putManifest(manifest, job.tag))
  }
}

/**
 * Tags of one image have their manifests in common, and distribution 2 empties a manifest's file while it writes it
 * again: an index that lists it is refused at that moment.
 */
async function putOnce({ target }: Job, manifest: Manifest, holdings: Holdings): Promise<void> {
  await holdings.bringManifest(target, manifest.descriptor, () => target.putManifest(manifest))
}

/** Waits for all, also when one has failed: nothing is left under way behind the caller's back. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work)
  await Promise.all(work)
}

/** Once one has failed the image cannot be completed: what has not begun then does not begin. */
async function bringBlobs(job: Job, plan: Plan, options: CopyOptions): Promise<void> {
  const progress = trackProgress(amountOf(plan), options.onProgress)
  const broken = new AbortController()
  const bringOne = async (blob: Descriptor) => {
    try {
      await bringBlob(job, blob, progress, options)
    } catch (error) {
      broken.abort(error)
      throw error
    }
  }
  const { schedule } = options
  await allOf(plan.blobs.map((blob) => schedule.transfer(blob.size, () => bringOne(blob), broken.signal)))
}

async function bringBlob(job: Job, blob: Descriptor, progress: Tracker, options: CopyOptions): Promise<void> {
  const { source, target } = job
  const open = (offset: number) => progress.counted(blob, source.blob(blob, offset), offset)
  const way = {
    mountFrom: mountable(job, blob, options.holdings),
    prepare: async () => source.prepare?.(blob),
  }
  const put = async () => {
    const arrival = await target.putBlob(blob, open, way)
    const isDoubtful = options.proof && arrival === 'present' && !(await target.hasBlob(blob))
    return isDoubtful ? target.putBlob(blob, open, way) : arrival
  }
  const arrival = await options.holdings.bring(target, blob, put)
  if (arrival === 'sent') options.onSent(blob)
  progress.finished(blob)
}

/** Paths of repositories of the same registry that have a blob, or may have it. */
function mountable({ registry, target, mountFrom = [] }: Job, blob: Descriptor, holdings: Holdings): string[] {
  if (registry === undefined) return []
  const holder = holdings.holderOf(registry, blob.digest)
  const names = [...(holder === undefined ? [] : [holder]), ...mountFrom].filter((name) => name !== target.name)
  const within = `${registry}/`
  return names.filter((name) => name.startsWith(within)).map((name) => name.slice(within.length))
}

type Tracker = ReturnType<typeof trackProgress>

/** Counts what has passed; a blob that is sent anew counts from where it begins again. */
function trackProgress(total: Amount, report: CopyOptions['onProgress']) {
  const passed = new Map<Descriptor, number>()
  let blobs = 0
  const tell = () => report?.({ blobs, bytes: [...passed.values()].reduce((sum, bytes) => sum + bytes, 0) }, total)
  async function* counted(blob: Descriptor, stream: ByteStream, offset: number): ByteStream {
    let bytes = offset
    for await (const chunk of stream) {
      bytes += chunk.byteLength
      passed.set(blob, bytes)
      tell()
      yield chunk
    }
  }
  return {
    counted,
    finished(blob: Descriptor) {
      passed.set(blob, blob.size)
      blobs += 1
      tell()
    },
  }
}
