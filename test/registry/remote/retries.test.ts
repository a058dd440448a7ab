import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { retryAfter } from '../../../src/registry/remote/retry-after.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import type { Fault } from '../../support/faulty-registry/call.ts'
import { answer, cutAfter, refuse, reset, silence, stallAfter } from '../../support/faulty-registry/faults.ts'
import { listOf, makeImage, putImage } from '../../support/images.ts'
import {
  openMirror,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

test.each<[string, string | undefined, number | undefined]>([
  ['nothing', undefined, undefined],
  ['seconds', '120', 120_000],
  ['seconds among spaces', ' 3 ', 3000],
  ['no seconds', '0', 0],
  ['MH-50 a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['MH-50 a date that has passed', 'Wed, 31 Dec 2025 23:59:59 GMT', undefined],
  ['this very moment', 'Thu, 01 Jan 2026 00:00:00 GMT', undefined],
  ['less than nothing', '-5', undefined],
  ['a fraction', '1.5', undefined],
  ['words', 'soon', undefined],
  ['nothing at all', '', undefined],
])('Retry-After may say %s', (_, value, expected) => {
  expect(retryAfter(value, NOW)).toBe(expected)
})

const image = makeImage({ platforms: ['linux/amd64'], layers: 1 })
const MANIFESTS = /manifests/

let registry: ScriptedRegistry
let client: TestClient
let app: Repository

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries({ concurrency: 1 })
  app = await openSource(client, registry)
  await putImage(registry.store.repository('app'), image, 'v1')
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const date = (milliseconds: number) => new Date(client.clock.now() + milliseconds).toUTCString()

describe('what fails in passing is asked for again', () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 522])('MH-53 after %i', async (status) => {
    registry.on('HEAD', MANIFESTS, answer(status), answer(status), answer(status))
    expect(await app.head('v1')).toMatchObject({ digest: image.root.descriptor.digest })
    expect(registry.log.requests).toHaveLength(4)
    // Doubling, and all left to chance, which here is always a half.
    expect(client.clock.slept).toEqual([250, 500, 1000])
  })

  test('MH-53 and no more than so often', async () => {
    registry.always('GET', MANIFESTS, refuse(503, 'UNAVAILABLE', 'in maintenance'))
    await expect(app.manifest('v1')).rejects.toMatchObject({
      code: 'registry-error',
      facts: { host: registry.host, status: 503, detail: 'UNAVAILABLE: in maintenance' },
    })
    expect(registry.log.requests).toHaveLength(4)
  })

  test('MH-53 and no longer than some minutes', async () => {
    registry.always('GET', MANIFESTS, async (call) => {
      await client.clock.sleep(200_000)
      return answer(503)(call)
    })
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'registry-error' })
    expect(registry.log.requests).toHaveLength(3)
  })

  test('when a connection breaks', async () => {
    registry.on('GET', MANIFESTS, reset, reset)
    expect(await app.manifest('v1')).toMatchObject({ kind: 'index' })
  })

  test('when a manifest is put', async () => {
    registry.on('PUT', MANIFESTS, answer(503), reset)
    await (await openMirror(client, registry)).putManifest(image.root, 'v2')
    expect(await registry.store.repository('app').head('v2')).toMatchObject({ digest: image.root.descriptor.digest })
    expect(registry.log.find('PUT').map(({ received }) => received)).toEqual([
      image.root.bytes.byteLength,
      0,
      image.root.bytes.byteLength,
    ])
  })
})

describe('a registry that limits', () => {
  test('MH-49 for some seconds is left alone for as long', async () => {
    registry.on('GET', MANIFESTS, answer(429, { 'retry-after': '30' }))
    await app.manifest('v1')
    expect(client.clock.slept).toEqual([30_000])
  })

  test('MH-50 until a time is left alone until then', async () => {
    registry.on('GET', MANIFESTS, answer(429, { 'retry-after': date(20_000) }))
    await app.manifest('v1')
    const [pause = 0] = client.clock.slept
    expect(pause).toBeGreaterThan(18_000)
    expect(pause).toBeLessThanOrEqual(20_000)
  })

  test('MH-50 until a time that has passed is left alone as long as any', async () => {
    registry.on('GET', MANIFESTS, answer(429, { 'retry-after': date(-60_000) }))
    await app.manifest('v1')
    expect(client.clock.slept).toEqual([250])
  })

  test.each([429, 503])('MH-51 for longer than a run lasts fails at once, saying until when: %i', async (status) => {
    registry.on('GET', MANIFESTS, answer(status, { 'retry-after': '3600' }, 'x'.repeat(1_000_000)))
    const throttled = { code: 'registry-throttled', facts: { host: registry.host, seconds: 3600 } }
    await expect(app.manifest('v1')).rejects.toMatchObject(throttled)
    // Nothing else is asked of it either.
    await expect(Promise.all([app.head('v1'), app.manifest('v1')])).rejects.toMatchObject(throttled)
    expect(registry.log.requests).toHaveLength(1)
    expect(client.clock.slept).toEqual([])
  })

  test('MH-49 without end is given up', async () => {
    registry.always('GET', MANIFESTS, answer(429, { 'retry-after': '10' }))
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'registry-throttled', facts: { seconds: 10 } })
    expect(client.clock.slept).toEqual([10_000, 10_000, 10_000])
  })
})

describe('what is wrong in itself is not asked for again', () => {
  test.each([
    [400, 'registry-error'],
    [401, 'pull-denied'],
    [403, 'pull-denied'],
    [404, 'image-unknown'],
    [406, 'registry-error'],
    [501, 'registry-error'],
  ])('MH-54 %i', async (status, code) => {
    registry.always('GET', MANIFESTS, refuse(status, 'SOME_CODE', 'some words'))
    await expect(app.manifest('v1')).rejects.toMatchObject({ code })
    expect(registry.log.requests.length).toBeLessThanOrEqual(status === 401 ? 2 : 1)
    expect(client.clock.slept).toEqual([])
  })

  test("MH-54 and the registry's own words are shown, on one line, bounded, without queries", async () => {
    const message = `see https://r.io/help?token=secret\n\u0007${'x'.repeat(1000)}`
    registry.always('GET', MANIFESTS, refuse(403, 'DENIED', message))
    const failure: unknown = await app.manifest('v1').catch((error: unknown) => error)
    expect(failure).toMatchObject({
      facts: { detail: expect.stringMatching(/^DENIED: see https:\/\/r.io\/help\?… x+…$/) },
    })
    expect(String(failure)).not.toMatch(/secret|\n/)
    expect(String(failure).length).toBeLessThan(600)
  })

  test('a host that is not there', async () => {
    const closed = await startScriptedRegistry()
    await closed.close()
    const failing = (await openSource(client, closed)).head('v1')
    await expect(failing).rejects.toMatchObject({ code: 'registry-unreachable', facts: { reason: 'refused' } })
    expect(client.clock.slept).toEqual([])
  })
})

describe('a run that is cancelled', () => {
  test.each(['while it waits to ask again', 'while it waits for an answer', 'before it asks'])(
    'ends %s',
    async (when) => {
      const controller = new AbortController()
      const clock = {
        ...client.clock,
        // Nothing but the signal ends this wait.
        sleep: (_: number, signal?: AbortSignal) =>
          new Promise<never>((_resolve, reject) => {
            controller.abort()
            if (signal?.aborted) reject(new Error('woken'))
          }),
      }
      const cancellable = openRegistries({ signal: controller.signal, clock })
      if (when === 'before it asks') controller.abort()
      registry.always('GET', MANIFESTS, (call) => {
        if (when === 'while it waits to ask again') return answer(503)(call)
        controller.abort()
        return silence(call)
      })
      await expect((await openSource(cancellable, registry)).manifest('v1')).rejects.toMatchObject({
        code: 'cancelled',
      })
      await cancellable.close()
    },
  )
})

describe('a small answer that does not arrive whole is asked for again', () => {
  const contents: readonly [string, RegExp, (from: Repository) => Promise<unknown>][] = [
    ['a manifest', /manifests\/v1/, (from) => from.manifest('v1')],
    ['a list of tags', /tags/, (from) => listOf(from.tags())],
    ['a list of referrers', /referrers/, (from) => listOf(from.referrers(image.root.descriptor.digest))],
  ]
  const breaks: readonly [string, Fault][] = [
    ['breaks off', cutAfter(10)],
    ['stands still', stallAfter(10)],
  ]

  test.each(
    contents.flatMap(([what, path, read]) => breaks.map(([how, fault]) => [what, how, path, read, fault] as const)),
  )('%s that %s', async (_, __, path, read, fault) => {
    const impatient = openRegistries({ patience: 100 })
    const from = await openSource(impatient, registry)
    const whole = await read(app)
    registry.heal()
    registry.on('GET', path, fault)
    expect(await read(from)).toEqual(whole)
    expect(registry.log.count('GET', path)).toBe(2)
    await impatient.close()
  })

  test('and no more than so often', async () => {
    registry.always('GET', MANIFESTS, cutAfter(10))
    await expect(app.manifest('v1')).rejects.toMatchObject({
      code: 'registry-unreachable',
      facts: { host: registry.host, reason: 'reset' },
    })
    expect(registry.log.requests).toHaveLength(8)
  })
})
