import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventEmitter, once } from 'node:events'
import type { Repository } from '../../../src/registry/repository.ts'
import type { Headers } from '../../support/faulty-registry/call.ts'
import { answer, answerAfter, redirectTo, withHeaders } from '../../support/faulty-registry/faults.ts'
import { bytesOf, makeImage, putImage } from '../../support/images.ts'
import {
  openMirror,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const SIX_HOURS = 21_600
const MANIFESTS = /manifests/
const image = makeImage()
const [blob] = [...image.blobs.values()]

let registry: ScriptedRegistry
let client: TestClient
let app: Repository

beforeEach(async () => {
  registry = await startScriptedRegistry()
  await putImage(registry.store.repository('app'), image, 'v1')
  client = openRegistries()
  app = await openSource(client, registry)
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const toldAs = (remaining: number): Headers => ({
  'ratelimit-limit': `100;w=${SIX_HOURS}`,
  'ratelimit-remaining': `${remaining};w=${SIX_HOURS}`,
})

/** Counts GETs of manifests as Docker Hub does, and refuses them when none is left. */
function limitPulls(pulls: number) {
  let left = pulls
  registry.always('HEAD', MANIFESTS, (call) => withHeaders(toldAs(left))(call))
  registry.always('GET', MANIFESTS, (call) => {
    if (left === 0) return answer(429, toldAs(0))(call)
    left -= 1
    return withHeaders(toldAs(left))(call)
  })
  return {
    set(count: number) {
      left = count
    },
  }
}

const reached = (remaining: number) => ({
  code: 'pull-limit-reached',
  remedy: 'retry',
  facts: { host: registry.host, remaining, seconds: SIX_HOURS },
})

describe('a registry that says how many pulls are left', () => {
  test('MH-55 is not asked for a manifest when there are none; all else goes on', async () => {
    limitPulls(0)
    await app.head('v1')
    await expect(app.manifest('v1')).rejects.toMatchObject(reached(0))
    expect(registry.log.count('GET')).toBe(0)
    expect(await app.head('v1')).toMatchObject({ digest: image.root.descriptor.digest })
    if (blob) expect(await bytesOf(app.blob(blob.descriptor))).toHaveLength(blob.bytes.byteLength)
    expect(client.clock.slept).toEqual([])
  })

  test('MH-55 keeps the reserve for others', async () => {
    const careful = openRegistries({ pullReserve: 10 })
    const source = await openSource(careful, registry)
    limitPulls(12)
    await source.head('v1')
    await source.manifest('v1')
    await source.manifest('v1')
    await expect(source.manifest('v1')).rejects.toMatchObject(reached(10))
    await careful.close()
  })

  test('MH-55 is asked for no more than are left, however many are wanted at once', async () => {
    limitPulls(3)
    await app.head('v1')
    const wanted = await Promise.allSettled(Array.from({ length: 6 }, () => app.manifest('v1')))
    expect(wanted.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(registry.log.count('GET')).toBe(3)
  })

  test('MH-55 is not believed to have counted what it has not answered', async () => {
    limitPulls(2)
    await app.head('v1')
    const events = new EventEmitter()
    registry.on('GET', MANIFESTS, withHeaders(toldAs(1)), answerAfter(once(events, 'go')))
    const [first, second] = [app.manifest('v1'), app.manifest('v1')]
    await first
    await expect(app.manifest('v1')).rejects.toMatchObject(reached(0))
    events.emit('go')
    await second
    expect(registry.log.count('GET')).toBe(2)
  })

  test('MH-55 is heard, too, when it says so only as it refuses', async () => {
    registry.always('GET', MANIFESTS, answer(429, toldAs(0)))
    await expect(app.manifest('v1')).rejects.toMatchObject(reached(0))
    expect(registry.log.count('GET')).toBe(1)
  })

  test('is believed when it says that there are more again', async () => {
    const hub = limitPulls(0)
    await app.head('v1')
    hub.set(1)
    await app.head('v1')
    expect(await app.manifest('v1')).toMatchObject({ kind: 'index' })
  })

  test.each<[string, Headers, number]>([
    ['the window with what is left', { 'ratelimit-remaining': '0;w=600' }, 600],
    ['the window with the limit', { 'ratelimit-limit': '100;w=600', 'ratelimit-remaining': '0' }, 600],
    ['no window', { 'ratelimit-limit': '100', 'ratelimit-remaining': ' 0 ' }, 60],
    ['other parameters', { 'ratelimit-remaining': '0; q=1; w=600' }, 600],
  ])('is no longer believed after its window: %s', async (_, headers, seconds) => {
    registry.on('HEAD', MANIFESTS, withHeaders(headers))
    await app.head('v1')
    await client.clock.sleep(seconds * 1000 - 1)
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'pull-limit-reached', facts: { remaining: 0 } })
    await client.clock.sleep(1)
    expect(await app.manifest('v1')).toMatchObject({ kind: 'index' })
  })

  test('says it to one role, and no other', async () => {
    limitPulls(0)
    await app.head('v1')
    registry.heal()
    expect(await (await openMirror(client, registry)).manifest('v1')).toMatchObject({ kind: 'index' })
    await expect(app.manifest('v1')).rejects.toMatchObject(reached(0))
  })
})

describe('MH-56 nothing is held back', () => {
  test.each<[string, Headers]>([
    ['by a registry that says nothing', {}],
    ['by a limit without what is left of it', { 'ratelimit-limit': '0;w=60' }],
    ['by words', { 'ratelimit-remaining': 'none' }],
    ['by less than nothing', { 'ratelimit-remaining': '-1' }],
  ])('%s', async (_, headers) => {
    const careful = openRegistries({ pullReserve: 10 })
    const source = await openSource(careful, registry)
    registry.always('*', MANIFESTS, withHeaders(headers))
    await source.head('v1')
    for (let count = 0; count < 3; count += 1) expect(await source.manifest('v1')).toMatchObject({ kind: 'index' })
    await careful.close()
  })

  test('by a host that the registry leads to', async () => {
    const storage = await startScriptedRegistry()
    await putImage(storage.store.repository('app'), image, 'v1')
    storage.always('*', MANIFESTS, withHeaders(toldAs(0)))
    registry.always('*', MANIFESTS, redirectTo(storage.origin))
    await app.head('v1')
    expect(await app.manifest('v1')).toMatchObject({ kind: 'index' })
    await storage.close()
  })
})
