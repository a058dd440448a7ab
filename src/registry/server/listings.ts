import { json, refusal, type Answer } from './answer.ts'
import type { RegistryRequest } from './request.ts'

/**
 * One page of a sorted list (distribution-spec, "Listing Tags"): the first `n` names after `last`, and where more
 * follow, a `Link` to them.
 */
export function listing(
  request: RegistryRequest,
  names: readonly string[],
  documentOf: (page: readonly string[]) => Readonly<Record<string, unknown>>,
): Answer {
  const size = pageSize(request.query.get('n'))
  if (size === undefined) return refusal('PAGINATION_NUMBER_INVALID', 'n has to be a whole number')
  const after = request.query.get('last') ?? ''
  const rest = names.filter((name) => name > after)
  const page = rest.slice(0, size)
  const last = page.at(-1)
  const hasMore = last !== undefined && page.length < rest.length
  return json(200, documentOf(page), hasMore ? { link: nextLink(request.target, size, last) } : {})
}

/** Without `n` a page has no end. */
function pageSize(text: string | null): number | undefined {
  if (text === null) return Infinity
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function nextLink(target: string, size: number, last: string): string {
  const query = new URLSearchParams({ n: String(size), last })
  return `<${target.split('?', 1)[0]}?${query.toString()}>; rel="next"`
}
