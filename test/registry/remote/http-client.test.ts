import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createServer } from 'node:net'
import { getEventListeners, once } from 'node:events'
import { createHttpClient, type HttpClient } from '../../../src/registry/remote/http-client.ts'
import { answer, cutAfter, reset } from '../../support/faulty-registry/faults.ts'
import { bytesOf, makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import { openRegistries, openSource, startScriptedRegistry, type ScriptedRegistry } from '../../support/registries.ts'

const CONNECTIONS = 3
let registry: ScriptedRegistry
let client: HttpClient

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = createHttpClient({ userAgent: 'transship/test', connections: CONNECTIONS, isNamed: () => true })
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

/** What is asked for, as soon as it is as expected: a connection is closed at the other end some moments later. */
async function settled<Value>(ask: () => Promise<Value>, expected: Value): Promise<Value> {
  for (let turn = 0; turn < 1000; turn += 1) {
    if ((await ask()) === expected) break
    await new Promise(setImmediate)
  }
  return ask()
}

const urlOf = (path: string): URL => new URL(path, registry.origin)

/** What a signal still holds of those that follow it: listeners, and what Node keeps for `AbortSignal.any`. */
function followersOf(signal: AbortSignal): number {
  const kept = Object.getOwnPropertySymbols(signal)
    .filter(({ description = '' }) => description.includes('kDependantSignals'))
    .map((symbol): unknown => Reflect.get(signal, symbol))
  return kept.reduce((sum: number, set) => sum + sizeOf(set), getEventListeners(signal, 'abort').length)
}

/** Of a set out of another realm. */
function sizeOf(set: unknown): number {
  return typeof set === 'object' && set !== null && 'size' in set ? Number(set.size) : 0
}

const get = (path: string) => client.exchange({ method: 'GET', url: urlOf(path), signal: new AbortController().signal })

describe("the run's end", () => {
  let run: AbortController

  beforeEach(async () => {
    run = new AbortController()
    await client.close()
    client = createHttpClient({ userAgent: 'test', connections: 3, isNamed: () => true, signal: run.signal })
  })

  test('remembers no request that is over, however it went', async () => {
    registry.on('GET', /broken/, cutAfter(10))
    await (await get('/v2/')).discard()
    await bytesOf((await get('/v2/')).body)
    await expect(get('/broken').then(({ body }) => bytesOf(body))).rejects.toThrow()
    registry.on('GET', /reset/, reset)
    await expect(get('/reset')).rejects.toThrow()
    for await (const _ of (await get('/v2/')).body) break
    expect(followersOf(run.signal)).toBe(0)
  })

  test.each(['the run', 'the request'])('ends a request whose body is being read: %s', async (which) => {
    registry.always('GET', /large/, answer(200, {}, 'x'.repeat(50_000_000)))
    const own = new AbortController()
    const { body } = await client.exchange({ method: 'GET', url: urlOf('/large'), signal: own.signal })
    const reading = (async () => {
      for await (const _ of body) (which === 'the run' ? run : own).abort()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    expect(followersOf(run.signal)).toBe(0)
  })

  test('comes before a request that has not begun', async () => {
    run.abort()
    await expect(get('/v2/')).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('connections', () => {
  test('MH-61 fifty HEADs open as many as there may be at once', async () => {
    await putImage(registry.store.repository('app'), makeImage(), 'v1')
    const registries = openRegistries({ concurrency: CONNECTIONS })
    const app = await openSource(registries, registry)
    await Promise.all(Array.from({ length: 50 }, () => app.head('v1')))
    expect(registry.log.requests).toHaveLength(50)
    expect(registry.log.connectionsOpened()).toBeLessThanOrEqual(CONNECTIONS)
    expect(registry.log.mostAtOnce()).toBeLessThanOrEqual(CONNECTIONS)
    await registries.close()
  })

  test('MH-61 are used again, whatever the method', async () => {
    const methods = ['HEAD', 'GET', 'POST', 'PUT', 'DELETE'] as const
    for (const method of [...methods, ...methods, ...methods]) {
      const response = await client.exchange({ method, url: urlOf('/v2/') })
      await response.discard()
    }
    expect(registry.log.connectionsOpened()).toBeLessThan(CONNECTIONS)
  })

  test('are free again when a large answer is not wanted', async () => {
    registry.always('GET', /large/, answer(200, {}, 'x'.repeat(5_000_000)))
    for (let round = 0; round < CONNECTIONS * 2; round += 1) {
      const response = await client.exchange({ method: 'GET', url: urlOf('/large') })
      await response.discard()
    }
    expect(registry.log.requests).toHaveLength(CONNECTIONS * 2)
  })

  test('are all closed in the end', async () => {
    const response = await client.exchange({ method: 'GET', url: urlOf('/v2/') })
    await response.discard()
    await client.close()
    expect(await settled(() => registry.connectionsOpen(), 0)).toBe(0)
  })
})

describe('a request', () => {
  test('says who asks, and how long its body is', async () => {
    registry.always('*', /^\/x/, answer(200))
    const bodies = [{ bytes: Buffer.from('abc') }, { size: 3, open: () => streamOf(Buffer.from('abc'), 1) }]
    for (const body of bodies)
      await client.exchange({ method: 'PUT', url: urlOf('/x?y=1'), body }).then((response) => response.discard())
    for (const { path, headers, received } of registry.log.requests) {
      expect(path).toBe('/x?y=1')
      expect(received).toBe(3)
      expect(headers).toMatchObject({ 'user-agent': 'transship/test', 'content-length': '3' })
      expect(headers).not.toHaveProperty('transfer-encoding')
    }
  })

  test('whose body throws fails with that', async () => {
    const thrown = new Error('source')
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a')
      throw thrown
    }
    const failing = client.exchange({ method: 'PUT', url: urlOf('/x'), body: { size: 3, open } })
    await expect(failing).rejects.toMatchObject({ code: 'registry-unreachable', cause: thrown })
  })

  test('whose body is too short is never taken for whole', async () => {
    const body = { size: 3, open: () => streamOf(Buffer.from('ab')) }
    await expect(client.exchange({ method: 'PUT', url: urlOf('/x'), body })).rejects.toBeDefined()
  })
})

/** A server that is none for the web: it says `words` to whoever connects. */
async function talker(words: string) {
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume()
    socket.end(words)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { host: `127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) }
}

describe('what keeps an answer away is told', () => {
  test.each([
    ['not-tls', 'https', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['protocol', 'http', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['reset', 'http', ''],
  ])('%s over %s', async (reason, scheme, words) => {
    const { host, close } = await talker(words)
    try {
      const failing = client.exchange({ method: 'GET', url: new URL(`${scheme}://${host}/v2/?sig=secret`) })
      await expect(failing).rejects.toMatchObject({ code: 'registry-unreachable', facts: { host, reason } })
      await expect(failing).rejects.not.toThrow(/secret/)
    } finally {
      await close()
    }
  })

  test('a body that breaks', async () => {
    const blob = makeBlob('blob', 100_000)
    await registry.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    registry.always('GET', /blobs/, cutAfter(10))
    const response = await client.exchange({ method: 'GET', url: urlOf(`/v2/app/blobs/${blob.descriptor.digest}`) })
    await expect(bytesOf(response.body)).rejects.toMatchObject({ facts: { reason: 'reset' } })
  })
})
