import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { Stoppable } from './cleanup.ts'

/** What a path of the distribution API is about. */
export type PathKind = 'manifest' | 'blob' | 'upload' | 'tags' | 'other'

/** A request that went through. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly kind: PathKind
  readonly hasCredentials: boolean
  /** Bytes of the request's body so far. */
  readonly sent: number
  /** Bytes of the answer's body so far. */
  readonly received: number
}

/** Stands in front of a registry and sees everything that passes. */
export interface CountingProxy extends Stoppable {
  readonly host: string
  /** In order of arrival; empty it to count anew. */
  readonly requests: SeenRequest[]
}

export interface ProxyOptions {
  /** A request is passed on when this resolves. */
  readonly before?: (request: SeenRequest) => Promise<void> | undefined
}

/** Starts a proxy on a free port of loopback. The registry is told the proxy's name, and so leads back to it. */
export async function startProxy(backend: string, { before }: ProxyOptions = {}): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true })
  const requests: SeenRequest[] = []
  const server = createServer((incoming, outgoing) => {
    const seen = see(incoming)
    requests.push(seen)
    const held = before?.(seen)
    if (held) void held.then(() => pass(incoming, outgoing, seen, backend, agent))
    else pass(incoming, outgoing, seen, backend, agent)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    host: `127.0.0.1:${address.port}`,
    requests,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}

type Counted = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] }

function see({ method = '', url: path = '', headers }: IncomingMessage): Counted {
  return { method, path, kind: kindOf(path), hasCredentials: 'authorization' in headers, sent: 0, received: 0 }
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, seen: Counted, backend: string, agent: Agent): void {
  const { method, headers } = incoming
  const [host, port] = backend.split(':')
  const onward = request({ host, port, method, path: seen.path, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.on('data', (chunk: Buffer) => (seen.received += chunk.byteLength))
    answer.on('error', () => outgoing.destroy())
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  outgoing.on('close', () => outgoing.writableFinished || onward.destroy())
  incoming.on('data', (chunk: Buffer) => (seen.sent += chunk.byteLength))
  incoming.pipe(onward)
}

const KINDS: readonly (readonly [RegExp, PathKind])[] = [
  [/\/blobs\/uploads\//, 'upload'],
  [/\/blobs\//, 'blob'],
  [/\/manifests\//, 'manifest'],
  [/\/tags\/list/, 'tags'],
]

function kindOf(path: string): PathKind {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other'
}

/** How many of the requests there are of one kind, with one of these methods if any are named. */
export function count(requests: readonly SeenRequest[], kind: PathKind, ...methods: readonly string[]): number {
  return requests.filter((seen) => seen.kind === kind && (methods.length === 0 || methods.includes(seen.method))).length
}
