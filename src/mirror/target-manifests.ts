import { Failure, type FailureCode } from '../failure/failure.ts'
import { isDigest, type Digest } from '../oci/digest.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'
import type { Repository } from '../registry/repository.ts'
import type { Holdings } from './holdings.ts'
import type { Schedule } from './schedule.ts'
import type { Source } from './source-share.ts'

/** What a target says of a manifest that it has not, shows to no writer, lost, or is just writing. */
const UNREADABLE: readonly FailureCode[] = ['image-unknown', 'push-denied', 'digest-mismatch', 'registry-error']

/** Which manifests of an image a target has, as far as one plan has to know: each is asked for once at most. */
export class TargetManifests {
  readonly #known = new Map<string, boolean>()
  #isNew = false

  constructor(
    private readonly target: Repository,
    private readonly schedule: Schedule,
  ) {}

  /** What a tag or digest leads to there. */
  async head(key: string): Promise<Descriptor | undefined> {
    const found = await this.schedule.request(() => this.target.head(key))
    if (isDigest(key)) this.#known.set(key, found !== undefined)
    return found
  }

  /** Whether it has a manifest, and with it all that is below, by the rule that children are put first. */
  async has(digest: Digest): Promise<boolean> {
    return this.#answer(digest) ?? (await this.head(digest)) !== undefined
  }

  /** Whether it was asked for a manifest and had it. */
  showed(digest: Digest): boolean {
    return this.#known.get(digest) === true
  }

  /** Asks whether it has any image: where it has none, no manifest need be asked for. */
  async askForAny(holdings: Holdings): Promise<void> {
    this.#isNew = await holdings.isNew(this.target, () => this.schedule.request(() => hasNoTag(this.target)))
  }

  /** The source, but for manifests that the target has: to read those there costs nothing of a pull limit. */
  nearer(source: Source): Source {
    return {
      name: source.name,
      head: (key) => source.head(key),
      manifest: async (key, size) => (await this.#read(key)) ?? source.manifest(key, size),
      blob: (blob, offset) => source.blob(blob, offset),
      tags: (range) => source.tags(range),
      referrers: (subject, hasTag) => source.referrers(subject, hasTag),
    }
  }

  #answer(digest: string): boolean | undefined {
    return this.#known.get(digest) ?? (this.#isNew ? false : undefined)
  }

  async #read(key: string): Promise<Manifest | undefined> {
    if (!isDigest(key) || this.#answer(key) === false) return undefined
    const found = await this.schedule.request(() => this.target.manifest(key)).catch(noManifest)
    this.#known.set(key, found !== undefined)
    return found
  }
}

function noManifest(error: unknown): undefined {
  if (error instanceof Failure && UNREADABLE.includes(error.code)) return undefined
  throw error
}

/** Whatever else keeps the list from being read, nobody says that it is empty. */
async function hasNoTag(target: Repository): Promise<boolean> {
  try {
    for await (const _ of target.tags()) return false
    return true
  } catch (error) {
    return Failure.is(error, 'image-unknown')
  }
}
