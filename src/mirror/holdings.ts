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
  /** Brings a blob to a repository once, however many images need it there at the same time. */
  bring(target: Repository, blob: Descriptor, put: () => Promise<BlobArrival>): Promise<BlobArrival>
  /** The same of a manifest. To have its bytes as a blob is not to have it: each has an address of its own. */
  bringManifest(target: Repository, manifest: Descriptor, put: () => Promise<void>): Promise<void>
  /** Does some work for a repository, once in the run; whoever wants the same meanwhile waits for it. */
  once(target: Repository, what: string, work: () => Promise<void>): Promise<void>
  /** Name of a repository of a registry that has the blob by now: any of them. */
  holderOf(registry: string, digest: Digest): string | undefined
  /** A repository turned out not to have what it should: what was known of it counts no more. */
  forget(target: Repository): void
}

/** What came to one repository, and what is on its way. */
interface Arrivals {
  /** With their sizes: what another image calls longer or shorter is not what it lists. */
  readonly arrived: Map<Digest, number>
  readonly underWay: Map<Digest, Promise<BlobArrival>>
}

/** One repository, as far as the run has written to it. */
interface Held {
  readonly blobs: Arrivals
  readonly manifests: Arrivals
}

export function createHoldings(): Holdings {
  const repositories = new Map<string, Held>()
  const holders = new Map<string, Map<Digest, string>>()
  const novelty = new Map<string, Promise<boolean>>()
  const works = new Map<string, Promise<void>>()

  const heldBy = ({ name }: Repository) =>
    entry(repositories, name, () => ({ blobs: noArrivals(), manifests: noArrivals() }))

  return {
    has: (target, blob) => heldBy(target).blobs.arrived.get(blob.digest) === blob.size,
    isNew: (target, ask) => entry(novelty, target.name, ask),
    begin: (target) => void novelty.set(target.name, Promise.resolve(false)),
    async bring(target, blob, put) {
      const how = await bringOnce(heldBy(target).blobs, blob, put)
      entry(holders, registryIn(target.name), () => new Map()).set(blob.digest, target.name)
      return how
    },
    async bringManifest(target, manifest, put) {
      await bringOnce(heldBy(target).manifests, manifest, async () => {
        await put()
        return 'sent'
      })
    },
    async once(target, what, work) {
      const key = `${target.name} ${what}`
      try {
        await entry(works, key, work)
      } catch (error) {
        works.delete(key)
        throw error
      }
    },
    holderOf(registry, digest) {
      const name = holders.get(registry)?.get(digest)
      return name !== undefined && repositories.get(name)?.blobs.arrived.has(digest) ? name : undefined
    },
    forget(target) {
      const { blobs, manifests } = heldBy(target)
      blobs.arrived.clear()
      manifests.arrived.clear()
    },
  }
}

function noArrivals(): Arrivals {
  return { arrived: new Map(), underWay: new Map() }
}

/** Where another image's source fails, this one's own is tried. */
async function bringOnce(
  { arrived, underWay }: Arrivals,
  { digest, size }: Descriptor,
  put: () => Promise<BlobArrival>,
): Promise<BlobArrival> {
  for (let other = underWay.get(digest); other !== undefined; other = underWay.get(digest)) {
    await other.catch(() => undefined)
  }
  if (arrived.get(digest) === size) return 'present'
  const arrival = put()
  underWay.set(digest, arrival)
  try {
    const how = await arrival
    arrived.set(digest, size)
    return how
  } finally {
    underWay.delete(digest)
  }
}

/** The value of a key, made where there is none yet. */
function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

function registryIn(name: string): string {
  return name.slice(0, name.indexOf('/'))
}
