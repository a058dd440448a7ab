import type { Descriptor, Manifest } from '../oci/manifest.ts'
import type { Amount } from '../outcome/outcome.ts'
import type { ByteStream } from '../registry/repository.ts'
import type { Holdings } from './holdings.ts'
import { amountOf, type Job, type Limit, type Plan } from './plan.ts'

export interface CopyOptions {
  readonly limit: Limit
  readonly holdings: Holdings
  /** Done when all else is there, right before the tag is set. */
  readonly beforeTag?: () => Promise<void>
  /** Called as blobs and their bytes arrive. */
  readonly onProgress?: (done: Amount, total: Amount) => void
}

/**
 * Carries a plan out: all blobs, then manifests from the leaves up, and last the root with its tag. Whatever breaks
 * before that leaves the target's tag as it was.
 * @returns what was sent; what turned out to be there, or was linked, does not count
 */
export async function carryOut(job: Job, plan: Plan, options: CopyOptions): Promise<Amount> {
  const { limit, onProgress } = options
  const sent = await sendBlobs(job, plan.blobs, options, trackProgress(amountOf(plan), onProgress))
  const [root = [], ...below] = plan.levels
  for (const level of below.toReversed()) {
    await Promise.all(level.map((manifest) => limit(() => putOnce(job, manifest, options))))
  }
  for (const manifest of root) {
    await options.beforeTag?.()
    await job.target.putManifest(manifest, job.tag)
  }
  return sent
}

/**
 * Tags of one image have their manifests in common, and distribution 2 empties a manifest's file while it writes it
 * again: an index that lists it is refused at that moment.
 */
async function putOnce({ target }: Job, manifest: Manifest, { holdings }: CopyOptions): Promise<void> {
  await holdings.bring(target, manifest.descriptor, async () => {
    await target.putManifest(manifest)
    return 'sent'
  })
}

async function sendBlobs(
  job: Job,
  blobs: readonly Descriptor[],
  { limit, holdings }: CopyOptions,
  progress: ReturnType<typeof trackProgress>,
): Promise<Amount> {
  let isBroken = false
  const sendOne = async (blob: Descriptor): Promise<number> => {
    // Once one has failed the image cannot be completed: what has not begun need not begin.
    if (isBroken) return 0
    const open = (offset: number) => progress.counted(blob, job.source.blob(blob, offset), offset)
    const put = async () => {
      const from = mountable(job, blob, holdings)
      if (from.length === 0) await job.source.prepare?.(blob)
      return job.target.putBlob(blob, open, from)
    }
    try {
      const arrival = await holdings.bring(job.target, blob, put)
      progress.finished(blob)
      return arrival === 'sent' ? 1 : 0
    } catch (error) {
      isBroken = true
      throw error
    }
  }
  const results = await Promise.allSettled(blobs.map((blob) => limit(() => sendOne(blob))))
  return results.reduce<Amount>(
    (sum, result, index) => {
      if (result.status === 'rejected') throw result.reason
      return { blobs: sum.blobs + result.value, bytes: sum.bytes + result.value * (blobs[index]?.size ?? 0) }
    },
    { blobs: 0, bytes: 0 },
  )
}

/** Paths of repositories of the same registry that have a blob, or may have it. */
function mountable({ registry, target, mountFrom = [] }: Job, blob: Descriptor, holdings: Holdings): string[] {
  const names = [...holdings.havingBlob(blob.digest), ...mountFrom].filter((name) => name !== target.name)
  const within = `${registry}/`
  return names.filter((name) => name.startsWith(within)).map((name) => name.slice(within.length))
}

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
