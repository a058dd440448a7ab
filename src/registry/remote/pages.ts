import { Failure } from '../../failure/failure.ts'
import { headerValues, type RegistryResponse } from './exchange.ts'

const NEXT = /<([^>]*)>\s*;[^,]*\brel="?next"?/i
/** No list is as long; one that seems to be has no end. */
const MOST_PAGES = 1_000

export interface PageReader<Item> {
  /** Asks for a page. */
  readonly ask: (url: URL) => Promise<RegistryResponse>
  /** Reads one, counted from 1; releases its connection. */
  readonly read: (response: RegistryResponse, page: number) => Promise<readonly Item[]>
  /** The most pages that are asked for. */
  readonly pages?: number | undefined
}

/**
 * A list of a registry, page by page. Only the `Link` header says whether there is more: a short page proves nothing.
 * An empty page or a repeated link ends it.
 * @throws Failure `registry-untrusted` where the rest is at another origin: half a list is none; `registry-error`
 *   where there are more pages than are asked for
 */
export async function* walkPages<Item>(first: URL, reader: PageReader<Item>): AsyncGenerator<Item> {
  const { ask, read, pages = MOST_PAGES } = reader
  const seen = new Set<string>()
  let url: URL | undefined = first
  while (url !== undefined && !seen.has(url.href)) {
    if (seen.size === pages) throw endless(url, pages)
    seen.add(url.href)
    const response = await ask(url)
    const items = await read(response, seen.size)
    yield* items
    url = items.length === 0 ? undefined : nextPage(response)
  }
}

function endless({ host }: URL, pages: number): Failure {
  return new Failure('registry-error', { host, status: 200, detail: `a list of more than ${pages} pages` })
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
