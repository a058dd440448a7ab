import { Failure } from '../../failure/failure.ts'
import { isDigest, type Digest } from '../../oci/digest.ts'
import { isForeignLayer, readManifest, type Descriptor, type Manifest } from '../../oci/manifest.ts'
import { formatPlace } from '../../oci/place.ts'
import { isTag } from '../../oci/reference.ts'
import { isReferrersList, referrersTag, withReferrers } from '../../oci/referrers.ts'
import { checked } from '../checked.ts'
import { LARGEST_MANIFEST_WRITTEN } from '../limits.ts'
import type { BlobArrival, ByteStream, PutBlobOptions, Repository, TagRange } from '../repository.ts'
import type { LayoutStore } from './store.ts'

/** One repository in a layout. Its blobs and manifests are those of the whole layout; its tags are its own. */
export class LayoutRepository implements Repository {
  readonly name: string

  constructor(
    private readonly store: LayoutStore,
    private readonly repository: string,
  ) {
    this.name = formatPlace({ kind: 'layout', directory: store.directory, repository })
  }

  async head(key: string): Promise<Descriptor | undefined> {
    return this.current(key, async (entry) => {
      if (entry !== undefined) return (await this.hasBlob(entry)) ? pointer(entry) : undefined
      return isDigest(key) ? this.headUnlisted(key) : undefined
    })
  }

  async manifest(key: string): Promise<Manifest> {
    const manifest = await this.current(key, async (entry) => {
      const digest = entry?.digest ?? (isDigest(key) ? key : undefined)
      return digest && this.load(digest, entry?.mediaType)
    })
    if (manifest === undefined) {
      throw new Failure('image-unknown', { image: this.imageName(key), host: this.name })
    }
    return manifest
  }

  async putManifest(manifest: Manifest, tag?: string): Promise<void> {
    const { bytes, descriptor } = manifest
    await this.store.prepare()
    await this.requireContent(manifest)
    await this.store.blobs.write(descriptor.digest, (file) => file.write(bytes))
    if (tag !== undefined) await this.store.index.put(descriptor, this.entryName(tag))
    else if (!tellsItsType(manifest)) await this.store.index.put(descriptor)
  }

  async hasBlob(blob: Descriptor): Promise<boolean> {
    return (await this.store.blobs.size(blob.digest)) === blob.size
  }

  blob(blob: Descriptor, offset = 0): ByteStream {
    const stream = this.store.blobs.read(blob.digest, this.name, { start: offset })
    return checked(stream, blob, this.name, offset === 0 ? undefined : { offset })
  }

  async putBlob(
    blob: Descriptor,
    open: (offset: number) => ByteStream,
    { prepare }: PutBlobOptions = {},
  ): Promise<BlobArrival> {
    if (await this.hasBlob(blob)) return 'present'
    await prepare?.()
    await this.store.prepare()
    await this.store.blobs.write(blob.digest, (file) => file.append(checked(open(0), blob, this.name)))
    return 'sent'
  }

  async *tags({ after = '' }: TagRange = {}): AsyncGenerator<string> {
    const { byName } = await this.store.index.read()
    const start = this.entryName('')
    const mine = [...byName.keys()].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length))
    yield* mine.filter((tag) => isTag(tag) && tag > after).toSorted()
  }

  /** The list stands under the tag of the specification, where other tools that read layouts look for it. */
  async *referrers(subject: Digest): AsyncGenerator<Descriptor> {
    const list = await this.current(referrersTag(subject), (entry) => this.referrersList(subject, entry))
    yield* list?.children ?? []
  }

  async putReferrers(subject: Digest, referrers: readonly Manifest[]): Promise<void> {
    for (const referrer of referrers) await this.putManifest(referrer)
    const name = this.entryName(referrersTag(subject))
    await this.store.index.grow(name, {
      next: async (present) => {
        const list = withReferrers(await this.referrersList(subject, present), referrers, name)
        if (list === undefined) return undefined
        const limit = LARGEST_MANIFEST_WRITTEN
        if (list.bytes.byteLength > limit) throw new Failure('manifest-too-large', { image: name, limit })
        await this.store.blobs.write(list.descriptor.digest, (file) => file.write(list.bytes))
        return list.descriptor
      },
      // Every list that was ever there, kept, would soon be more than what they list.
      discard: ({ digest }) => this.store.blobs.remove(digest),
    })
  }

  private async entry(key: string): Promise<Descriptor | undefined> {
    const { byName, byDigest } = await this.store.index.read()
    return isDigest(key) ? byDigest.get(key) : byName.get(this.entryName(key))
  }

  /** What a key leads to now: a list of referrers may have grown on, and the old one be gone, since its entry was read. */
  private async current<Found>(
    key: string,
    read: (entry: Descriptor | undefined) => Promise<Found | undefined>,
  ): Promise<Found | undefined> {
    const entry = await this.entry(key)
    const found = await read(entry)
    const hasGrown = found === undefined && (await this.entry(key))?.digest !== entry?.digest
    return hasGrown ? this.current(key, read) : found
  }

  private async referrersList(subject: Digest, entry: Descriptor | undefined): Promise<Manifest | undefined> {
    try {
      const list = entry && (await this.load(entry.digest, entry.mediaType))
      return list && isReferrersList(list, subject) ? list : undefined
    } catch (error) {
      if (isNoManifest(error)) return undefined
      throw error
    }
  }

  private entryName(tag: string): string {
    return this.repository === '' ? tag : `${this.repository}:${tag}`
  }

  /** Children of an index are not in index.json; what they are is read from their bytes. */
  private async headUnlisted(digest: Digest): Promise<Descriptor | undefined> {
    try {
      return (await this.load(digest))?.descriptor
    } catch (error) {
      if (isNoManifest(error)) return undefined
      throw error
    }
  }

  private async load(digest: Digest, mediaType?: string): Promise<Manifest | undefined> {
    const image = this.imageName(digest)
    const size = await this.store.blobs.size(digest)
    const { largestManifest: limit } = this.store
    if (size !== undefined && size > limit) throw new Failure('manifest-too-large', { image, limit })
    const bytes = await this.store.blobs.bytes(digest)
    return bytes && readManifest(bytes, { image, digest, ...(mediaType && { contentType: mediaType }) })
  }

  private async requireContent(manifest: Manifest): Promise<void> {
    const listed = [...manifest.children, ...manifest.blobs].filter((item) => !isForeignLayer(item))
    const there = await Promise.all(listed.map((item) => this.hasBlob(item)))
    const missing = listed[there.indexOf(false)]
    if (missing !== undefined) throw new Failure('blob-unknown', { where: this.name, digest: missing.digest })
  }

  private imageName(key: string): string {
    return `${this.name}${isDigest(key) ? '@' : ':'}${key}`
  }
}

function pointer({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size }
}

/** Whether the bytes alone say what the manifest is; if not, index.json has to. */
function tellsItsType({ bytes, descriptor }: Manifest): boolean {
  try {
    return readManifest(bytes, { image: descriptor.digest }).descriptor.mediaType === descriptor.mediaType
  } catch {
    return false
  }
}

function isNoManifest(error: unknown): boolean {
  return (
    Failure.is(error, 'manifest-invalid') ||
    Failure.is(error, 'manifest-unsupported') ||
    Failure.is(error, 'manifest-too-large') ||
    Failure.is(error, 'digest-mismatch')
  )
}
