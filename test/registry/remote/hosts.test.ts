import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventEmitter, once } from 'node:events'
import { Failure } from '../../../src/failure/failure.ts'
import type { Exchange, RegistryRequest } from '../../../src/registry/remote/exchange.ts'
import { withGate } from '../../../src/registry/remote/gate.ts'
import { Hosts } from '../../../src/registry/remote/hosts.ts'
import { createHttpClient, type HttpClient } from '../../../src/registry/remote/http-client.ts'
import { withWatch } from '../../../src/registry/remote/watch.ts'
import { manualClock } from '../../support/clocks.ts'
import {
  answer,
  answerAfter,
  answerUnfinished,
  ignoreQuery,
  redirectTo,
  sayRaw,
} from '../../support/faulty-registry/faults.ts'
import { bytesOf, makeBlob, makeImage, putImage, streamOf, type TestBlob } from '../../support/images.ts'
import {
  openMirror,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type ScriptedRegistry,
} from '../../support/registries.ts'

/** As Docker Hub's limit against abuse is said to answer. */
const BARE_LINE_FEEDS = 'HTTP/1.1 429 Too Many Requests\nRetry-After: 3\nContent-Length: 0\n\n'
const MOST = 4

let registry: ScriptedRegistry
let client: HttpClient
let clock: ReturnType<typeof manualClock>
let hosts: Hosts
let exchange: Exchange

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = createHttpClient({ userAgent: 'transship/test', connections: 3 * MOST, isNamed: () => true })
  clock = manualClock()
  hosts = new Hosts({ concurrency: MOST, clock })
  exchange = withGate(client.exchange, hosts)
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const urlOf = (path: string): URL => new URL(path, registry.origin)
const SMALL: RegistryRequest = { method: 'HEAD', url: new URL('http://replaced') }

/** Sends a request and does not read its answer further than its status. */
async function statusOf(request: Partial<RegistryRequest> = {}, via = exchange): Promise<number> {
  const response = await via({ ...SMALL, url: urlOf('/v2/'), ...request })
  await response.discard()
  return response.status
}

/** Turns of the event loop until it is as expected, or will hardly be any more. */
async function settled(count: () => number, expected: number): Promise<number> {
  for (let turn = 0; turn < 2000 && count() !== expected; turn += 1) await new Promise(setImmediate)
  return count()
}

/** Turns enough for a request to be seen by a server that is next door. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
}

function gateOf(): { readonly opened: Promise<unknown>; readonly open: () => void } {
  const events = new EventEmitter()
  return { opened: once(events, 'open'), open: () => void events.emit('open') }
}

const upload = (size = 1): Partial<RegistryRequest> => ({
  method: 'PUT',
  url: urlOf('/upload'),
  body: { size, open: () => streamOf(Buffer.alloc(size)) },
})
const download = (): Partial<RegistryRequest> => ({ method: 'GET', url: urlOf('/blob'), reads: 'blob' })

describe('a host that asks to be left alone', () => {
  test.each<[string, () => Partial<RegistryRequest>]>([
    ['a HEAD', () => ({})],
    ['a download', download],
    ['an upload', upload],
    ['a DELETE', () => ({ method: 'DELETE' })],
  ])('MH-49 is sent nothing more until then: %s', async (_, request) => {
    registry.on('GET', /asks/, answer(429, { 'retry-after': '30' }))
    registry.always('*', /blob|upload/, answer(200))
    expect(await statusOf({ method: 'GET', url: urlOf('/asks') })).toBe(429)
    const waiting = statusOf(request())
    await clock.advance(29_999)
    await quiet()
    expect(registry.log.requests).toHaveLength(1)
    await clock.advance(1)
    expect(await waiting).toBeLessThan(500)
    expect(registry.log.requests).toHaveLength(2)
  })

  test.each([429, 503])('MH-50 until a date, by %i, is sent nothing more until then', async (status) => {
    const until = new Date(clock.now() + 60_000).toUTCString()
    registry.on('GET', /asks/, answer(status, { 'retry-after': until }))
    await statusOf({ method: 'GET', url: urlOf('/asks') })
    const waiting = statusOf()
    await clock.advance(58_000)
    await quiet()
    expect(registry.log.requests).toHaveLength(1)
    await clock.advance(2_000)
    expect(await waiting).toBe(200)
  })

  test('MH-49 is left alone for the longest time that it asked for', async () => {
    registry.on('*', /^/, answer(429, { 'retry-after': '90' }), answer(429, { 'retry-after': '10' }))
    await Promise.all([statusOf(), statusOf()])
    const waiting = statusOf()
    await clock.advance(89_999)
    await quiet()
    expect(registry.log.requests).toHaveLength(2)
    await clock.advance(1)
    await waiting
  })

  test('MH-49 holds up no other host', async () => {
    const other = await startScriptedRegistry()
    registry.on('*', /^/, answer(429, { 'retry-after': '30' }))
    await statusOf()
    expect(await statusOf({ url: new URL('/v2/', other.origin) })).toBe(200)
    await other.close()
  })

  test('MH-51 for longer than is waited for fails all that wants to go there, and all that waits, at once', async () => {
    registry.on('GET', /asks/, answer(429, { 'retry-after': '121' }))
    await statusOf({ method: 'GET', url: urlOf('/asks') })
    const wanted = { code: 'registry-throttled', facts: { host: registry.host, seconds: 121 } }
    for (const request of [{}, download(), upload()]) await expect(statusOf(request)).rejects.toMatchObject(wanted)
    expect(registry.log.requests).toHaveLength(1)
    await clock.advance(1_001)
    const waiting = statusOf()
    await clock.advance(120_000)
    expect(await waiting).toBe(200)
  })

  test('MH-51 for too long fails, too, what would have to wait for a place first', async () => {
    registry.always('GET', /blob/, answerUnfinished(200))
    const bodies = await Promise.all(Array.from({ length: MOST }, () => exchange({ ...SMALL, ...download() })))
    registry.on('HEAD', /^/, answer(429, { 'retry-after': '3600' }))
    await statusOf()
    await expect(statusOf(download())).rejects.toMatchObject({ code: 'registry-throttled' })
    expect(bodies).toHaveLength(MOST)
  })

  test('MH-51 for longer than the run lasts fails at once', async () => {
    const ending = withGate(client.exchange, new Hosts({ concurrency: MOST, clock, until: clock.now() + 20_000 }))
    registry.on('*', /^/, answer(429, { 'retry-after': '30' }))
    await statusOf({}, ending)
    await expect(statusOf({}, ending)).rejects.toMatchObject({ code: 'registry-throttled', facts: { seconds: 30 } })
  })

  test('is waited for no longer by what is cancelled', async () => {
    const run = new AbortController()
    const gated = withGate(client.exchange, hosts, run.signal)
    registry.on('*', /^/, answer(429, { 'retry-after': '30' }))
    await statusOf({}, gated)
    await quiet()
    const one = new AbortController()
    // As many as there may be now.
    const waiting = [statusOf({ signal: one.signal }, gated), statusOf({}, gated)]
    await quiet()
    one.abort(new Failure('registry-stalled', { host: 'r.io', seconds: 1 }))
    await expect(waiting[0]).rejects.toMatchObject({ code: 'registry-stalled' })
    run.abort()
    await expect(waiting[1]).rejects.toMatchObject({ code: 'cancelled' })
    // No place was taken along.
    await clock.advance(30_000)
    expect(await Promise.all(Array.from({ length: MOST }, () => statusOf()))).toEqual(Array(MOST).fill(200))
  })
})

describe('the limit on what is under way at one host', () => {
  test.each<[string, string, () => Partial<RegistryRequest>]>([
    ['small requests', 'HEAD', () => ({})],
    ['downloads', 'GET', download],
    ['uploads', 'PUT', upload],
  ])('MH-62 holds for %s, counted at the server', async (_, method, request) => {
    registry.always('*', /^/, async (call) => {
      await quiet()
      return answer(200, {}, 'x'.repeat(1000))(call)
    })
    await Promise.all(Array.from({ length: 30 }, () => statusOf(request())))
    expect(registry.log.requests).toHaveLength(30)
    expect(registry.log.mostAtOnce(method)).toBe(MOST)
  })

  test('MH-62 holds for whole copies of many blobs, counted at the server', async () => {
    const image = makeImage({ layers: 4 })
    await putImage(registry.store.repository('app'), image, 'v1')
    const registries = openRegistries({ concurrency: 2 })
    shareNothing(registry)
    const [source, target] = await Promise.all([
      openSource(registries, registry),
      openMirror(registries, registry, 'm'),
    ])
    const blobs = [...image.blobs.values()].map(({ descriptor }) => descriptor)
    await Promise.all(blobs.map((blob) => target.putBlob(blob, (offset) => source.blob(blob, offset))))
    for (const method of ['GET', 'PUT', 'POST']) {
      expect(registry.log.count(method)).toBe(blobs.length)
      expect(registry.log.mostAtOnce(method)).toBeLessThanOrEqual(2)
    }
    await registries.close()
  })

  test('lets small requests pass large ones', async () => {
    const { opened, open } = gateOf()
    registry.always('GET', /blob/, answerAfter(opened))
    registry.always('PUT', /upload/, answerAfter(opened))
    const large = Array.from({ length: MOST * 2 }, () => [statusOf(download()), statusOf(upload())]).flat()
    expect(await statusOf()).toBe(200)
    open()
    await Promise.all(large)
  })

  test('counts an answer until it has been read', async () => {
    registry.always('GET', /blob/, answerUnfinished(200))
    const bodies = await Promise.all(Array.from({ length: MOST }, () => exchange({ ...SMALL, ...download() })))
    const waiting = statusOf()
    const next = statusOf({ ...download(), url: urlOf('/v2/') })
    expect(await waiting).toBe(200)
    await quiet()
    expect(registry.log.count('GET')).toBe(MOST)
    for await (const chunk of bodies[0]?.body ?? []) if (chunk.byteLength > 0) break
    expect(await next).toBe(200)
  })

  test('is not used up by what fails', async () => {
    registry.always('GET', /./, sayRaw(''))
    for (let count = 0; count < MOST * 2; count += 1) {
      await expect(statusOf({ ...download(), url: urlOf('/gone') })).rejects.toMatchObject({
        facts: { reason: 'reset' },
      })
    }
  })

  test('does not count a wait for a place as a wait for the answer', async () => {
    const watched = withGate(withWatch(client.exchange, { patience: 1000 }), new Hosts({ concurrency: 1, clock }))
    const { opened, open } = gateOf()
    registry.on('HEAD', /^/, answerAfter(opened))
    const first = statusOf({}, watched)
    const second = statusOf({ answerWithin: 50 }, watched)
    await new Promise((resolve) => setTimeout(resolve, 150))
    open()
    expect(await Promise.all([first, second])).toEqual([200, 200])
  })

  test.each(['redirected', 'direct'])('MH-62 holds for the host that is really asked: %s', async (how) => {
    const storage = await startScriptedRegistry()
    const blob = makeBlob('blob', 10_000)
    for (const { store } of [registry, storage]) {
      await store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    }
    if (how === 'redirected') registry.always('GET', /blobs/, redirectTo(storage.origin))
    const registries = openRegistries({ concurrency: 2 })
    const source = await openSource(registries, registry)
    await Promise.all(Array.from({ length: 10 }, () => bytesOf(source.blob(blob.descriptor))))
    const asked = how === 'redirected' ? storage : registry
    expect(asked.log.count('GET')).toBe(10)
    expect(asked.log.mostAtOnce('GET')).toBeLessThanOrEqual(2)
    await registries.close()
    await storage.close()
  })
})

describe('a host that asks for less', () => {
  /** How many of many requests arrive before the first is answered. */
  async function arriving(expected: number): Promise<number> {
    registry.heal()
    const { opened, open } = gateOf()
    registry.always('HEAD', /^/, answerAfter(opened))
    const all = Promise.all(Array.from({ length: MOST * 2 }, () => statusOf()))
    await settled(() => registry.log.requests.length, expected)
    await quiet()
    const count = registry.log.requests.length
    open()
    await all
    return count
  }

  test.each<[string, string, Parameters<ScriptedRegistry['always']>[2], number]>([
    ['429', 'MH-49', answer(429), MOST / 2],
    ['503 and a pause', 'MH-49', answer(503, { 'retry-after': '0' }), MOST],
    ['503 alone, which asks for nothing,', 'MH-53', answer(503), MOST],
    ['headers that cannot be read', 'MH-52', sayRaw(BARE_LINE_FEEDS), MOST / 2],
  ])('by %s is sent less at once (%s), and later as much as before', async (_, __, fault, limit) => {
    registry.always('*', /^/, fault)
    await Promise.allSettled(Array.from({ length: MOST }, () => statusOf()))
    expect(hosts.at(urlOf('/')).idleDownloads).toBe(limit === MOST ? MOST : 0)
    expect(await arriving(limit)).toBe(limit)
    for (let count = 0; count < MOST * MOST; count += 1) await statusOf()
    expect(await arriving(MOST)).toBe(MOST)
    expect(hosts.at(urlOf('/')).idleDownloads).toBe(MOST)
  })
})

test('the downloads that could begin are the places that are free', async () => {
  const host = hosts.at(urlOf('/'))
  registry.always('GET', /blob/, answerUnfinished(200))
  const held = await exchange({ ...SMALL, ...download() })
  expect(host.idleDownloads).toBe(MOST - 1)
  expect(hosts.at(new URL('http://elsewhere')).idleDownloads).toBe(MOST)
  for await (const chunk of held.body) if (chunk.byteLength > 0) break
  expect(await settled(() => host.idleDownloads, MOST)).toBe(MOST)
  registry.on('HEAD', /^/, answer(429, { 'retry-after': '30' }))
  await statusOf()
  expect(host.idleDownloads).toBe(0)
})

/** All repositories of the embedded registry have their blobs in common: here `m` has none, and is linked none. */
function shareNothing(at: ScriptedRegistry): void {
  at.always('HEAD', /\/m\/blobs/, answer(404))
  at.always('POST', /uploads/, ignoreQuery)
}

describe('MH-52 an answer with headers that cannot be read', () => {
  test('is taken for a limit that passes', async () => {
    await putImage(registry.store.repository('app'), makeImage(), 'v1')
    const registries = openRegistries()
    registry.on('GET', /manifests/, sayRaw(BARE_LINE_FEEDS), sayRaw(BARE_LINE_FEEDS))
    expect(await (await openSource(registries, registry)).manifest('v1')).toMatchObject({ kind: 'index' })
    expect(registries.clock.slept).toEqual([250, 500])
    await registries.close()
  })

  test('without end is given up, and told as what may be one', async () => {
    const registries = openRegistries()
    registry.always('GET', /manifests/, sayRaw(BARE_LINE_FEEDS))
    const failing = (await openSource(registries, registry)).manifest('v1')
    await expect(failing).rejects.toMatchObject({ code: 'registry-unreachable', facts: { reason: 'malformed' } })
    await expect(failing).rejects.toThrow(/may be its way to limit .* \(Missing expected CR after response line\)/)
    expect(registry.log.requests).toHaveLength(4)
    await registries.close()
  })
})

test('MH-63 two blobs that go in pieces do not wait for each other for ever, with one place of each kind', async () => {
  const registries = openRegistries({ concurrency: 1 })
  const [source, target] = await Promise.all([openSource(registries, registry), openMirror(registries, registry, 'm')])
  const blobs: TestBlob[] = [makeBlob('one', 3_000_000), makeBlob('two', 3_000_000)]
  shareNothing(registry)
  for (const blob of blobs) await registry.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
  registry.always('PUT', /uploads/, async (call) => {
    const isWhole = Number(call.seen.headers['content-length']) > 0
    return isWhole ? answer(413)(call) : call.forward()
  })
  const arrivals = blobs.map(({ descriptor }) =>
    target.putBlob(descriptor, (offset) => source.blob(descriptor, offset)),
  )
  expect(await Promise.all(arrivals)).toEqual(['sent', 'sent'])
  expect(registry.log.count('PATCH')).toBeGreaterThan(4)
  await registries.close()
})
