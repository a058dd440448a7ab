import { ok, type Answer, type Call } from './http.ts'

const DEFAULT_PER_PAGE = 30
const MOST_PER_PAGE = 100

/**
 * One page of a list, with the `Link` header that GitHub gives. Its addresses lead through the repository's
 * number, as GitHub's do: a client has to follow them as they are.
 */
export function page<Item>(call: Call, path: string, items: readonly Item[], show: (item: Item) => unknown): Answer {
  const perPage = Math.min(positive(call.query.get('per_page'), DEFAULT_PER_PAGE), MOST_PER_PAGE)
  const number = positive(call.query.get('page'), 1)
  const last = Math.max(1, Math.ceil(items.length / perPage))
  const body = items.slice((number - 1) * perPage, number * perPage).map(show)

  const base = `${call.store.apiUrl}/repositories/${call.store.repositoryId}/${path}`
  const link = (rel: string, target: number): string => {
    const query = new URLSearchParams(call.query)
    query.set('page', String(target))
    return `<${base}?${query.toString()}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [link('prev', Math.min(number - 1, last))] : []),
    ...(number < last ? [link('next', number + 1), link('last', last)] : []),
    ...(number > 1 ? [link('first', 1)] : []),
  ]
  return links.length === 0 ? ok(body) : { status: 200, body, headers: { link: links.join(', ') } }
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : otherwise
}
