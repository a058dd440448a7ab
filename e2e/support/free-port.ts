import { createServer } from 'node:net'
import { once } from 'node:events'

/** A port of loopback that was free a moment ago, so that connections to it are refused until somebody takes it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
