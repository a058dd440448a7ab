import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { stopAfterAll, type Stoppable } from './support/cleanup.ts'
import { startTransship } from './support/transship.ts'

/** Longer than any test may take, and no longer than a run would wait for a registry. */
const WAIT = { 'retry-after': '100' }
const started = stopAfterAll()

test('told to end, it does not wait for as long as a registry asks it to', async () => {
  const busy = started(await startAnswering(429, WAIT))
  const { child, ended } = started(startTransship(['copy', `${busy.host}/app:v1`, `${busy.host}/m/app:v1`]))
  await once(busy.server, 'request')
  child.kill('SIGTERM')
  const { exitCode, stdout } = await ended
  expect(exitCode).toBe(1)
  expect(stdout).toContain('The run was cancelled.')
})

test('when a copy has failed at the one registry, it does not wait for the other', async () => {
  const busy = started(await startAnswering(429, WAIT))
  const closed = started(await startAnswering(401))
  const { ended } = started(startTransship(['copy', `${busy.host}/app:v1`, `${closed.host}/m/app:v1`]))
  const { exitCode, stdout } = await ended
  expect(exitCode).toBe(1)
  expect(stdout).toContain('does not let m/app be written')
})

interface Answering extends Stoppable {
  readonly host: string
  readonly server: Server
}

/** A registry that has one answer to everything. */
async function startAnswering(status: number, headers: Readonly<Record<string, string>> = {}): Promise<Answering> {
  const server = createServer((_, answer) => answer.writeHead(status, headers).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    host: `127.0.0.1:${address.port}`,
    server,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
