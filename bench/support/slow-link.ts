import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stoppable } from '../../e2e/support/cleanup.ts'

/** Bytes per second that one connection carries, however many there are; as many as there come unless told. */
export interface LinkRates {
  /** From the server. */
  readonly down?: number
  /** To the server. */
  readonly up?: number
}

/** A link to a server on which each connection has its own rate, as with registries far away. */
export interface SlowLink extends Stoppable {
  /** Host and port. */
  readonly host: string
  /** Connections that were opened. */
  readonly connections: () => number
}

/** Starts one on a free port of loopback. */
export async function startSlowLink(backend: string, rates: LinkRates): Promise<SlowLink> {
  const [host = '', port = ''] = backend.split(':')
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((near) => {
    connections += 1
    const far = connect(Number(port), host)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    void carry(far, near, rates.down)
    void carry(near, far, rates.up)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    host: `127.0.0.1:${address.port}`,
    connections: () => connections,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** One direction of one connection, to its end or until either side is gone. */
async function carry(from: Socket, to: Socket, rate = Infinity): Promise<void> {
  let due = 0
  try {
    for await (const chunk of from) {
      if (!to.write(chunk)) await once(to, 'drain')
      due = Math.max(due, performance.now()) + (chunk.byteLength / rate) * 1000
      const early = due - performance.now()
      if (early >= 1) await sleep(early)
    }
    to.end()
  } catch {
    from.destroy()
    to.destroy()
  }
}
