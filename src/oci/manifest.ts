import { excerpt } from '../failure/excerpt.ts'
import { Failure, type ManifestFault } from '../failure/failure.ts'
import { digestOf, algorithmOf, isDigest, matchesDigest, type Digest } from './digest.ts'
import { isJsonObject, parseJsonObject, textMembers, type JsonObject } from './json.ts'
import {
  bareMediaType,
  isForeignLayerType,
  isIndexType,
  isManifestType,
  isSchema1Type,
  OCI_ARTIFACT,
  OCI_INDEX,
  OCI_MANIFEST,
} from './media-types.ts'
import { readPlatform, type Platform } from './platform.ts'

/** What points at content (image-spec, descriptor.md). `size` is in bytes. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly platform?: Platform
  readonly annotations?: Readonly<Record<string, string>>
  readonly urls?: readonly string[]
  readonly artifactType?: string
  /** The content itself, decoded, where the descriptor carries it. */
  readonly data?: Uint8Array
}

/**
 * A manifest or index: its bytes exactly as a registry serves them, and what they say. The bytes are what is
 * copied; what was parsed from them is only read, never written back.
 */
export interface Manifest {
  readonly bytes: Uint8Array
  readonly descriptor: Descriptor
  readonly kind: 'index' | 'image'
  /** Manifests that an index lists; empty for an image. */
  readonly children: readonly Descriptor[]
  /** Config and layers of an image, in that order; empty for an index. */
  readonly blobs: readonly Descriptor[]
  /** The manifest that this one is about, for signatures and the like. */
  readonly subject?: Descriptor
}

/** What is known about a manifest's bytes before they are read. */
export interface ManifestOrigin {
  /** Where the bytes came from, for messages: `docker.io/library/nginx:1.27`. */
  readonly image: string
  /** The `Content-Type` that came with the bytes, or the media type of the descriptor that led here. */
  readonly contentType?: string
  /** The digest that the bytes must have. */
  readonly digest?: Digest
}

/**
 * Reads a manifest, an index, or Docker's equals. The media type is the body's `mediaType`, else the one that
 * came with it; the two must not disagree, nor may one document be both index and image (CVE-2021-41190).
 * @throws Failure `digest-mismatch`, `manifest-invalid`, `manifest-unsupported`
 */
export function readManifest(bytes: Uint8Array, origin: ManifestOrigin): Manifest {
  const { image } = origin
  if (origin.digest !== undefined && !matchesDigest(bytes, origin.digest)) {
    const actual = digestOf(bytes, algorithmOf(origin.digest))
    throw new Failure('digest-mismatch', { where: image, expected: origin.digest, actual })
  }
  const document = parseDocument(bytes, image)
  const mediaType = mediaTypeOf(document, origin)
  const kind = isIndexType(mediaType) ? 'index' : 'image'
  if (FOREIGN_FIELDS[kind].some((field) => field in document)) {
    throw invalid(image, 'ambiguous')
  }
  const hasSubject = document.subject !== undefined && document.subject !== null
  return {
    bytes,
    descriptor: { mediaType, digest: origin.digest ?? digestOf(bytes), size: bytes.byteLength },
    kind,
    children: kind === 'index' ? readChildren(document, image) : [],
    blobs: kind === 'image' ? readBlobs(document, mediaType, image) : [],
    ...(hasSubject && { subject: readDescriptor(document.subject, image) }),
  }
}

/** What a manifest of a kind must not have: a client that takes it for the other kind would see another image. */
const FOREIGN_FIELDS = {
  index: ['config', 'layers', 'fsLayers', 'blobs'],
  image: ['manifests', 'fsLayers'],
} as const

const invalid = (image: string, reason: ManifestFault, detail = ''): Failure =>
  new Failure('manifest-invalid', { image, reason, detail })

function parseDocument(bytes: Uint8Array, image: string): JsonObject {
  const document = parseJsonObject(bytes)
  if (document === undefined) throw invalid(image, 'not-json')
  return document
}

function mediaTypeOf(document: JsonObject, origin: ManifestOrigin): string {
  const outer = bareMediaType(origin.contentType ?? '')
  const inner = typeof document.mediaType === 'string' ? document.mediaType : undefined
  if (isSchema1Type(outer) || document.schemaVersion === 1) {
    throw new Failure('manifest-unsupported', {
      image: origin.image,
      mediaType: excerpt(inner ?? (outer || 'schema 1')),
    })
  }
  if (inner !== undefined && isManifestType(outer) && inner !== outer) {
    throw invalid(origin.image, 'media-type', `${excerpt(inner)} / ${outer}`)
  }
  const mediaType = inner ?? (isManifestType(outer) ? outer : typeByShape(document))
  if (!isManifestType(mediaType)) {
    throw new Failure('manifest-unsupported', { image: origin.image, mediaType: excerpt(mediaType) })
  }
  return mediaType
}

/** OCI documents may leave `mediaType` out (image-spec, manifest.md); Docker's never do. */
function typeByShape(document: JsonObject): string {
  return 'manifests' in document ? OCI_INDEX : OCI_MANIFEST
}

function readChildren(document: JsonObject, image: string): Descriptor[] {
  if (!('manifests' in document)) throw invalid(image, 'not-a-list')
  return readDescriptors(document.manifests, image)
}

function readBlobs(document: JsonObject, mediaType: string, image: string): Descriptor[] {
  // The withdrawn artifact manifest lists `blobs` and has no config; it is still found in registries.
  if (mediaType === OCI_ARTIFACT) return readDescriptors(document.blobs, image)
  return [readDescriptor(document.config, image), ...readDescriptors(document.layers, image)]
}

function readDescriptors(value: unknown, image: string): Descriptor[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw invalid(image, 'not-a-list')
  return value.map((item) => readDescriptor(item, image))
}

function readDescriptor(value: unknown, image: string): Descriptor {
  if (!isJsonObject(value)) throw invalid(image, 'no-descriptor')
  const { mediaType, digest, size, annotations, urls, artifactType, data } = value
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(image, 'no-digest')
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(image, 'size', digest)
  }
  const platform = readPlatform(value.platform)
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    digest,
    size,
    ...(platform && { platform }),
    ...(isJsonObject(annotations) && { annotations: textMembers(annotations) }),
    ...(Array.isArray(urls) && { urls: urls.filter((url) => typeof url === 'string') }),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(typeof data === 'string' && { data: readInlineData(data, digest, size, image) }),
  }
}

function readInlineData(base64: string, digest: Digest, size: number, image: string): Uint8Array {
  const data = Buffer.from(base64, 'base64')
  if (data.byteLength !== size || !matchesDigest(data, digest)) throw invalid(image, 'inline-data', digest)
  return data
}

/**
 * Whether a layer may stay with its publisher, who serves it at the `urls` that it carries (image-spec, layer.md,
 * "Non-Distributable Layers").
 */
export function isForeignLayer({ mediaType, urls = [] }: Descriptor): boolean {
  return isForeignLayerType(mediaType) && urls.length > 0
}

/**
 * A manifest written anew from a document, under a digest of its own (sha256); `image` is for messages.
 * @throws Failure `manifest-invalid` where the document is nested too deep to be written, or is no manifest
 */
export function writeManifest(document: JsonObject, mediaType: string, image: string): Manifest {
  return readManifest(encodeDocument(document, image), { image, contentType: mediaType })
}

/**
 * The bytes of a document, in UTF-8.
 * @throws Failure `manifest-invalid`: a document can be read that is nested too deep to be written, which recurses
 */
export function encodeDocument(document: JsonObject, image: string): Uint8Array {
  try {
    return new TextEncoder().encode(JSON.stringify(document, undefined, 2))
  } catch {
    throw invalid(image, 'nesting')
  }
}

/** An index as it was written: the document, and its entries in the order of `children`. */
export function readEntries(index: Manifest): {
  readonly document: JsonObject
  readonly entries: readonly JsonObject[]
} {
  const document = parseJsonObject(index.bytes) ?? {}
  const { manifests } = document
  return { document, entries: Array.isArray(manifests) ? manifests.filter(isJsonObject) : [] }
}
