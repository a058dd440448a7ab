import { createCipheriv, createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { digestOf, type Digest } from '../../src/oci/digest.ts'
import { readManifest, type Descriptor, type Manifest } from '../../src/oci/manifest.ts'
import {
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from '../../src/oci/media-types.ts'
import { formatPlatform, parsePlatform, type Platform } from '../../src/oci/platform.ts'
import type { ByteStream, Repository } from '../../src/registry/repository.ts'
import { tarOf } from './tar.ts'

/** What image to make; the same answers make the same bytes, and another `seed` others. */
export interface ImageOptions {
  readonly seed?: string
  /** As `linux/arm/v7`; three by default. */
  readonly platforms?: readonly string[]
  /** Layers of each platform, the shared ones among them; 2 by default. */
  readonly layers?: number
  /** How many of the first layers are the same for all platforms; none by default. */
  readonly sharedLayers?: number
  /** About how many bytes a layer has; 2,000 by default. */
  readonly layerSize?: number
  /** Adds to each platform what BuildKit adds: an `unknown/unknown` manifest that attests it, since 0.32 an artifact. */
  readonly attestations?: boolean | 'artifacts'
  /** Docker's media types rather than those of OCI. */
  readonly docker?: boolean
  /** A single manifest, of the first platform, without an index around it. */
  readonly single?: boolean
}

/** Some bytes and what points at them. */
export interface TestBlob {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

/** A whole image in memory. */
export interface TestImage {
  /** What a tag points at: the index, or the only manifest. */
  readonly root: Manifest
  /** All manifests, children before the index. */
  readonly manifests: readonly Manifest[]
  /** Configs and layers, each once. */
  readonly blobs: ReadonlyMap<Digest, TestBlob>
}

const MEDIA_TYPES = {
  oci: { index: OCI_INDEX, manifest: OCI_MANIFEST, config: OCI_CONFIG, layer: OCI_LAYER },
  docker: {
    index: DOCKER_LIST,
    manifest: DOCKER_MANIFEST,
    config: DOCKER_CONFIG,
    layer: DOCKER_LAYER,
  },
}
const IN_TOTO = 'application/vnd.in-toto+json'
const OCI_EMPTY = 'application/vnd.oci.empty.v1+json'
const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7']

/** Makes an image whose layers unpack and whose configs are true, so that real clients can pull it. */
export function makeImage(options: ImageOptions = {}): TestImage {
  const { platforms = PLATFORMS, single = false, attestations = false } = options
  const types = options.docker ? MEDIA_TYPES.docker : MEDIA_TYPES.oci
  const blobs = new Map<Digest, TestBlob>()
  const keep = (blob: TestBlob): Descriptor => {
    blobs.set(blob.descriptor.digest, blob)
    return blob.descriptor
  }
  const built = platforms
    .slice(0, single ? 1 : undefined)
    .map((name) => ({ platform: parsePlatform(name), manifest: platformManifest(options, parsePlatform(name), keep) }))
  const attesting = attestations
    ? built.map(({ manifest }) => attestation(manifest, attestations === 'artifacts', keep))
    : []
  const children = [...built.map(({ manifest }) => manifest), ...attesting]
  const [only] = children
  if (single && only !== undefined) return { root: only, manifests: [only], blobs }

  const root = manifestOf({
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      ...built.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform })),
      ...attesting.map((manifest, index) => attestationEntry(manifest, built[index]?.manifest)),
    ],
  })
  return { root, manifests: [...children, root], blobs }
}

/** Stores an image as a copy would: blobs, then manifests, and the tag last. */
export async function putImage(repository: Repository, image: TestImage, tag?: string): Promise<void> {
  for (const { descriptor, bytes } of image.blobs.values()) {
    await repository.putBlob(descriptor, (offset) => streamOf(bytes.subarray(offset)))
  }
  for (const manifest of image.manifests) {
    await repository.putManifest(manifest, manifest === image.root ? tag : undefined)
  }
}

/** A blob of bytes that do not compress, the same for the same seed. */
export function makeBlob(seed: string, size: number): TestBlob {
  return blobOf(randomBytes(seed, size), 'application/octet-stream')
}

/** A manifest from a document, its bytes being the document's plain JSON. */
export function manifestOf(document: Readonly<Record<string, unknown>>): Manifest {
  return readManifest(Buffer.from(JSON.stringify(document)), { image: 'test' })
}

/** Bytes as a stream, in chunks of at most `chunkSize`. */
export async function* streamOf(bytes: Uint8Array, chunkSize = 65_536): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += chunkSize) yield bytes.subarray(start, start + chunkSize)
}

/** All bytes of a stream. */
export async function bytesOf(stream: ByteStream): Promise<Buffer> {
  return Buffer.concat(await listOf(stream))
}

/** All that an async iterable gives. */
export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

function platformManifest(options: ImageOptions, platform: Platform, keep: (blob: TestBlob) => Descriptor): Manifest {
  const { seed = 'image', layers = 2, sharedLayers = 0, layerSize = 2000 } = options
  const types = options.docker ? MEDIA_TYPES.docker : MEDIA_TYPES.oci
  const tars = Array.from({ length: layers }, (_, index) => {
    const owner = index < sharedLayers ? 'shared' : formatPlatform(platform)
    return tarOf(`layer-${index}.bin`, randomBytes(`${seed} ${owner} ${index}`, layerSize))
  })
  const config = {
    created: '2024-01-01T00:00:00Z',
    ...platform,
    config: { Cmd: ['/layer-0.bin'] },
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
  }
  return manifestOf({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: keep(blobOf(Buffer.from(JSON.stringify(config)), types.config)),
    layers: tars.map((tar) => keep(blobOf(gzipSync(tar), types.layer))),
  })
}

function attestation(subject: Manifest, isArtifact: boolean, keep: (blob: TestBlob) => Descriptor): Manifest {
  const statement = { _type: 'https://in-toto.io/Statement/v0.1', subject: [{ digest: subject.descriptor.digest }] }
  const config = { architecture: 'unknown', os: 'unknown', config: {}, rootfs: { type: 'layers', diff_ids: [] } }
  return manifestOf({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: keep(
      isArtifact ? blobOf(Buffer.from('{}'), OCI_EMPTY) : blobOf(Buffer.from(JSON.stringify(config)), OCI_CONFIG),
    ),
    layers: [keep(blobOf(Buffer.from(JSON.stringify(statement)), IN_TOTO))],
  })
}

function attestationEntry(manifest: Manifest, subject: Manifest | undefined): Record<string, unknown> {
  return {
    ...manifest.descriptor,
    annotations: {
      'vnd.docker.reference.digest': subject?.descriptor.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { os: 'unknown', architecture: 'unknown' },
  }
}

/** Bytes with what points at them. */
export function blobOf(bytes: Uint8Array, mediaType: string): TestBlob {
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength } }
}

/** Bytes that do not compress, the same for the same seed. */
export function randomBytes(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}
