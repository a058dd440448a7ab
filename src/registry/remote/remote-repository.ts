import { Failure } from '../../failure/failure.ts'
import { isDigest, type Digest } from '../../oci/digest.ts'
import { isForeignLayer, readManifest, type Descriptor, type Manifest } from '../../oci/manifest.ts'
import { bareMediaType, MANIFEST_TYPES } from '../../oci/media-types.ts'
import type { Clock } from '../../ports/clock.ts'
import { LARGEST_MANIFEST_READ } from '../limits.ts'
import type { BlobArrival, ByteStream, HasTag, PutBlobOptions, Repository, TagRange } from '../repository.ts'
import { readBounded } from '../bounded.ts'
import { download } from './download.ts'
import { foreignLayer } from './foreign.ts'
import { header, type Exchange, type RegistryRequest, type RegistryResponse } from './exchange.ts'
import type { Linking } from './linking.ts'
import { manifestRefusal } from './manifest-refusal.ts'
import { failureOf, readProblem, type Deed, type Problem } from './problem.ts'
import { addToList, createReferrersMemory, listReferrers, type ReferrersMemory } from './referrers.ts'
import type { RepositoryContext } from './repository-context.ts'
import { pullScope, pushScope } from './scopes.ts'
import type { SegmentPool } from './segment-pool.ts'
import { listTags } from './tag-list.ts'
import { upload } from './upload.ts'
import type { BlobUploadContext } from './upload-start.ts'

const ACCEPT = MANIFEST_TYPES.join(', ')

export interface RemoteRepositoryOptions {
  readonly exchange: Exchange
  /** Reaches who publishes layers that are not to be redistributed: without credentials. */
  readonly publishers: Exchange
  readonly clock: Clock
  /** The registry's name as people know it: `docker.io`. */
  readonly registry: string
  /** Path of the repository under that name: `library/nginx`. */
  readonly repository: string
  /** Where the registry is spoken to. */
  readonly origin: URL
  /** What stands before every path there; empty, or with a slash at its end. */
  readonly prefix: string
  /** Whether it will be written to: then every token asks for the right to. */
  readonly writes: boolean
  /** Longest time without enough bytes, in milliseconds, and how many bytes a second are enough. */
  readonly patience: number
  /** Bytes of the largest manifest that is read; 8 MiB unless told. */
  readonly largestManifest?: number
  /** What is known of the registry's links between repositories. */
  readonly linking: Linking
  readonly leastRate: number
  /** How many downloads from the host of an address could begin right now. */
  readonly idleDownloads: (url: URL) => number
  /** Shared by all repositories of a run. */
  readonly segments: SegmentPool
  /** What the run has learned of how registries list referrers. */
  readonly referrers?: ReferrersMemory
}

/** A repository on a registry that speaks the OCI distribution API (distribution-spec v1.1). */
export class RemoteRepository implements Repository {
  readonly name: string
  readonly #options: RemoteRepositoryOptions
  readonly #path: string
  readonly #scopes: readonly string[]
  /** Blobs that were asked for and not there: they need not be asked for again to be sent. */
  readonly #absent = new Set<Digest>()
  readonly #referrers: ReferrersMemory

  constructor(options: RemoteRepositoryOptions) {
    this.#options = options
    this.#path = `${options.prefix}${options.repository}`
    this.name = `${options.registry}/${options.repository}`
    this.#referrers = options.referrers ?? createReferrersMemory()
    this.#scopes = [options.writes ? pushScope(this.#path) : pullScope(this.#path)]
  }

  async head(key: string): Promise<Descriptor | undefined> {
    const response = await this.#send(this.#manifestRequest('HEAD', key))
    await response.discard()
    if (response.status === 404) return undefined
    if (response.status === 200) return headDescriptor(response, key) ?? (await this.manifest(key)).descriptor
    // Some registries have no HEAD, and some refuse to say what a writer may not see before it is there.
    if (response.status === 405) return this.#manifestIfThere(key)
    if (response.status === 403 && this.#options.writes) return undefined
    throw await this.#refusal(response)
  }

  async manifest(key: string, size = Infinity): Promise<Manifest> {
    const image = this.#imageName(key)
    const { largestManifest: limit = LARGEST_MANIFEST_READ } = this.#options
    const response = await this.#send({ ...this.#manifestRequest('GET', key), contentWithin: Math.min(limit, size) })
    if (response.status === 404) {
      await response.discard()
      throw new Failure('image-unknown', { image, host: this.#options.registry })
    }
    if (response.status !== 200) throw await this.#refusal(response)
    const bytes = await readBounded(response.body, Math.min(limit, size))
    if (bytes === undefined && isDigest(key) && size < limit) throw longerThan(size, key, response, this.name)
    if (bytes === undefined) throw new Failure('manifest-too-large', { image, limit })
    const contentType = header(response, 'content-type')
    return readManifest(bytes, {
      image,
      ...(contentType !== undefined && { contentType }),
      ...(isDigest(key) && { digest: key }),
    })
  }

  async putManifest(manifest: Manifest, tag?: string): Promise<void> {
    await this.#put(manifest, tag)
  }

  async #put(manifest: Manifest, tag?: string): Promise<RegistryResponse> {
    const { mediaType, digest } = manifest.descriptor
    const response = await this.#send({
      method: 'PUT',
      url: this.#manifestUrl(tag ?? digest),
      headers: { 'content-type': mediaType },
      body: { bytes: manifest.bytes },
    })
    if (response.status < 200 || response.status > 299) {
      const failure = manifestRefusal(await this.#problem(response), this.#deed(), { manifest, tag })
      // A blob that was found by a link might not have been there.
      if (Failure.is(failure, 'manifest-incomplete')) this.#options.linking.failed()
      throw failure
    }
    await response.discard()
    return response
  }

  async hasBlob(blob: Descriptor): Promise<boolean> {
    const response = await this.#send({ method: 'HEAD', url: this.#url(`blobs/${blob.digest}`) })
    await response.discard()
    if (response.status !== 200 && response.status !== 404) throw await this.#refusal(response)
    const length = header(response, 'content-length')
    // Where the length is another one only the bytes can tell who is right: it is to be sent.
    const isThere = response.status === 200 && (length === undefined || Number(length) === blob.size)
    if (!isThere) this.#absent.add(blob.digest)
    return isThere
  }

  blob(blob: Descriptor, offset = 0): ByteStream {
    // It was checked when the manifest was read.
    if (blob.data !== undefined) return streamOf(blob.data.subarray(offset))
    const url = this.#url(`blobs/${blob.digest}`)
    if (!isForeignLayer(blob)) return download(this.#context(), url, blob, offset)
    return foreignLayer({ ...this.#context(), publishers: this.#options.publishers }, url, blob, offset)
  }

  async putBlob(
    blob: Descriptor,
    open: (offset: number) => ByteStream,
    { mountFrom = [], prepare }: PutBlobOptions = {},
  ): Promise<BlobArrival> {
    const [from] = mountFrom.map((repository) => `${this.#options.prefix}${repository}`)
    const arrival = await upload(this.#uploadContext(), { blob, open, from, prepare })
    this.#absent.delete(blob.digest)
    return arrival
  }

  tags({ after, pages }: TagRange = {}): AsyncIterable<string> {
    const query = new URLSearchParams({ n: '1000', ...(after !== undefined && { last: after }) })
    return listTags(this.#context(), this.#url(`tags/list?${query.toString()}`), pages)
  }

  referrers(subject: Digest, hasTag?: HasTag): AsyncIterable<Descriptor> {
    const url = this.#url(`referrers/${subject}`)
    const manifest = (tag: string) => this.manifest(tag)
    return listReferrers(this.#context(), subject, { url, memory: this.#referrers, manifest, hasTag })
  }

  async putReferrers(subject: Digest, referrers: readonly Manifest[]): Promise<void> {
    const answers: RegistryResponse[] = []
    // One after the other: olareg loses some of the list where several come at once.
    for (const referrer of referrers) answers.push(await this.#put(referrer))
    // A registry that keeps the list by itself says so (distribution-spec, "Pushing Manifests with Subject").
    const unlisted = referrers.filter((_, index) => answers[index]?.headers['oci-subject'] !== subject)
    if (unlisted.length > 0) await addToList(this, subject, unlisted, this.#referrers)
  }

  async #manifestIfThere(key: string): Promise<Descriptor | undefined> {
    try {
      return (await this.manifest(key)).descriptor
    } catch (error) {
      if (Failure.is(error, 'image-unknown')) return undefined
      throw error
    }
  }

  #manifestRequest(method: 'HEAD' | 'GET', key: string): RegistryRequest {
    return { method, url: this.#manifestUrl(key), headers: { accept: ACCEPT }, reads: 'manifest' }
  }

  #send(request: RegistryRequest): Promise<RegistryResponse> {
    return this.#options.exchange({ scopes: this.#scopes, ...request })
  }

  #context(): RepositoryContext {
    const { exchange, clock, registry, repository, patience, leastRate, idleDownloads, segments } = this.#options
    const names = { host: registry, repository, name: this.name }
    return { exchange, clock, ...names, scopes: this.#scopes, patience, leastRate, idleDownloads, segments }
  }

  #uploadContext(): BlobUploadContext {
    return {
      ...this.#context(),
      uploads: this.#url('blobs/uploads/'),
      path: this.#path,
      linking: this.#options.linking,
      hasBlob: (blob) => this.hasBlob(blob),
      isAbsent: ({ digest }) => this.#absent.has(digest),
    }
  }

  #url(rest: string): URL {
    return new URL(`/v2/${this.#path}/${rest}`, this.#options.origin)
  }

  #manifestUrl(key: string): URL {
    return this.#url(`manifests/${key}`)
  }

  #imageName(key: string): string {
    return `${this.name}${isDigest(key) ? '@' : ':'}${key}`
  }

  async #refusal(response: RegistryResponse): Promise<Failure> {
    return failureOf(await this.#problem(response), this.#deed())
  }

  #problem(response: RegistryResponse): Promise<Problem> {
    return readProblem(response, this.#options.clock.now())
  }

  #deed(): Deed {
    const { registry, repository, writes } = this.#options
    return { host: registry, repository, does: writes ? 'push' : 'pull' }
  }
}

/** How long the rest would have been is for the registry to say. */
function longerThan(size: number, digest: Digest, response: RegistryResponse, where: string): Failure {
  const actual = Number(header(response, 'content-length') ?? size + 1)
  return new Failure('size-mismatch', { where, digest, expected: size, actual })
}

async function* streamOf(bytes: Uint8Array): ByteStream {
  if (bytes.byteLength > 0) yield bytes
}

/** What the headers of a HEAD say; undefined where they leave out the digest or the size. */
function headDescriptor(response: RegistryResponse, key: string): Descriptor | undefined {
  const digest = isDigest(key) ? key : header(response, 'docker-content-digest')
  const size = Number(header(response, 'content-length') ?? Number.NaN)
  const mediaType = bareMediaType(header(response, 'content-type') ?? '')
  if (digest === undefined || !isDigest(digest) || !Number.isSafeInteger(size)) return undefined
  return { mediaType, digest, size }
}
