import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import { isArtifact, toDockerList, toDockerManifest } from '../oci/docker-types.ts'
import { editIndex, isAttestation } from '../oci/index-entries.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'
import { isIndexType } from '../oci/media-types.ts'
import type { Source } from './source-share.ts'
import { readTree, type LeaveOut, type TreeLimits } from './tree.ts'

/** An image of which some manifests need not be, or cannot be, read where its blobs are. */
export interface KnownImage {
  readonly root: Manifest
  readonly known: ReadonlyMap<Digest, Manifest>
}

/** Where an image is read, its name for messages, and how much of it is read at most. */
export interface Origin {
  readonly source: Source
  readonly image: string
  readonly limits?: Partial<TreeLimits> | undefined
}

/** An image as its source has it. */
export function asItIs(root: Manifest): KnownImage {
  return { root, known: new Map() }
}

/** The indexes of an image, those above before those below; none for a single image. */
export async function readIndexes(
  { source, limits }: Origin,
  { root, known }: KnownImage,
): Promise<readonly Manifest[]> {
  const tree = await readTree(source, root, { limits, known, prune: (child) => Promise.resolve(!isIndex(child)) })
  return tree.levels.flat().filter(isIndexManifest)
}

/**
 * The image without the entries of its indexes that `isWanted` does not want, and without indexes that are empty then.
 * Only indexes are read.
 */
export async function withEntries(
  origin: Origin,
  image: KnownImage,
  isWanted: (child: Descriptor) => boolean,
): Promise<KnownImage> {
  const became = new Map<Digest, Manifest>()
  const become = (child: Descriptor): Descriptor | undefined => {
    const now = became.get(child.digest)
    if (!isWanted(child) || now?.children.length === 0) return undefined
    return now?.descriptor ?? child
  }
  for (const index of (await readIndexes(origin, image)).toReversed()) {
    const edited = editIndex(index, become, origin.image)
    if (edited !== index) became.set(index.descriptor.digest, edited)
  }
  return withNew(image, became)
}

/**
 * The image without what describes its entries.
 * @throws Failure `only-attestations` where nothing is left
 */
export function withoutAttestations(origin: Origin, image: KnownImage): Promise<KnownImage> {
  return dropEntries(origin, image, isAttestation)
}

/**
 * The image in Docker's media types. They have none for attestations and other artifacts beside images: these are left
 * out.
 * @throws Failure `not-expressible`, `only-attestations` where nothing is left
 */
export async function inDockerTypes(origin: Origin, image: KnownImage): Promise<KnownImage> {
  const { source, image: name, limits } = origin
  const { root, known } = image
  const became = new Map<Digest, Manifest>()
  const become = (child: Descriptor): Descriptor => became.get(child.digest)?.descriptor ?? child
  for (const manifest of (await readTree(source, root, { limits, known })).levels.flat().toReversed()) {
    const now = isIndexManifest(manifest) ? toDockerList(manifest, become, name) : toDockerManifest(manifest, name)
    became.set(manifest.descriptor.digest, now)
  }
  return withNew(image, became)
}

/** The image without what Docker's media types have no words for, images themselves apart. */
export function withoutArtifacts(origin: Origin, image: KnownImage): Promise<KnownImage> {
  return dropEntries(origin, image, (child) => isAttestation(child) || isArtifact(child))
}

async function dropEntries(origin: Origin, image: KnownImage, isDropped: LeaveOut): Promise<KnownImage> {
  const rest = await withEntries(origin, image, (child) => !isDropped(child))
  if (rest.root.children.length === 0 && image.root.children.length > 0) {
    throw new Failure('only-attestations', { image: origin.image })
  }
  return rest
}

function withNew({ root, known }: KnownImage, became: ReadonlyMap<Digest, Manifest>): KnownImage {
  const made = [...became.values()].map((manifest) => [manifest.descriptor.digest, manifest] as const)
  return { root: became.get(root.descriptor.digest) ?? root, known: new Map([...known, ...made]) }
}

function isIndex({ mediaType }: Descriptor): boolean {
  return isIndexType(mediaType)
}

function isIndexManifest({ kind }: Manifest): boolean {
  return kind === 'index'
}
