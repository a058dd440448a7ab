import type { Digest } from '../oci/digest.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { BlobArrival, Repository } from '../registry/repository.ts'

/**
 * What a run has learned of the repositories that it writes to, so that nothing is asked or sent twice. It is only
 * added to by what the run saw itself, and ends with the run.
 */
export interface Holdings {
  /** Whether a blob was brought to a repository in this run. */
  has(target: Repository, blob: Descriptor): boolean
  /** Whether a repository has no image yet; asked once a run, and no longer so when the run puts one there. */
  isNew(target: Repository, ask: () => Promise<boolean>): Promise<boolean>
  /** The run puts an image there. */
  begin(target: Repository): void
  /** Brings a blob, or a manifest, to a repository once, however many images need it there at the same time. */
  bring(target: Repository, blob: Descriptor, put: () => Promise<BlobArrival>): Promise<BlobArrival>
  /** Does some work for a repository, once in the run; whoever wants the same meanwhile waits for it. */
  once(target: Repository, what: string, work: () => Promise<void>): Promise<void>
  /** Names of repositories that have the blob by now. */
  havingBlob(digest: Digest): readonly string[]
  /** A repository turned out not to have what it should: what was known of it counts no more. */
  forget(target: Repository): void
}

export function createHoldings(): Holdings {
  const blobs = new Map<string, Map<Digest, Promise<BlobArrival>>>()
  const arrived = new Map<Digest, Set<string>>()
  const novelty = new Map<string, Promise<boolean>>()
  const works = new Map<string, Promise<void>>()

  const blobsOf = (target: Repository) => {
    const known = blobs.get(target.name) ?? new Map<Digest, Promise<BlobArrival>>()
    blobs.set(target.name, known)
    return known
  }

  return {
    has: (target, blob) => arrived.get(blob.digest)?.has(target.name) === true,
    isNew(target, ask) {
      const known = novelty.get(target.name) ?? ask()
      novelty.set(target.name, known)
      return known
    },
    begin: (target) => void novelty.set(target.name, Promise.resolve(false)),
    async bring(target, blob, put) {
      const known = blobsOf(target)
      for (let under = known.get(blob.digest); under !== undefined; under = known.get(blob.digest)) {
        // Where another image's source fails, this one's own is tried.
        if (await under.then(() => true).catch(() => false)) return 'present'
      }
      const arrival = put()
      known.set(blob.digest, arrival)
      try {
        const how = await arrival
        arrived.set(blob.digest, (arrived.get(blob.digest) ?? new Set()).add(target.name))
        return how
      } catch (error) {
        known.delete(blob.digest)
        throw error
      }
    },
    async once(target, what, work) {
      const key = `${target.name} ${what}`
      const done = works.get(key) ?? work()
      works.set(key, done)
      try {
        await done
      } catch (error) {
        works.delete(key)
        throw error
      }
    },
    havingBlob: (digest) => [...(arrived.get(digest) ?? [])],
    forget(target) {
      blobs.delete(target.name)
      for (const names of arrived.values()) names.delete(target.name)
    },
  }
}
