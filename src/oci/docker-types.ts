import { excerpt } from '../failure/excerpt.ts'
import { Failure, type ImagePart } from '../failure/failure.ts'
import { pointerTo } from './index-entries.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { readEntries, writeManifest, type Descriptor, type Manifest } from './manifest.ts'
import { DOCKER_CONFIG, DOCKER_LAYER, DOCKER_LIST, DOCKER_MANIFEST, OCI_ARTIFACT, OCI_CONFIG } from './media-types.ts'

/** Docker's names for the layers that both know (image-spec, media-types.md, "Compatibility Matrix"); zstd has none. */
const LAYERS: ReadonlyMap<string, string> = new Map([
  ['application/vnd.oci.image.layer.v1.tar', 'application/vnd.docker.image.rootfs.diff.tar'],
  ['application/vnd.oci.image.layer.v1.tar+gzip', DOCKER_LAYER],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'application/vnd.docker.image.rootfs.foreign.diff.tar'],
  [
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ],
])

const DOCKER_LAYERS: ReadonlySet<string> = new Set(LAYERS.values())

/** What an entry's platform may say (Docker's image manifest v2, schema 2, "Manifest List Field Descriptions"). */
const PLATFORM_FIELDS = ['architecture', 'os', 'os.version', 'os.features', 'variant', 'features']

/** Whether an index's entry is something that Docker's list has no words for, though it is no image's fault. */
export function isArtifact({ mediaType, artifactType }: Descriptor): boolean {
  return mediaType === OCI_ARTIFACT || (artifactType !== undefined && artifactType !== '')
}

/**
 * An image in Docker's manifest v2, schema 2: the same config and layers under Docker's media types, and nothing that
 * its schema lacks. The same manifest always gives the same bytes; one that is Docker's already is given as it is.
 * @throws Failure `not-expressible` naming the type that Docker has none for
 */
export function toDockerManifest(manifest: Manifest, image: string): Manifest {
  const { mediaType } = manifest.descriptor
  if (mediaType === DOCKER_MANIFEST) return manifest
  const [config, ...layers] = manifest.blobs
  if (mediaType === OCI_ARTIFACT || config === undefined) throw inexpressible(image, 'manifest', mediaType)
  const document = {
    schemaVersion: 2,
    mediaType: DOCKER_MANIFEST,
    config: pointerTo({ ...config, mediaType: dockerConfig(config, image) }),
    layers: layers.map((layer) => dockerLayer(layer, image)),
  }
  return writeManifest(document, DOCKER_MANIFEST, image)
}

/**
 * An index as Docker's manifest list of what its entries became. Only Docker's images can be listed; of an entry its
 * platform is kept, no annotations. A list of which no entry changed is given as it is.
 * @throws Failure `not-expressible` naming the type of an entry that is no image, such as a nested index
 */
export function toDockerList(index: Manifest, become: (child: Descriptor) => Descriptor, image: string): Manifest {
  const children = index.children.map(become)
  const isSame = children.every(({ digest }, position) => digest === index.children[position]?.digest)
  if (isSame && index.descriptor.mediaType === DOCKER_LIST) return index
  const { entries } = readEntries(index)
  const manifests = children.map((child, position) => dockerEntry(child, entries[position]?.platform, image))
  return writeManifest({ schemaVersion: 2, mediaType: DOCKER_LIST, manifests }, DOCKER_LIST, image)
}

function dockerConfig({ mediaType }: Descriptor, image: string): string {
  if (mediaType !== OCI_CONFIG && mediaType !== DOCKER_CONFIG) throw inexpressible(image, 'config', mediaType)
  return DOCKER_CONFIG
}

function dockerLayer(layer: Descriptor, image: string): JsonObject {
  const mediaType = DOCKER_LAYERS.has(layer.mediaType) ? layer.mediaType : LAYERS.get(layer.mediaType)
  if (mediaType === undefined) throw inexpressible(image, 'layer', layer.mediaType)
  return { ...pointerTo({ ...layer, mediaType }), ...(layer.urls && { urls: layer.urls }) }
}

function dockerEntry(child: Descriptor, platform: unknown, image: string): JsonObject {
  if (child.mediaType !== DOCKER_MANIFEST) throw inexpressible(image, 'entry', child.mediaType)
  const known = isJsonObject(platform) && Object.entries(platform).filter(([name]) => PLATFORM_FIELDS.includes(name))
  return { ...pointerTo(child), ...(known && { platform: Object.fromEntries(known) }) }
}

function inexpressible(image: string, part: ImagePart, mediaType: string): Failure {
  return new Failure('not-expressible', { image, part, mediaType: excerpt(mediaType) })
}
