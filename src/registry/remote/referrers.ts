import { Failure } from '../../failure/failure.ts'
import type { Digest } from '../../oci/digest.ts'
import { readManifest, type Descriptor, type Manifest } from '../../oci/manifest.ts'
import { OCI_INDEX } from '../../oci/media-types.ts'
import { isReferrersList, referrersTag, withReferrers } from '../../oci/referrers.ts'
import { readBounded } from '../bounded.ts'
import { LARGEST_MANIFEST_READ, LARGEST_MANIFEST_WRITTEN } from '../limits.ts'
import type { HasTag, Repository } from '../repository.ts'
import { header, type RegistryResponse } from './exchange.ts'
import { walkPages } from './pages.ts'
import { failureOf, readProblem } from './problem.ts'
import type { RepositoryContext } from './repository-context.ts'
import { isPassingStatus } from './retries.ts'

/** What a run has learned of how registries list referrers; shared by all repositories. */
export interface ReferrersMemory {
  /** Registries, and repositories, that have no referrers API. */
  readonly withoutApi: Set<string>
  /** Ends when the last one of those who change a list under a tag has done so; by the tag's whole name. */
  readonly turns: Map<string, Promise<void>>
}

/** One that knows nothing yet. */
export function createReferrersMemory(): ReferrersMemory {
  return { withoutApi: new Set(), turns: new Map() }
}

export interface ListingOptions {
  /** Where the referrers API has the list. */
  readonly url: URL
  readonly memory: ReferrersMemory
  /** Reads the manifest that a tag leads to. */
  readonly manifest: (tag: string) => Promise<Manifest>
  readonly hasTag?: HasTag | undefined
}

/**
 * What refers to a manifest, by the referrers API (distribution-spec, "Listing Referrers"), else by the list that
 * clients keep under a tag ("Referrers Tag Schema"). That tag counts as well where the API has nothing to say: some
 * registries answer everything with an empty list.
 * @throws Failure `registry-untrusted`, `manifest-too-large`, `manifest-invalid`, and what any request may meet
 */
export async function* listReferrers(
  context: RepositoryContext,
  subject: Digest,
  { url, memory, manifest, hasTag = () => Promise.resolve(true) }: ListingOptions,
): AsyncGenerator<Descriptor> {
  const { withoutApi } = memory
  if (!withoutApi.has(context.host) && !withoutApi.has(context.name)) {
    let isEmpty = true
    for await (const referrer of listFromApi(context, url, withoutApi)) {
      isEmpty = false
      yield referrer
    }
    if (!isEmpty) return
  }
  const tag = referrersTag(subject)
  if (await hasTag(tag)) yield* (await listAt(manifest, tag, subject))?.children ?? []
}

/** The list under a tag; undefined where there is none, or something else. */
async function listAt(
  manifest: ListingOptions['manifest'],
  tag: string,
  subject: Digest,
): Promise<Manifest | undefined> {
  try {
    const list = await manifest(tag)
    return isReferrersList(list, subject) ? list : undefined
  } catch (error) {
    if (Failure.is(error, 'image-unknown')) return undefined
    if (Failure.is(error, 'manifest-invalid') || Failure.is(error, 'manifest-unsupported')) return undefined
    throw error
  }
}

/** Nothing where there is no API, which is then remembered. */
function listFromApi(context: RepositoryContext, first: URL, withoutApi: Set<string>): AsyncGenerator<Descriptor> {
  return walkPages(first, {
    // GHCR leads to a page of its web site, whose answers say nothing of the registry.
    ask: (url) =>
      context.exchange({
        method: 'GET',
        url,
        headers: { accept: OCI_INDEX },
        scopes: context.scopes,
        staysAtOrigin: true,
        contentWithin: LARGEST_MANIFEST_READ,
      }),
    async read(response, page) {
      const index = await readPage(context, response, page === 1)
      // What is forbidden in one repository may be allowed in another.
      const isForbidden = response.status === 401 || response.status === 403
      if (index === undefined) withoutApi.add(isForbidden ? context.name : context.host)
      return index?.children ?? []
    },
  })
}

/** An index; undefined where a first page is none, and shows that there is no API. */
async function readPage(
  context: RepositoryContext,
  response: RegistryResponse,
  isFirst: boolean,
): Promise<Manifest | undefined> {
  const { clock, host, repository, name: image } = context
  if (response.status !== 200) {
    const problem = await readProblem(response, clock.now())
    if (isFirst && isRefusal(response.status)) return undefined
    throw failureOf(problem, { host, repository, does: 'pull' })
  }
  const bytes = await readBounded(response.body, LARGEST_MANIFEST_READ)
  if (bytes === undefined) throw new Failure('manifest-too-large', { image, limit: LARGEST_MANIFEST_READ })
  try {
    const index = readManifest(bytes, { image, contentType: header(response, 'content-type') ?? OCI_INDEX })
    if (index.kind !== 'index') throw new Failure('manifest-invalid', { image, reason: 'not-a-list', detail: '' })
    return index
  } catch (error) {
    if (!isFirst || !(error instanceof Failure)) throw error
    return undefined
  }
}

/** Any answer but one that says "not now", and a registry that is unwell. */
function isRefusal(status: number): boolean {
  return status < 500 ? !isPassingStatus(status) : status === 501
}

/**
 * Enters manifests into the list under a tag, keeping what is listed there. Two programs that do so at the same time
 * may undo each other, as the specification says; within this one they wait for each other.
 * @throws Failure `manifest-too-large` where the list would be longer than registries take
 */
export async function addToList(
  repository: Repository,
  subject: Digest,
  referrers: readonly Manifest[],
  { turns }: ReferrersMemory,
): Promise<void> {
  const tag = referrersTag(subject)
  const image = `${repository.name}:${tag}`
  const change = async (): Promise<void> => {
    const present = await listAt((key) => repository.manifest(key), tag, subject)
    const list = withReferrers(present, referrers, image)
    if (list === undefined) return
    const limit = LARGEST_MANIFEST_WRITTEN
    if (list.bytes.byteLength > limit) throw new Failure('manifest-too-large', { image, limit })
    await repository.putManifest(list, tag)
  }
  const turn = (turns.get(image) ?? Promise.resolve()).then(change)
  const over = turn.catch(() => undefined)
  turns.set(image, over)
  try {
    await turn
  } finally {
    if (turns.get(image) === over) turns.delete(image)
  }
}
