import { Failure } from '../failure/failure.ts'
import type { MirrorRequest } from '../github/request.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import { formatReference, type ImageReference } from '../oci/reference.ts'
import { undelivered, type Outcome, type Progress } from '../outcome/outcome.ts'
import type { Mirror } from '../policy/mirror.ts'
import type { CopyImageOptions } from './copy-image.ts'
import { refusalOf, type AllowlistFile } from './judge-image.ts'
import type { ItemView } from '../report/request-view.ts'

/** Copies one image to one mirror. What goes wrong with it is an outcome. */
export type CopyImage = (reference: ImageReference, mirror: Mirror, options: CopyImageOptions) => Promise<Outcome>

/** One image at one mirror; or one that is answered without any registry being asked. */
export type Task = CopyTask | { readonly outcome: Outcome }

interface CopyTask {
  readonly reference: ImageReference
  readonly mirror: Mirror
  readonly platforms?: readonly Platform[]
}

/** Decides on every image of a request: what is to be copied where, and what is refused. Keeps the order. */
export function judgeRequest(request: MirrorRequest, file: AllowlistFile, mirrors: readonly Mirror[]): Task[] {
  const platforms = request.platforms && { platforms: request.platforms }
  return request.images.flatMap((image): Task[] => {
    if ('failure' in image) return [{ outcome: { status: 'failed', image: image.text, failure: image.failure } }]
    const refusal = refusalOf(image.reference, file)
    if (refusal !== undefined) return [{ outcome: refusal }]
    return mirrors.map((mirror) => ({ reference: image.reference, mirror, ...platforms }))
  })
}

/** What the comment shows before the work begins. */
export function queuedItems(tasks: readonly Task[]): ItemView[] {
  return tasks.map((task) =>
    'outcome' in task
      ? { state: 'ended', outcome: task.outcome }
      : { state: 'queued', image: formatReference(task.reference) },
  )
}

/**
 * Does all tasks at once; how many connections that makes is `copyImage`'s to limit.
 * @param onChange is given all items whenever one of them moves on
 */
export async function carryOut(
  tasks: readonly Task[],
  { copyImage, dryRun }: { copyImage: CopyImage; dryRun: boolean },
  onChange: (items: readonly ItemView[]) => void,
): Promise<Outcome[]> {
  const items = queuedItems(tasks)
  const move = (index: number, item: ItemView) => {
    items[index] = item
    onChange(items)
  }
  return Promise.all(
    tasks.map(async (task, index) => {
      if ('outcome' in task) return task.outcome
      const onProgress = (progress: Progress) => move(index, { state: 'running', progress })
      const outcome = await copyTask(task, copyImage, { dryRun, onProgress })
      move(index, { state: 'ended', outcome })
      return outcome
    }),
  )
}

/** Copies nothing twice: what was delivered once in this run is not asked for again. */
export function rememberDelivered(copyImage: CopyImage): CopyImage {
  const delivered = new Map<string, Outcome>()
  return async (reference, mirror, options) => {
    const platforms = options.platforms?.map(formatPlatform).toSorted().join(',') ?? ''
    const key = [formatReference(reference), mirror.text, platforms].join(' ')
    const known = delivered.get(key)
    if (known !== undefined) return known
    const outcome = await copyImage(reference, mirror, options)
    if (outcome.status === 'copied' || outcome.status === 'unchanged') delivered.set(key, outcome)
    return outcome
  }
}

/** A bug in one copy must not leave the others, and the person who asked, without an answer. */
async function copyTask(
  { reference, mirror, ...platforms }: CopyTask,
  copyImage: CopyImage,
  options: Omit<CopyImageOptions, 'platforms'>,
): Promise<Outcome> {
  try {
    return await copyImage(reference, mirror, { ...platforms, ...options })
  } catch (error) {
    return undelivered(formatReference(reference), Failure.from(error))
  }
}
