import { Failure } from '../../failure/failure.ts'
import { parseJsonObject } from '../../oci/json.ts'
import { isTag } from '../../oci/reference.ts'
import { readBounded } from '../bounded.ts'
import { headerValues, type RegistryResponse } from './exchange.ts'
import { failureOf, readProblem } from './problem.ts'
import type { RepositoryContext } from './repository-context.ts'

const LARGEST_PAGE = 8 * 1024 * 1024
/** No repository has so many, even where a page holds but a hundred tags; a list that goes on has no end. */
const MOST_PAGES = 1000
const NEXT = /<([^>]*)>\s*;[^,]*\brel="?next"?/i

/**
 * All tags of a repository, page by page (distribution-spec, "Listing Tags"). Only the `Link` header says whether
 * there is more: a short page proves nothing. A repeated link ends it. What cannot be a
 * tag is left out.
 * @throws Failure `registry-untrusted` where the rest is at another origin, `registry-error` where it has no end: half a
 *   list is none
 */
export async function* listTags(context: RepositoryContext, first: URL): AsyncGenerator<string> {
  const seen = new Set<string>()
  let url: URL | undefined = first
  while (url !== undefined && !seen.has(url.href)) {
    if (seen.size === MOST_PAGES) throw unusable(context.host, 'a list of tags without an end')
    seen.add(url.href)
    const response = await context.exchange({ method: 'GET', url, scopes: context.scopes })
    const tags = await tagsOf(context, response)
    yield* tags
    url = tags.length === 0 ? undefined : nextPage(response)
  }
}

async function tagsOf(context: RepositoryContext, response: RegistryResponse): Promise<string[]> {
  const { clock, host, repository, name } = context
  if (response.status === 404) {
    await response.discard()
    throw new Failure('image-unknown', { image: name, host })
  }
  if (response.status !== 200)
    throw failureOf(await readProblem(response, clock.now()), { host, repository, does: 'pull' })
  const bytes = await readBounded(response.body, LARGEST_PAGE)
  const document = bytes && parseJsonObject(bytes)
  if (!document) throw unusable(host, 'a list of tags that is not JSON')
  return Array.isArray(document.tags) ? document.tags.filter((tag) => typeof tag === 'string' && isTag(tag)) : []
}

function unusable(host: string, detail: string): Failure {
  return new Failure('registry-error', { host, status: 200, detail })
}

function nextPage(response: RegistryResponse): URL | undefined {
  const link = headerValues(response, 'link')
    .map((value) => NEXT.exec(value)?.[1])
    .find((target) => target !== undefined)
  if (link === undefined || !URL.canParse(link, response.url.href)) return undefined
  const url = new URL(link, response.url)
  if (url.origin === response.url.origin) return url
  const { host } = response.url
  throw new Failure('registry-untrusted', { host, reason: 'foreign-link', leadsTo: url.host })
}
