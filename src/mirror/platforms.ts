import { excerpt } from '../failure/excerpt.ts'
import { Failure } from '../failure/failure.ts'
import { parseJsonObject } from '../oci/json.ts'
import { attestedDigest, filterIndex, type Descriptor, type Manifest } from '../oci/manifest.ts'
import { formatPlatform, matchesPlatform, readPlatform, type Platform } from '../oci/platform.ts'
import type { Source } from './source-share.ts'

/** A config is small; what is larger than this is none. */
const LARGEST_CONFIG = 4 * 1024 * 1024

/** The platforms that an index serves, as text and without the attestations' `unknown/unknown`. */
export function indexPlatforms(index: Manifest): string[] {
  return servedBy(index).map(formatPlatform)
}

/** The platforms that an image serves, each once: an index says them itself, a single image in its config. */
export async function platformsOf(repository: Source, manifest: Manifest): Promise<Platform[]> {
  if (manifest.kind === 'index') return servedBy(manifest)
  const platform = await imagePlatform(repository, manifest)
  return platform ? [platform] : []
}

function servedBy(index: Manifest): Platform[] {
  const platforms = index.children.flatMap(({ platform }) => (platform && isServed(platform) ? [platform] : []))
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()]
}

function isServed({ os }: Platform): boolean {
  return os !== 'unknown'
}

/**
 * An index with only the wanted platforms, each with its attestation. Those of `alsoKeep` stay where the index has
 * them. All entries wanted: the index itself.
 * @throws Failure `platform-missing` where a wanted platform is not in the index
 */
export function choosePlatforms(
  index: Manifest,
  wanted: readonly Platform[],
  image: string,
  alsoKeep: readonly Platform[] = [],
): Manifest {
  const missing = wanted.find((platform) => !index.children.some((child) => isFor(child, platform)))
  if (missing) {
    const available = excerpt(indexPlatforms(index).join(', '))
    throw new Failure('platform-missing', { image, wanted: formatPlatform(missing), available })
  }
  const kept = [...wanted, ...alsoKeep]
  const chosen = index.children.filter((child) => kept.some((platform) => isFor(child, platform)))
  const digests = new Set<string>(chosen.map(({ digest }) => digest))
  const attestations = index.children.filter((child) => digests.has(attestedDigest(child) ?? ''))
  for (const { digest } of attestations) digests.add(digest)
  return index.children.every(({ digest }) => digests.has(digest)) ? index : filterIndex(index, digests, image)
}

function isFor({ platform }: Descriptor, wanted: Platform): boolean {
  return platform !== undefined && isServed(platform) && matchesPlatform(platform, wanted)
}

/** The platform of a single image, from its config; undefined where that does not say. */
async function imagePlatform(repository: Source, manifest: Manifest): Promise<Platform | undefined> {
  const [config] = manifest.blobs
  if (config === undefined || config.size > LARGEST_CONFIG) return undefined
  const chunks: Uint8Array[] = []
  for await (const chunk of repository.blob(config)) chunks.push(chunk)
  return readPlatform(parseJsonObject(Buffer.concat(chunks)))
}
