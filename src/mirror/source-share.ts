import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'
import { isManifestType } from '../oci/media-types.ts'
import { formatAddress, type Address } from '../oci/place.ts'
import type { ByteStream, HasTag, Repository, TagRange } from '../registry/repository.ts'
import { ATTACHMENT_LIMITS, firstOf } from './attachments.ts'

/** The reading half of a repository: all that a copy needs of where an image comes from. */
export interface Source extends Pick<Repository, 'name' | 'head' | 'manifest' | 'blob' | 'tags' | 'referrers'> {
  /** Fetches a blob beforehand where it will be read more than once, so that no upload waits for its source. */
  prepare?(blob: Descriptor): Promise<void>
}

/** A source image: where it is read, and the tag or digest to ask for. */
export interface LocatedSource {
  readonly repository: Source
  readonly key: string
}

/** Room for blobs that are read more than once. */
export interface Spool {
  readonly repository: Repository
  remove(): Promise<void>
}

export interface SourceShareOptions {
  readonly locate: (address: Address) => Promise<LocatedSource>
  /** Makes room outside of memory; blobs are checked on their way into it. */
  readonly openSpool: () => Promise<Spool>
}

/** Sources that are read once, however many mirrors an image goes to at the same time. */
export interface SourceShare {
  /** Does some work with a source; who works with the same one meanwhile shares what was read. */
  use<Result>(address: Address, work: (source: LocatedSource) => Promise<Result>): Promise<Result>
}

export function createSourceShare(options: SourceShareOptions): SourceShare {
  const shared = new Map<string, SharedSource>()
  // Several tags of one repository have its list of tags in common, one after the other too.
  const tagLists: TagLists = new Map()
  return {
    async use(address, work) {
      const name = formatAddress(address)
      const source = shared.get(name) ?? new SharedSource(address, options, tagLists)
      shared.set(name, source)
      source.users += 1
      try {
        return await work(await source.located())
      } finally {
        source.users -= 1
        if (source.users === 0) {
          shared.delete(name)
          await source.close()
        }
      }
    },
  }
}

/** By repository and range, the latest last. */
type TagLists = Map<string, Promise<readonly string[]>>

/** Lists of tags that are kept, which may be long: a run goes through its repositories more or less in turn. */
const MOST_TAG_LISTS = 50

/** One source while there is somebody who reads from it. What failed is asked for anew by the next one. */
class SharedSource {
  users = 0
  readonly #address: Address
  readonly #options: SourceShareOptions
  readonly #tagLists: TagLists
  readonly #referrers = new Map<Digest, Promise<readonly Descriptor[]>>()
  readonly #heads = new Map<string, Promise<Descriptor | undefined>>()
  readonly #manifests = new Map<string, Promise<Manifest>>()
  readonly #fetched = new Map<Digest, Promise<boolean>>()
  #located: Promise<LocatedSource> | undefined
  #spool: Promise<Spool> | undefined

  constructor(address: Address, options: SourceShareOptions, tagLists: TagLists) {
    this.#address = address
    this.#options = options
    this.#tagLists = tagLists
  }

  located(): Promise<LocatedSource> {
    this.#located ??= this.#locate()
    return this.#located
  }

  async close(): Promise<void> {
    const spool = await this.#spool?.catch(() => undefined)
    await spool?.remove()
  }

  async #locate(): Promise<LocatedSource> {
    const { repository, key } = await this.#options.locate(this.#address)
    const { count, tags: most } = ATTACHMENT_LIMITS
    const tagsOf = (range?: TagRange) => {
      dropOldest(this.#tagLists, MOST_TAG_LISTS - 1)
      return firstOf(repository.tags(range), most + 1)
    }
    const referrersOf = (subject: Digest, hasTag?: HasTag) =>
      firstOf(pointersOf(repository.referrers(subject, hasTag)), count + 1)
    const source: Source = {
      name: repository.name,
      head: (wanted) => this.#head(repository, wanted),
      manifest: (wanted, size) => once(this.#manifests, wanted, () => this.#manifest(repository, wanted, size)),
      blob: (blob, offset) => this.#read(repository, blob, offset),
      tags: (range) => each(once(this.#tagLists, `${repository.name} ${JSON.stringify(range)}`, () => tagsOf(range))),
      referrers: (subject, hasTag) => each(once(this.#referrers, subject, () => referrersOf(subject, hasTag))),
    }
    // A directory is near: reading it twice costs nothing.
    const isNear = this.#address.place.kind === 'layout'
    return { repository: isNear ? repository : { ...source, prepare: (blob) => this.#prepare(repository, blob) }, key }
  }

  /** What was read need not be asked for; and all mirrors get what the tag led to then. */
  async #head(source: Source, key: string): Promise<Descriptor | undefined> {
    const read = await this.#manifests.get(key)
    return read?.descriptor ?? once(this.#heads, key, () => source.head(key))
  }

  async #manifest(source: Source, key: string, size?: number): Promise<Manifest> {
    const manifest = await source.manifest(key, size)
    this.#manifests.set(manifest.descriptor.digest, Promise.resolve(manifest))
    return manifest
  }

  async #prepare(source: Source, blob: Descriptor): Promise<void> {
    if (this.users > 1) await once(this.#fetched, blob.digest, () => this.#bring(source, blob))
  }

  /** False where there is no room for it: then everyone reads the source. */
  async #bring(source: Source, blob: Descriptor): Promise<boolean> {
    try {
      this.#spool ??= this.#options.openSpool()
      const { repository } = await this.#spool
      await repository.putBlob(blob, (offset) => source.blob(blob, offset))
      return true
    } catch (error) {
      if (Failure.is(error, 'disk-full') || Failure.is(error, 'directory-unwritable')) return false
      throw error
    }
  }

  async *#read(source: Source, blob: Descriptor, offset?: number): ByteStream {
    const isHere = (await this.#fetched.get(blob.digest)) === true
    const from = isHere && this.#spool ? (await this.#spool).repository : source
    yield* from.blob(blob, offset)
  }
}

/** Keeps so many entries at most. */
function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}

/** Descriptors without their annotations and the like, which have no bounds and need not be kept. */
async function* pointersOf(descriptors: AsyncIterable<Descriptor>): AsyncGenerator<Descriptor> {
  for await (const { mediaType, digest, size } of descriptors) {
    yield { mediaType: isManifestType(mediaType) ? mediaType : '', digest, size }
  }
}

async function* each<Item>(items: Promise<readonly Item[]>): AsyncGenerator<Item> {
  yield* await items
}

/** Asks once for each key, also while the answer is on its way; a failure is forgotten. */
async function once<Key, Value>(
  answers: Map<Key, Promise<Value>>,
  key: Key,
  ask: () => Promise<Value>,
): Promise<Value> {
  const known = answers.get(key)
  if (known !== undefined) return known
  const answer = ask()
  answers.set(key, answer)
  answer.catch(() => answers.delete(key))
  return answer
}
