import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** A server on a free port of this machine. */
export interface LoopbackServer {
  /** Host and port, as they stand in an image's name. */
  readonly host: string
  readonly origin: string
  readonly server: Server
  /** Ends all connections, idle or not. */
  close(): Promise<void>
}

/** Starts a server that leaves idle connections open, so that it is the client who decides on them. */
export async function startLoopback(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LoopbackServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const host = `127.0.0.1:${address.port}`
  return {
    host,
    origin: `http://${host}`,
    server,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
