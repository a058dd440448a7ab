import { excerpt } from '../failure/excerpt.ts'
import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import { attestedDigest, isAttestation } from '../oci/index-entries.ts'
import { parseJsonObject } from '../oci/json.ts'
import { isForeignLayer, type Descriptor, type Manifest } from '../oci/manifest.ts'
import { isIndexType } from '../oci/media-types.ts'
import { formatPlatform, matchesPlatform, readPlatform, type Platform } from '../oci/platform.ts'
import { asItIs, readIndexes, type KnownImage, type Origin } from './rewrite.ts'
import type { Source } from './source-share.ts'
import { readTree, type ImageTree } from './tree.ts'

/** A config is small; what is larger than this is none. */
const LARGEST_CONFIG = 4 * 1024 * 1024

/** What indexes list and is no index itself; without a platform of its own it has that of the index that it is in. */
interface Entry {
  readonly child: Descriptor
  readonly platform?: Platform
}

/** The platforms that an image serves, each once: indexes say them themselves, a single image in its config. */
export async function platformsOf(origin: Origin, root: Manifest): Promise<Platform[]> {
  if (root.kind === 'image') return imagePlatform(origin.source, root)
  return servedBy(entriesOf(await readIndexes(origin, asItIs(root))))
}

/** The same of an image that was read, without the platforms that it was read without. */
export async function platformsIn(source: Source, { root, levels }: ImageTree): Promise<Platform[]> {
  if (root.kind === 'image') return imagePlatform(source, root)
  const manifests = levels.flat()
  const read = new Set(manifests.map(({ descriptor }) => descriptor.digest))
  const entries = entriesOf(manifests.filter(({ kind }) => kind === 'index'))
  return servedBy(entries.filter(({ child }) => read.has(child.digest)))
}

/** The platforms whose manifests are there, each once: an index may be there without them. */
export async function platformsThere({ source: target, limits }: Origin, root: Manifest): Promise<Platform[]> {
  if (root.kind === 'image') return imagePlatform(target, root)
  const isThere = async ({ digest }: Descriptor) => (await target.head(digest)) !== undefined
  const prune = async (child: Descriptor) => !isIndexType(child.mediaType) || !(await isThere(child))
  const { levels } = await readTree(target, root, { limits, prune })
  const entries = entriesOf(levels.flat()).filter(({ platform }) => platform && isServed(platform))
  const there = await Promise.all(entries.map(({ child }) => isThere(child)))
  return servedBy(entries.filter((_, position) => there[position]))
}

/**
 * Makes sure that an image serves the platforms that are wanted.
 * @throws Failure `platform-missing`, naming those that it serves
 */
export async function requirePlatforms(origin: Origin, root: Manifest, wanted: readonly Platform[]): Promise<void> {
  const served = await platformsOf(origin, root)
  const missing = wanted.find((platform) => !served.some((own) => matchesPlatform(own, platform)))
  if (missing === undefined) return
  const available = excerpt(served.map(formatPlatform).join(', '))
  throw new Failure('platform-missing', { image: origin.image, wanted: formatPlatform(missing), available })
}

/** Some entries of an image's indexes, and the indexes that they are in. */
export interface Choice {
  readonly isChosen: (child: Descriptor) => boolean
  /** How many images are not chosen; attestations do not count. */
  readonly leftOut: number
}

/** What an image has for some platforms, each with its attestations. What is for no platform is not chosen. */
export async function choosePlatforms(origin: Origin, image: KnownImage, wanted: readonly Platform[]): Promise<Choice> {
  const indexes = await readIndexes(origin, image)
  const images = entriesOf(indexes).filter(({ child }) => !isAttestation(child))
  const isWanted = ({ platform }: Entry) => platform && wanted.some((one) => matchesPlatform(platform, one))
  const chosen = new Set<string>(images.filter(isWanted).map(({ child }) => child.digest))
  const kept = new Set<Digest>()
  for (const { children, descriptor } of indexes.toReversed()) {
    const keeps = (child: Descriptor) => chosen.has(attestedDigest(child) ?? child.digest) || kept.has(child.digest)
    for (const { digest } of children.filter(keeps)) kept.add(digest).add(descriptor.digest)
  }
  return {
    isChosen: ({ digest }) => kept.has(digest),
    leftOut: new Set(images.map(({ child }) => child.digest).filter((digest) => !kept.has(digest))).size,
  }
}

/** By the indexes of an image, those above before those below. */
function entriesOf(indexes: readonly Manifest[]): Entry[] {
  const nested = new Set(indexes.map(({ descriptor }) => descriptor.digest))
  const inherited = new Map<Digest, Platform>()
  const entries: Entry[] = []
  for (const { descriptor, children } of indexes) {
    for (const child of children) {
      const platform = child.platform ?? inherited.get(descriptor.digest)
      if (!nested.has(child.digest)) entries.push({ child, ...(platform && { platform }) })
      else if (platform) inherited.set(child.digest, platform)
    }
  }
  return entries
}

function servedBy(entries: readonly Entry[]): Platform[] {
  const platforms = entries.flatMap(({ platform }) => (platform && isServed(platform) ? [platform] : []))
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()]
}

/** Attestations say that they are for `unknown/unknown`. */
function isServed({ os }: Platform): boolean {
  return os !== 'unknown'
}

/** The platform of a single image, from its config; none where that does not say. */
async function imagePlatform(source: Source, manifest: Manifest): Promise<Platform[]> {
  const [config] = manifest.blobs
  // One that is said to be elsewhere is not looked for there: nobody asked for that.
  if (config === undefined || config.size > LARGEST_CONFIG || isForeignLayer(config)) return []
  const chunks: Uint8Array[] = []
  for await (const chunk of source.blob(config)) chunks.push(chunk)
  const platform = readPlatform(parseJsonObject(Buffer.concat(chunks)))
  return platform ? [platform] : []
}
