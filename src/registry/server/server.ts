import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../../failure/failure.ts'
import type { LayoutStore } from '../layout/store.ts'
import { failureAnswer, type Answer } from './answer.ts'
import { handle, type RegistryContext } from './handler.ts'
import { requestOf } from './request.ts'
import { UploadSessions, type UploadLimits } from './upload-sessions.ts'

/** One request that was answered. */
export interface ServedRequest {
  readonly method: string
  /** Path and query, as they were sent. */
  readonly path: string
  /** 499 where the client went away before it could be answered. */
  readonly status: number
  /** Bytes of the request's body, and of the answer's as it was announced. */
  readonly received: number
  readonly sent: number
}

export interface RegistryServerOptions {
  /** Answers writes with 405. */
  readonly readOnly?: boolean
  readonly uploads?: UploadLimits
  /** Told of every request, right before its answer goes out. */
  readonly onRequest?: (request: ServedRequest) => void
  /** Told of what went wrong inside; the client gets a code only. */
  readonly onError?: (error: unknown) => void
}

/** A registry over a directory. It has no authentication: who can reach it may push. */
export interface RegistryServer {
  /**
   * Listens; port 0 takes any that is free.
   * @returns the port; rejects with the system's error (`EADDRINUSE`) where it cannot listen
   */
  listen(port: number, host: string): Promise<number>
  /** Ends all connections, idle or not, and throws unfinished uploads away. */
  close(): Promise<void>
}

const UPLOADS: UploadLimits = { open: 256, idle: 15 * 60 * 1000 }
const GONE = 499

const TIMEOUTS = {
  // A large layer over a slow link takes as long as it takes; only silence ends a connection.
  requestTimeout: 0,
  headersTimeout: 60_000,
  keepAliveTimeout: 65_000,
}
const LONGEST_SILENCE = 5 * 60 * 1000

const EVERYWHERE = { 'docker-distribution-api-version': 'registry/2.0', 'x-content-type-options': 'nosniff' }

/** Serves the repositories of a layout by the OCI distribution spec: pull, push, tags, catalog. */
export function createRegistryServer(store: LayoutStore, options: RegistryServerOptions = {}): RegistryServer {
  const uploads = new UploadSessions(store, options.uploads ?? UPLOADS)
  const context = { store, uploads, readOnly: options.readOnly ?? false }
  const underWay = new Set<Promise<void>>()
  const server = createServer(TIMEOUTS, (incoming, response) => {
    const work = serve(context, options, incoming, response)
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
  })
  server.setTimeout(LONGEST_SILENCE)
  return {
    listen: (port, host) => listen(server, port, host),
    async close() {
      const closed = server.listening ? once(server, 'close') : undefined
      server.close()
      server.closeAllConnections()
      await Promise.all([closed, ...underWay])
      await uploads.close()
    },
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/** Never rejects: what goes wrong is answered, and told to `onError`. */
async function serve(
  context: RegistryContext,
  { onRequest, onError }: RegistryServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = requestOf(incoming)
  try {
    const answer = await handle(context, request).catch((error: unknown) => {
      if (isGone(incoming)) return { status: GONE }
      onError?.(error)
      return failureAnswer(error)
    })
    const isHead = request.method === 'HEAD'
    const sent = isHead ? 0 : Number(answer.headers?.['content-length'] ?? 0)
    onRequest?.({
      method: request.method,
      path: request.target,
      status: answer.status,
      received: request.received(),
      sent,
    })
    await send(response, answer, isHead)
  } catch (error) {
    // A damaged blob ends its own connection, so a hang-up alone does not tell whose fault it was.
    if (error instanceof Failure || !isGone(incoming)) onError?.(error)
    response.destroy()
  }
}

async function send(response: ServerResponse, answer: Answer, isHead: boolean): Promise<void> {
  const { status, headers, body } = answer
  const isEmpty = body === undefined && !isHead && status !== 204
  response.writeHead(status, { ...EVERYWHERE, ...(isEmpty && { 'content-length': 0 }), ...headers })
  if (isHead || body === undefined) response.end()
  else if (body instanceof Uint8Array) response.end(body)
  else await pipeline(body, response)
}

/** Whether the client has hung up. */
function isGone(incoming: IncomingMessage): boolean {
  return incoming.socket.destroyed
}
