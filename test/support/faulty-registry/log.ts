import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { LoggedRequest } from './call.ts'

/** Every request that came, and how they came. */
export interface RequestLog {
  readonly requests: readonly LoggedRequest[]
  /** Requests as `GET /v2/app/manifests/v1`, in their order. */
  lines(): string[]
  /** The requests of a method, or of any for `*`, whose path matches. */
  find(method: string, path?: RegExp): LoggedRequest[]
  count(method: string, path?: RegExp): number
  /** How many connections were opened since the beginning. */
  connectionsOpened(): number
  /** How many requests of a method, or of any, were under way at once, at most. */
  mostAtOnce(method?: string): number
  clear(): void
}

interface Recorder extends RequestLog {
  connected(socket: Socket): void
  add(request: IncomingMessage): LoggedRequest
  end(seen: LoggedRequest): void
}

/** A log that is empty yet. */
export function requestLog(): Recorder {
  const numbers = new WeakMap<Socket, number>()
  const underWay = new Set<LoggedRequest>()
  let requests: LoggedRequest[] = []
  let opened = 0
  const most = new Map<string, number>()
  const countUnderWay = (method: string) => {
    const count = [...underWay].filter((seen) => method === '*' || seen.method === method).length
    most.set(method, Math.max(most.get(method) ?? 0, count))
  }
  const find = (method: string, path = /^/) =>
    requests.filter((seen) => (method === '*' || seen.method === method) && path.test(seen.path))
  return {
    get requests() {
      return requests
    },
    lines: () => requests.map(({ method, path }) => `${method} ${path}`),
    find,
    count: (method, path) => find(method, path).length,
    connectionsOpened: () => opened,
    mostAtOnce: (method = '*') => most.get(method) ?? 0,
    clear() {
      requests = []
      most.clear()
    },
    connected(socket) {
      opened += 1
      numbers.set(socket, opened)
    },
    add(request) {
      const seen = entryFor(request, requests.length + 1, numbers.get(request.socket) ?? 0)
      requests.push(seen)
      underWay.add(seen)
      countUnderWay('*')
      countUnderWay(seen.method)
      return seen
    },
    end: (seen) => void underWay.delete(seen),
  }
}

function entryFor(request: IncomingMessage, number: number, connection: number): LoggedRequest {
  const { method = '', url = '', headers } = request
  return { number, method, path: url, headers: { ...headers }, connection, received: 0, sent: 0, status: 0 }
}
