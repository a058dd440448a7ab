import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'
import { isIndexType } from '../oci/media-types.ts'
import type { Amount, ImageFacts, Note } from '../outcome/outcome.ts'
import type { Repository } from '../registry/repository.ts'
import { factsOf } from './facts.ts'
import { formImage, isAsAsked, type FormedImage, type FormOptions } from './form.ts'
import type { Holdings } from './holdings.ts'
import type { Source } from './source-share.ts'
import { readTree, treeSize, type ImageTree, type LeaveOut } from './tree.ts'

/** Runs a task when it is its turn: the run's limit on what happens at once. */
export type Limit = <Result>(task: () => Promise<Result>) => Promise<Result>

/** One image on its way from one repository to another. */
export interface Job {
  /** The image as the caller named it, for people. */
  readonly image: string
  readonly source: Source
  /** Tag or digest at the source. */
  readonly key: string
  readonly target: Repository
  /** The tag to set at the target; without one the image is there by digest alone. */
  readonly tag?: string
  /** The registry that the target is on; absent for a directory. */
  readonly registry?: string
  /** Names of repositories that may have the source's blobs, such as the source itself. */
  readonly mountFrom?: readonly string[]
}

export interface PlanOptions extends FormOptions {
  readonly limit: Limit
  readonly holdings: Holdings
  /** Look for every blob, even below manifests that the target has: for mending a mirror that lost some. */
  readonly thorough?: boolean
  /** Most bytes that an image may have. */
  readonly maxSize?: number
}

/** What must move so that the target has the image. */
export interface Plan {
  readonly digest: Digest
  /** The target's tag leads to it already: nothing is to be done. */
  readonly upToDate: boolean
  /** Manifests to put, by distance from the root; the root, with the tag, is last to be put. */
  readonly levels: readonly (readonly Manifest[])[]
  readonly blobs: readonly Descriptor[]
  /** What is not to be looked for at the target either. */
  readonly leaveOut?: LeaveOut
  /** What is known of the image; absent where it was not read, or not whole. */
  readonly facts?: ImageFacts
  readonly notes: readonly Note[]
}

/**
 * Finds out what must move. An image that is up to date costs a HEAD on each side. The target is asked for each
 * manifest by digest: one that is there has all below it, by the rule that children are put first.
 * @throws Failure `image-unknown`, `platform-missing`, `image-too-large`, and those of the repositories
 */
export async function makePlan(job: Job, options: PlanOptions): Promise<Plan> {
  const { source, target, key, tag } = job
  const [wanted, present] = await Promise.all([source.head(key), tag === undefined ? undefined : target.head(tag)])
  const original = wanted?.digest ?? (await source.manifest(key)).descriptor.digest
  const isSame = tag === undefined ? await hasManifest(target, original) : present?.digest === original
  if (isSame && !options.thorough && isAsAsked(options)) return upToDate(original)

  const image = await formImage(job, await source.manifest(original), present, options)
  const { digest } = image.root.descriptor
  const isThere = !options.thorough && present?.digest === digest
  if (isThere && !image.leaveOut) return upToDate(digest, image.notes)
  return planTree(job, image, isThere, options)
}

function upToDate(digest: Digest, notes: readonly Note[] = []): Plan {
  return { digest, upToDate: true, levels: [], blobs: [], notes }
}

async function hasManifest(target: Repository, digest: Digest): Promise<boolean> {
  return (await target.head(digest)) !== undefined
}

/** @param isTagged whether the target's tag leads to the image already, though not all of it may be there */
async function planTree(job: Job, image: FormedImage, isTagged: boolean, options: PlanOptions): Promise<Plan> {
  const { source, target, tag } = job
  const { root, known, leaveOut } = image
  const isThere = async (child: Descriptor) => !options.thorough && (await hasManifest(target, child.digest))
  const rootIsThere = isTagged || (await isThere(root.descriptor))
  // A sparse index may be there without what is wanted of it.
  const isWhole = async (child: Descriptor) => !(leaveOut && isIndexType(child.mediaType)) && isThere(child)
  const tree =
    rootIsThere && !leaveOut ? treeOf(root) : await readTree(source, root, { prune: isWhole, known, leaveOut })
  limitSize(tree, job, options)

  const blobs = await missingBlobs(target, tree.blobs, options)
  const foreign: Note[] = tree.foreign.length > 0 ? [{ kind: 'foreign-layers', count: tree.foreign.length }] : []
  return {
    digest: root.descriptor.digest,
    upToDate: rootIsThere && (isTagged || tag === undefined) && tree.levels.length === 1 && blobs.length === 0,
    levels: tree.levels,
    blobs,
    ...(leaveOut && { leaveOut }),
    ...(tree.complete && { facts: await factsOf(source, tree) }),
    notes: [...image.notes, ...foreign],
  }
}

function limitSize(tree: ImageTree, { image }: Job, { maxSize }: PlanOptions): void {
  const size = treeSize(tree)
  if (maxSize !== undefined && size > maxSize) throw new Failure('image-too-large', { image, size, limit: maxSize })
}

/** The root alone: all below it is there. */
function treeOf(root: Manifest): ImageTree {
  return { root, levels: [[root]], blobs: [], foreign: [], complete: false }
}

async function missingBlobs(
  target: Repository,
  blobs: readonly Descriptor[],
  { limit, holdings }: PlanOptions,
): Promise<readonly Descriptor[]> {
  const isThere = (blob: Descriptor) => holdings.has(target, blob) || target.hasBlob(blob)
  const present = await Promise.all(blobs.map((blob) => limit(async () => isThere(blob))))
  return blobs.filter((_, index) => !present[index])
}

/** How much a plan sends. */
export function amountOf(plan: Plan): Amount {
  return { blobs: plan.blobs.length, bytes: plan.blobs.reduce((sum, { size }) => sum + size, 0) }
}
