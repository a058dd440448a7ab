import { Failure } from '../failure/failure.ts'
import { isDigest, type Digest } from '../oci/digest.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'
import { isIndexType } from '../oci/media-types.ts'
import type { Amount, ImageFacts, Note } from '../outcome/outcome.ts'
import type { Repository } from '../registry/repository.ts'
import { factsOf } from './facts.ts'
import { formImage, isAsAsked, keepsDigest, type FormedImage, type FormOptions } from './form.ts'
import type { Holdings } from './holdings.ts'
import type { Schedule } from './schedule.ts'
import type { Source } from './source-share.ts'
import { requireMovable, type TagMoveOptions } from './tag-move.ts'
import { TargetManifests } from './target-manifests.ts'
import { readTree, treeSize, type ImageTree, type LeaveOut, type TreeChoices } from './tree.ts'

/** From so many manifests on it pays to ask first whether the target has any image at all. */
const MANY_MANIFESTS = 3

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

export interface PlanOptions extends FormOptions, TagMoveOptions, TreeChoices {
  readonly schedule: Schedule
  readonly holdings: Holdings
  /** Look for everything, even below manifests that the target has: for mending a mirror that lost some. */
  readonly thorough?: boolean
  /** Plan only: the target is asked for every blob, so that the plan says what would be sent. */
  readonly dryRun?: boolean
  /** Most bytes that an image may have. */
  readonly maxSize?: number
}

/** What must move so that the target has the image. */
export interface Plan {
  readonly digest: Digest
  /** The target's tag leads to it already: nothing is to be done. */
  readonly upToDate: boolean
  /** The target does not have it under any tag; where it is mended, it is taken not to have it. */
  readonly isNew: boolean
  /** Manifests to put, by distance from the root; the root, with the tag, is last to be put. */
  readonly levels: readonly (readonly Manifest[])[]
  /** What the target may lack; only after a dry run, or a thorough plan, is it known to. */
  readonly blobs: readonly Descriptor[]
  /** What is not to be looked for at the target either. */
  readonly leaveOut?: LeaveOut
  /** What is known of the image; absent where it was not read, or not whole. */
  readonly facts?: ImageFacts
  readonly notes: readonly Note[]
}

/**
 * Finds out what must move. A tag that is up to date costs a HEAD on each side. The target is asked for each manifest
 * by digest, unless it has no image at all: one that is there has all below it, by the rule that children are put
 * first.
 * @throws Failure `image-unknown`, `platform-missing`, `tag-protected`, `image-too-large`, and those of the repositories
 */
export async function makePlan(job: Job, options: PlanOptions): Promise<Plan> {
  const there = new TargetManifests(job.target, options.schedule)
  const { present, wanted } = await compare(job, there, options)
  const isSame = wanted !== undefined && wanted === present?.digest
  if (isSame && !options.thorough && isAsAsked(options)) return upToDate(wanted)

  // Known already where the digest stays: a refusal then costs no more than that.
  if (wanted !== undefined && keepsDigest(options)) requireMovable(job, present, wanted, options)
  const origin = { ...job, limits: options.limits }
  const image = await formImage(origin, await readRoot(job, wanted, there, options), present, options)
  const { digest } = image.root.descriptor
  const isTagged = !options.thorough && present?.digest === digest
  if (isTagged && !image.leaveOut) return upToDate(digest, image.notes)
  requireMovable(job, present, digest, options)
  if (present === undefined && mayBeFirst(job, image.root, there, options)) await there.askForAny(options.holdings)
  return planTree(job, image, isTagged, there, options)
}

interface Comparison {
  /** What the target has under the tag; without a tag, whether it has the digest. */
  readonly present?: Descriptor | undefined
  /** What the source has; undefined where the manifest has to be read anyway, which says it, too. */
  readonly wanted?: Digest
}

/**
 * The target first: what it lacks is read at once, without a HEAD before the GET; so is what only the source can have,
 * since it gets a digest of its own.
 */
async function compare({ source, key, tag }: Job, there: TargetManifests, options: PlanOptions): Promise<Comparison> {
  if (tag === undefined) {
    const wanted = await digestAt(source, key)
    return { wanted, present: await there.head(wanted) }
  }
  const present = await there.head(tag)
  const isRead = present === undefined || !(isAsAsked(options) || keepsDigest(options))
  return { present, ...((isDigest(key) || !isRead) && { wanted: await digestAt(source, key) }) }
}

/**
 * The digest that a tag leads to, or the digest itself. Only a GET settles that there is none: some registries know no
 * HEAD.
 * @throws Failure `image-unknown`
 */
export async function digestAt(source: Source, key: string): Promise<Digest> {
  if (isDigest(key)) return key
  return (await source.head(key))?.digest ?? (await source.manifest(key)).descriptor.digest
}

function upToDate(digest: Digest, notes: readonly Note[] = []): Plan {
  return { digest, upToDate: true, isNew: false, levels: [], blobs: [], notes }
}

/** An image that keeps its digest may be at the target already, under another tag; any other is of its own making. */
function readRoot(
  { source, key }: Job,
  wanted: Digest | undefined,
  there: TargetManifests,
  options: PlanOptions,
): Promise<Manifest> {
  if (wanted === undefined) return source.manifest(key)
  return (keepsDigest(options) ? there.nearer(source) : source).manifest(wanted)
}

/** Whether this may be the first image of the target, and it pays to know. */
function mayBeFirst({ tag }: Job, root: Manifest, there: TargetManifests, { thorough }: PlanOptions): boolean {
  const manifests = new Set(root.children.map(({ digest }) => digest))
  return tag !== undefined && !thorough && !there.showed(root.descriptor.digest) && manifests.size >= MANY_MANIFESTS
}

/** @param isTagged whether the target's tag leads to the image already, though not all of it may be there */
async function planTree(
  job: Job,
  image: FormedImage,
  isTagged: boolean,
  there: TargetManifests,
  options: PlanOptions,
): Promise<Plan> {
  const { root, known, leaveOut } = image
  const source = there.nearer(job.source)
  // A manifest that is there may have been put there without its foreign layers.
  const looksBelow = options.thorough === true || options.foreignLayers === true
  const isThere = async (manifest: Descriptor) => !looksBelow && (await there.has(manifest.digest))
  const rootIsThere = isTagged || (await isThere(root.descriptor))
  // A sparse index may be there without what is wanted of it.
  const isWhole = async (child: Descriptor) => !(leaveOut && isIndexType(child.mediaType)) && isThere(child)
  const tree =
    rootIsThere && !leaveOut
      ? treeOf(root)
      : await readTree(source, root, { ...options, prune: isWhole, known, leaveOut })
  limitSize(tree, job, options)

  const levels = levelsToPut(tree, there)
  const blobs = await blobsToBring(job.target, tree.blobs, options)
  const isLed = isTagged || job.tag === undefined
  const foreign: Note[] = tree.foreign.length > 0 ? [{ kind: 'foreign-layers', count: tree.foreign.length }] : []
  return {
    digest: root.descriptor.digest,
    upToDate: rootIsThere && isLed && levels.flat().length === 1 && blobs.length === 0,
    isNew: !rootIsThere,
    levels,
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

/** The root is put in any case, for its tag; what was read from the target is there. */
function levelsToPut({ root, levels }: ImageTree, there: TargetManifests): Manifest[][] {
  const isToPut = (manifest: Manifest) => manifest === root || !there.showed(manifest.descriptor.digest)
  return levels.map((level) => level.filter(isToPut))
}

/** To put a blob is to ask for it: only who wants to know without putting any, or trusts no link, asks before. */
async function blobsToBring(
  target: Repository,
  blobs: readonly Descriptor[],
  { schedule, holdings, thorough, dryRun }: PlanOptions,
): Promise<readonly Descriptor[]> {
  const unseen = blobs.filter((blob) => !holdings.has(target, blob))
  if (!thorough && !dryRun) return unseen
  const present = await Promise.all(unseen.map((blob) => schedule.request(() => target.hasBlob(blob))))
  return unseen.filter((_, index) => !present[index])
}

/** How much a plan brings. */
export function amountOf(plan: Plan): Amount {
  return { blobs: plan.blobs.length, bytes: plan.blobs.reduce((sum, { size }) => sum + size, 0) }
}
