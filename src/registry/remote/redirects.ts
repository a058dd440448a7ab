import { Failure } from '../../failure/failure.ts'
import { header, type Exchange, type RegistryRequest, type RegistryResponse } from './exchange.ts'

const MOST_HOPS = 10
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Follows redirects by hand: a body is opened anew at every hop, and `Authorization` never leaves the origin it
 * was meant for. Object storage refuses a request that carries one besides its own signature.
 * @throws Failure `registry-untrusted` for a step down from https to http, and for a loop
 */
export function withRedirects(exchange: Exchange): Exchange {
  return async (first) => {
    let request = first
    for (let hop = 0; hop <= MOST_HOPS; hop += 1) {
      const response = await exchange(request)
      const location = header(response, 'location')
      if (!REDIRECTS.has(response.status) || location === undefined) return response
      if (request.staysAtOrigin && leadsElsewhere(response, location)) return response
      await response.discard()
      request = redirected(request, response, location)
    }
    throw new Failure('registry-untrusted', { host: first.url.host, reason: 'redirect-loop' })
  }
}

function leadsElsewhere({ url }: RegistryResponse, location: string): boolean {
  return !URL.canParse(location, url.href) || new URL(location, url).origin !== url.origin
}

function redirected(request: RegistryRequest, response: RegistryResponse, location: string): RegistryRequest {
  const url = resolveLocation(response, location)
  // RFC 9110, 15.4.4: after 303 the answer is elsewhere, to be fetched.
  const { body, ...rest } = request
  const fetches = response.status === 303 && request.method !== 'HEAD'
  return {
    ...rest,
    url,
    headers: url.origin === request.url.origin ? (request.headers ?? {}) : withoutAuthorization(request.headers),
    ...(fetches ? { method: 'GET' } : body && { body }),
  }
}

/**
 * Where a `Location` leads: it may be relative and is resolved against the request that it answers.
 * @throws Failure `registry-untrusted` where it is no http address or would give up TLS
 */
export function resolveLocation(response: RegistryResponse, location: string): URL {
  const { host } = response.url
  if (!URL.canParse(location, response.url.href))
    throw new Failure('registry-untrusted', { host, reason: 'not-an-address' })
  const url = new URL(location, response.url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new Failure('registry-untrusted', { host, reason: 'not-an-address' })
  }
  if (response.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new Failure('registry-untrusted', { host, reason: 'leaves-tls' })
  }
  return url
}

function withoutAuthorization(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'))
}
