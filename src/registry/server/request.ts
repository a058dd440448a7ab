import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { readBounded } from '../bounded.ts'
import type { ByteStream } from '../repository.ts'

/** A request as the handlers see it. */
export interface RegistryRequest {
  readonly method: string
  /** Path and query, as they were sent. */
  readonly target: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: ByteStream
  /** Bytes of the body that were read so far. */
  received(): number
}

/** Reads what Node says of a request. */
export function requestOf(incoming: IncomingMessage): RegistryRequest {
  const { method = 'GET', url: target = '/', headers } = incoming
  let received = 0
  async function* body(): AsyncGenerator<Uint8Array> {
    // Whoever stops reading early still has an answer to send over this request's socket.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      const bytes: Uint8Array = chunk
      received += bytes.byteLength
      yield bytes
    }
  }
  const query = new URLSearchParams(target.includes('?') ? target.slice(target.indexOf('?')) : '')
  return { method, target, query, headers, body: body(), received: () => received }
}

/** A whole body in memory; undefined where it is longer than `limit` bytes. One that says so is not even begun. */
export async function bodyWithin(limit: number, request: RegistryRequest): Promise<Uint8Array | undefined> {
  return Number(request.headers['content-length'] ?? 0) > limit ? undefined : readBounded(request.body, limit)
}
