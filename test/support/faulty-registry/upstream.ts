import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Answer, Changes, Headers, LoggedRequest } from './call.ts'

/** Headers that belong to one connection and not to the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding']

/** The registry behind: passes requests on to it, their bodies as they come. */
export function connectUpstream(origin: string) {
  const agent = new Agent({ keepAlive: true })
  return {
    async forward(incoming: IncomingMessage, seen: LoggedRequest, changes: Changes = {}): Promise<Answer> {
      // The Host header stays the client's, so that a registry which makes addresses of it leads back here.
      const headers = sendable({ ...incoming.headers, ...changes.headers })
      const outgoing = httpRequest(new URL(changes.path ?? seen.path, origin), { agent, method: seen.method, headers })
      incoming.once('close', () => {
        if (!incoming.complete) outgoing.destroy()
      })
      const sending = pipeline(changes.body ? [changes.body] : incoming, counter(seen), outgoing)
      // Where the registry answers early, the rest of the body does not matter.
      sending.catch(() => undefined)
      const response = await responseTo(outgoing)
      return { status: response.statusCode ?? 0, headers: sendable(response.headers), body: response }
    },
    close: () => agent.destroy(),
  }
}

function responseTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve)
    // It may fail more than once, as when the client goes away.
    outgoing.on('error', reject)
  })
}

/** Counts the bytes of a request's body as they pass. */
export function counter(seen: LoggedRequest): Transform {
  return new Transform({
    transform(chunk: Uint8Array, _, done) {
      seen.received += chunk.byteLength
      done(null, chunk)
    },
  })
}

/** Headers that may be sent on. */
export function sendable(headers: Headers): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.includes(name)) continue
    kept[name] = typeof value === 'string' ? value : [...value]
  }
  return kept
}
