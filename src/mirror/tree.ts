import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import { isForeignLayer, type Descriptor, type Manifest } from '../oci/manifest.ts'
import { isManifestType } from '../oci/media-types.ts'
import type { Source } from './source-share.ts'

/** What is read of an image at most. */
export interface TreeLimits {
  /** How deep indexes may stand within indexes. */
  readonly depth: number
  /** Manifests and blobs together. */
  readonly parts: number
  /** Bytes of the manifests below the root, which are all held in memory. */
  readonly manifests: number
}

/** Nobody publishes indexes more than two deep; real images have dozens of parts and some hundred kilobytes of manifests. */
export const TREE_LIMITS: TreeLimits = { depth: 4, parts: 5_000, manifests: 32 * 1024 * 1024 }

/** Everything that belongs to an image, or that part of it which was not pruned. */
export interface ImageTree {
  readonly root: Manifest
  /** Manifests by their greatest distance from the root, the root alone at the front; each is listed once. */
  readonly levels: readonly (readonly Manifest[])[]
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[]
  /** Layers that stay with their publisher; none where they are asked for, too. */
  readonly foreign: readonly Descriptor[]
  /** Whether nothing was left out. */
  readonly complete: boolean
}

/** What of an image is read, and how much of it at most. */
export interface TreeChoices {
  readonly limits?: Partial<TreeLimits> | undefined
  /** Layers that stay with their publisher are blobs like the others. */
  readonly foreignLayers?: boolean
}

/** Tells which entries of indexes are passed over. */
export type LeaveOut = (child: Descriptor) => boolean

export interface TreeOptions extends TreeChoices {
  /** Whether a child's whole subtree may be left out; asked once a child. */
  readonly prune?: (child: Descriptor) => Promise<boolean>
  /** Entries of indexes that do not belong to the image at all. */
  readonly leaveOut?: LeaveOut | undefined
  /** Manifests that need not be read. */
  readonly known?: ReadonlyMap<Digest, Manifest>
}

/**
 * Reads the manifests below `root` from a repository, level by level, each once.
 * @throws Failure `manifest-too-deep`, `manifest-too-large`, `image-too-complex`, `size-mismatch`, `manifest-invalid`, and those of the repository
 */
export async function readTree(repository: Source, root: Manifest, options: TreeOptions = {}): Promise<ImageTree> {
  const read = new Map<Digest, Manifest | undefined>()
  const levels: (readonly Manifest[])[] = []
  const guard = limitsOn(`${repository.name}@${root.descriptor.digest}`, options.limits)
  let bytes = 0
  for (let level: readonly Manifest[] = [root]; level.length > 0;) {
    levels.push(level)
    const children = childrenOf(repository, level, options)
    if (children.length > 0) guard.depth(levels.length)
    const unread = children.filter(({ digest }) => !read.has(digest))
    guard.parts(read.size + unread.length)
    bytes += unread.reduce((sum, { size }) => sum + size, 0)
    guard.manifests(bytes)
    await Promise.all(unread.map(async (child) => read.set(child.digest, await readChild(repository, child, options))))
    level = children.flatMap(({ digest }) => read.get(digest) ?? [])
  }
  const manifests = [...read.values()]
  const blobs = blobsOf(repository, [root, ...manifests.filter((manifest) => manifest !== undefined)], options)
  guard.parts(read.size + blobs.length)
  const isLeft = (blob: Descriptor) => !options.foreignLayers && isForeignLayer(blob)
  return {
    root,
    levels: eachAtItsDeepest(levels),
    blobs: blobs.filter((blob) => !isLeft(blob)),
    foreign: blobs.filter(isLeft),
    complete: !manifests.includes(undefined),
  }
}

/** Each throws where an image exceeds that limit. */
function limitsOn(image: string, limits: Partial<TreeLimits> = {}) {
  const { depth, parts, manifests } = { ...TREE_LIMITS, ...limits }
  return {
    depth(levels: number) {
      if (levels > depth) throw new Failure('manifest-too-deep', { image, limit: depth })
    },
    parts(count: number) {
      if (count > parts) throw new Failure('image-too-complex', { image, limit: parts })
    },
    /** By the sizes that are stated before anything is read; each manifest is held to its own. */
    manifests(bytes: number) {
      if (bytes > manifests) throw new Failure('manifest-too-large', { image, limit: manifests, together: true })
    },
  }
}

function childrenOf(from: Source, manifests: readonly Manifest[], options: TreeOptions): readonly Descriptor[] {
  return eachOnce(
    from,
    manifests.flatMap((manifest) => entriesOf(manifest, options).filter((child) => !isBlob(child))),
  )
}

/** A layer that is listed as foreign in one place and as a plain one in another is a plain one: it has to be there. */
function blobsOf(from: Source, manifests: readonly Manifest[], options: TreeOptions): readonly Descriptor[] {
  const blobs = manifests.flatMap((manifest) => [...manifest.blobs, ...entriesOf(manifest, options).filter(isBlob)])
  return eachOnce(from, [...blobs.filter(isForeignLayer), ...blobs.filter((blob) => !isForeignLayer(blob))])
}

/** Of what is listed more than once the last entry. @throws Failure `size-mismatch` where not all say the same size */
function eachOnce({ name: where }: Source, descriptors: readonly Descriptor[]): readonly Descriptor[] {
  const known = new Map<Digest, Descriptor>()
  for (const descriptor of descriptors) {
    const { digest, size: actual } = descriptor
    const { size: expected } = known.get(digest) ?? descriptor
    if (actual !== expected) throw new Failure('size-mismatch', { where, digest, expected, actual })
    known.set(digest, descriptor)
  }
  return [...known.values()]
}

function entriesOf({ children }: Manifest, { leaveOut }: TreeOptions): readonly Descriptor[] {
  return leaveOut ? children.filter((child) => !leaveOut(child)) : children
}

/** A manifest that is listed on several levels has to be there before all that list it. */
function eachAtItsDeepest(levels: readonly (readonly Manifest[])[]): Manifest[][] {
  const deepest = new Map(levels.flatMap((level, depth) => level.map(({ descriptor }) => [descriptor.digest, depth])))
  return levels.map((level, depth) => level.filter(({ descriptor }) => deepest.get(descriptor.digest) === depth))
}

/** An index may list plain blobs, as BuildKit's caches do. */
function isBlob(child: Descriptor): boolean {
  return child.mediaType !== '' && !isManifestType(child.mediaType)
}

async function readChild(
  repository: Source,
  child: Descriptor,
  { prune, known }: TreeOptions,
): Promise<Manifest | undefined> {
  if (await prune?.(child)) return undefined
  const manifest = known?.get(child.digest) ?? (await repository.manifest(child.digest, child.size))
  if (manifest.descriptor.size === child.size) return manifest
  const { digest, size: expected } = child
  throw new Failure('size-mismatch', { where: repository.name, digest, expected, actual: manifest.descriptor.size })
}

/** Bytes of everything in the tree, each piece counted once. */
export function treeSize(tree: ImageTree): number {
  const manifests = tree.levels.flat().map(({ descriptor }) => descriptor.size)
  return [...manifests, ...tree.blobs.map(({ size }) => size)].reduce((sum, size) => sum + size, 0)
}
