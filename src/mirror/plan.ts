import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts'
import type { Amount, ImageFacts, Note } from '../outcome/outcome.ts'
import type { Repository } from '../registry/repository.ts'
import { factsOf } from './facts.ts'
import { choosePlatforms, platformsOf } from './platforms.ts'
import type { Holdings } from './holdings.ts'
import type { Source } from './source-share.ts'
import { requireMovable, type TagMoveOptions } from './tag-move.ts'
import { readTree, treeSize, type ImageTree, type TreeChoices } from './tree.ts'

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

export interface PlanOptions extends TagMoveOptions, TreeChoices {
  readonly limit: Limit
  readonly holdings: Holdings
  /** All platforms where undefined. */
  readonly platforms?: readonly Platform[]
  /** Platforms that the target's tag has already stay, so that no request takes another's away. */
  readonly keepPlatforms?: boolean
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
  /** What is known of the image; absent where it was not read, or not whole. */
  readonly facts?: ImageFacts
  readonly notes: readonly Note[]
}

/**
 * Finds out what must move. An image that is up to date costs a HEAD on each side. The target is asked for each
 * manifest by digest: one that is there has all below it, by the rule that children are put first.
 * @throws Failure `image-unknown`, `platform-missing`, `tag-protected`, `image-too-large`, and those of the repositories
 */
export async function makePlan(job: Job, options: PlanOptions): Promise<Plan> {
  const { source, target, key, tag } = job
  const [wanted, present] = await Promise.all([source.head(key), tag === undefined ? undefined : target.head(tag)])
  const original = wanted?.digest ?? (await source.manifest(key)).descriptor.digest
  const isSame = tag === undefined ? await hasManifest(target, original) : present?.digest === original
  if (isSame && !options.thorough && canStay(options)) return upToDate(original)
  // Known already where the image goes as it is: a refusal then costs no more than that.
  if (options.platforms === undefined && canStay(options)) requireMovable(job, present, original, options)

  const manifest = await source.manifest(original)
  const root = await selectPlatforms(job, manifest, present, options)
  const notes = notesOn(root, manifest)
  if (root.descriptor.digest === present?.digest && !options.thorough) return upToDate(root.descriptor.digest, notes)
  requireMovable(job, present, root.descriptor.digest, options)
  return planTree(job, root, options, notes)
}

/** A whole image in the place of the chosen platforms is right unless exactly those were asked for. */
function canStay({ platforms, keepPlatforms }: PlanOptions): boolean {
  return platforms === undefined || keepPlatforms === true
}

function upToDate(digest: Digest, notes: readonly Note[] = []): Plan {
  return { digest, upToDate: true, levels: [], blobs: [], notes }
}

async function hasManifest(target: Repository, digest: Digest): Promise<boolean> {
  return (await target.head(digest)) !== undefined
}

async function selectPlatforms(
  job: Job,
  manifest: Manifest,
  present: Descriptor | undefined,
  { platforms, keepPlatforms }: PlanOptions,
): Promise<Manifest> {
  if (platforms === undefined) return manifest
  if (manifest.kind === 'index') {
    const kept = keepPlatforms && present ? await platformsAt(job.target, present.digest) : []
    return choosePlatforms(manifest, platforms, job.image, kept)
  }
  const [own] = await platformsOf(job.source, manifest)
  const missing = platforms.find((platform) => own === undefined || !matchesPlatform(own, platform))
  if (missing === undefined) return manifest
  const available = own === undefined ? '' : formatPlatform(own)
  throw new Failure('platform-missing', { image: job.image, wanted: formatPlatform(missing), available })
}

/**
 * Makes sure that the image at the target has the platforms that were asked for: one that was up to date as a whole
 * was not looked into.
 * @throws Failure `platform-missing`
 */
export async function requirePlatforms(job: Job, digest: Digest, options: PlanOptions): Promise<void> {
  if (options.platforms === undefined) return
  await selectPlatforms({ ...job, source: job.target }, await job.target.manifest(digest), undefined, options)
}

async function platformsAt(repository: Source, digest: Digest): Promise<readonly Platform[]> {
  return platformsOf(repository, await repository.manifest(digest))
}

function notesOn(root: Manifest, original: Manifest): Note[] {
  const sourceDigest = original.descriptor.digest
  return root.descriptor.digest === sourceDigest ? [] : [{ kind: 'platforms-chosen', sourceDigest }]
}

async function planTree(job: Job, root: Manifest, options: PlanOptions, notes: readonly Note[]): Promise<Plan> {
  const { source, target, tag, image } = job
  const { maxSize } = options
  // A manifest that is there may have been put there without its foreign layers.
  const looksBelow = options.thorough === true || options.foreignLayers === true
  const isThere = (child: Descriptor) => (looksBelow ? Promise.resolve(false) : hasManifest(target, child.digest))
  const rootIsThere = await isThere(root.descriptor)
  const tree = rootIsThere ? treeOf(root) : await readTree(source, root, { ...options, prune: isThere })
  const size = treeSize(tree)
  if (maxSize !== undefined && size > maxSize) throw new Failure('image-too-large', { image, size, limit: maxSize })

  const blobs = await missingBlobs(target, tree.blobs, options)
  const foreign: Note[] = tree.foreign.length > 0 ? [{ kind: 'foreign-layers', count: tree.foreign.length }] : []
  return {
    digest: root.descriptor.digest,
    upToDate: rootIsThere && tag === undefined,
    levels: tree.levels,
    blobs,
    ...(tree.complete && { facts: await factsOf(source, tree) }),
    notes: [...notes, ...foreign],
  }
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
