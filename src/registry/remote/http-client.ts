import { Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import { Failure } from '../../failure/failure.ts'
import type { ByteStream } from '../repository.ts'
import { anyConnector, PrivateAddressError, publicConnector, systemNetwork, type Network } from './connectors.ts'
import type { Body, Exchange, RegistryRequest, RegistryResponse } from './exchange.ts'
import { networkFailure } from './network-failure.ts'
import { endOf, type FollowingSignal } from './signals.ts'

/** The bottom of the transport: one exchange over undici, no redirects, no credentials, no second try, no hurry. */
export interface HttpClient {
  readonly exchange: Exchange
  /** Closes all connections. */
  close(): Promise<void>
}

export interface HttpClientOptions {
  readonly userAgent: string
  /** How many connections may be open to one origin. */
  readonly connections: number
  /** Whether the operator named this host (with its port, if that is not the scheme's own). */
  readonly isNamed: (host: string) => boolean
  readonly network?: Network
  readonly signal?: AbortSignal
}

/**
 * Hosts that the operator did not name are a registry's word, or a stranger's: they are reached at public addresses
 * only, unless the registry that they serve is itself none of the internet.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { connections, network = systemNetwork } = options
  const privateOrigins = new Set<string>()
  // Connections are shared by all that goes to one origin: those that were not judged are kept apart.
  const anywhere = new Agent({
    connections,
    allowH2: false,
    connect: anyConnector(network, (origin) => privateOrigins.add(origin)),
  })
  const internet = new Agent({ connections, allowH2: false, connect: publicConnector(network) })
  const isPrivateOnPurpose = ({ host, origin }: URL) => options.isNamed(host) && privateOrigins.has(origin)
  const isTrusted = ({ url, registry }: RegistryRequest) =>
    options.isNamed(url.host) || (registry !== undefined && isPrivateOnPurpose(registry))

  const exchange: Exchange = async (request) => {
    const end = endOf(request, options.signal)
    const { signal } = end
    const agent = isTrusted(request) ? anywhere : internet
    try {
      const answer = await agent.request({
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: { 'user-agent': options.userAgent, ...lengthOf(request), ...request.headers },
        // undici's own are refreshed by any 1xx, and do not run during backpressure: `withWatch` has better ones.
        headersTimeout: 0,
        bodyTimeout: 0,
        // Without this undici closes the connection of every HEAD.
        reset: false,
        ...(request.body && { body: bodyOf(request.body) }),
        ...(signal && { signal }),
      })
      return responseOf(request, answer, end)
    } catch (error) {
      end.release()
      if (error instanceof PrivateAddressError) throw privateAddress(request, error)
      throw networkFailure(error, request.url.host, signal)
    }
  }
  return {
    exchange,
    async close() {
      await Promise.all([anywhere.destroy(), internet.destroy()])
    },
  }
}

/** Which registry leads to which host; of a registry itself only that it does. */
function privateAddress({ url, registry = url }: RegistryRequest, cause: PrivateAddressError): Failure {
  const leadsTo = url.host === registry.host ? {} : { leadsTo: url.host }
  return new Failure('registry-untrusted', { host: registry.host, reason: 'private-address', ...leadsTo }, { cause })
}

function responseOf(request: RegistryRequest, answer: Dispatcher.ResponseData, end: FollowingSignal): RegistryResponse {
  const { host } = request.url
  return {
    status: answer.statusCode,
    headers: answer.headers,
    url: request.url,
    body: translated(answer.body, host, end),
    // A body that breaks while nobody reads it is nobody's loss.
    discard: () =>
      answer.body
        .dump({ limit: 64 * 1024 })
        .catch(() => undefined)
        .finally(() => end.release()),
  }
}

/** The body's bytes, its errors told as failures. */
async function* translated(body: ByteStream, host: string, end: FollowingSignal): ByteStream {
  try {
    yield* body
  } catch (error) {
    throw networkFailure(error, host, end.signal)
  } finally {
    end.release()
  }
}

/** Object storage refuses chunked uploads, so every body says its length; so does a POST without one. */
function lengthOf({ method, body }: RegistryRequest): Record<string, string> {
  if (body === undefined) return method === 'POST' || method === 'PUT' ? { 'content-length': '0' } : {}
  return { 'content-length': String('bytes' in body ? body.bytes.byteLength : body.size) }
}

function bodyOf(body: Body): Uint8Array | Readable {
  return 'bytes' in body ? body.bytes : Readable.from(body.open(), { objectMode: false })
}
