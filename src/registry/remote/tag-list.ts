import { Failure } from '../../failure/failure.ts'
import { parseJsonObject } from '../../oci/json.ts'
import { isTag } from '../../oci/reference.ts'
import { readBounded } from '../bounded.ts'
import type { RegistryResponse } from './exchange.ts'
import { walkPages } from './pages.ts'
import { failureOf, readProblem } from './problem.ts'
import type { RepositoryContext } from './repository-context.ts'

const LARGEST_PAGE = 8 * 1024 * 1024

/**
 * The tags of a repository, page by page (distribution-spec, "Listing Tags"). What cannot be a tag is left out.
 * @param pages the most that are asked for
 * @throws Failure `image-unknown`, and those of `walkPages`
 */
export function listTags(context: RepositoryContext, first: URL, pages?: number): AsyncGenerator<string> {
  return walkPages(first, {
    ask: (url) => context.exchange({ method: 'GET', url, scopes: context.scopes, contentWithin: LARGEST_PAGE }),
    read: (response) => tagsOf(context, response),
    pages,
  })
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
  if (!document) throw new Failure('registry-error', { host, status: 200, detail: 'a list of tags that is not JSON' })
  return Array.isArray(document.tags) ? document.tags.filter((tag) => typeof tag === 'string' && isTag(tag)) : []
}
