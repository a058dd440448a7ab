import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf } from '../../../src/oci/digest.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import {
  answer,
  answerUnfinished,
  corruptAt,
  cutAfter,
  endAfter,
  ignoreRange,
  overrun,
  redirectTo,
  reset,
  shiftRange,
  silence,
  stallAfter,
  trickle,
  withHeaders,
} from '../../support/faulty-registry/faults.ts'
import type { Fault } from '../../support/faulty-registry/call.ts'
import { bytesOf, makeBlob, streamOf } from '../../support/images.ts'
import {
  openRegistries,
  openSource,
  startScriptedRegistry,
  type TestClient,
  type ScriptedRegistry,
} from '../../support/registries.ts'

const SIZE = 300_000
const blob = makeBlob('blob', SIZE)
const { digest } = blob.descriptor
const BLOBS = /\/blobs\//

let registry: ScriptedRegistry
let client: TestClient
let app: Repository

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries({ patience: 150 })
  app = await openSource(client, registry)
  await registry.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const digestRead = async () => digestOf(await bytesOf(app.blob(blob.descriptor)))
async function* broken() {
  yield blob.bytes
  throw new Error('broken')
}

const ranges = () => registry.log.find('GET', BLOBS).map(({ headers }) => headers.range)
const bytesSent = () => registry.log.find('GET', BLOBS).reduce((sum, { sent }) => sum + sent, 0)

describe('a blob', () => {
  test('comes in one request', async () => {
    expect(await digestRead()).toBe(digest)
    expect(ranges()).toEqual([undefined])
  })

  test('comes from an offset on', async () => {
    expect(await bytesOf(app.blob(blob.descriptor, 299_000))).toEqual(Buffer.from(blob.bytes.subarray(299_000)))
    expect(ranges()).toEqual(['bytes=299000-'])
  })

  test('MH-24 may have no bytes', async () => {
    const empty = makeBlob('empty', 0)
    await registry.store.repository('app').putBlob(empty.descriptor, () => streamOf(empty.bytes))
    expect(await bytesOf(app.blob(empty.descriptor))).toHaveLength(0)
  })

  test('that is not there is said to be unknown', async () => {
    const missing = makeBlob('missing', 10).descriptor
    await expect(bytesOf(app.blob(missing))).rejects.toMatchObject({
      code: 'blob-unknown',
      facts: { where: `${registry.host}/app`, digest: missing.digest },
    })
  })

  test('MH-21 is fetched from where the registry sends for it, signed address and all', async () => {
    const storage = await startScriptedRegistry()
    await storage.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    const signed = `${storage.origin}/v2/app/blobs/${blob.descriptor.digest}?X-Signature=a%2Bb%3D&flag`
    registry.always('GET', BLOBS, redirectTo(signed))
    storage.on('GET', BLOBS, cutAfter(100_000))
    expect(await digestRead()).toBe(digest)
    expect(storage.log.requests.map(({ path }) => path.split('?')[1])).toEqual([
      'X-Signature=a%2Bb%3D&flag',
      'X-Signature=a%2Bb%3D&flag',
    ])
    // A signature may have run out: the registry is asked for a new one.
    expect(registry.log.requests).toHaveLength(2)
    await storage.close()
  })

  test('whose reader has enough gives its connection back', async () => {
    const narrow = openRegistries({ concurrency: 1 })
    const source = await openSource(narrow, registry)
    for await (const chunk of source.blob(blob.descriptor)) if (chunk.byteLength > 0) break
    expect(await source.hasBlob(blob.descriptor)).toBe(true)
    await narrow.close()
  })
})

describe('a body that breaks', () => {
  test('MH-27 is taken up by Range where it broke', async () => {
    registry.on('GET', BLOBS, cutAfter(100_000), cutAfter(50_000))
    expect(await digestRead()).toBe(digest)
    expect(ranges()).toEqual([undefined, 'bytes=100000-', 'bytes=150000-'])
    expect(bytesSent()).toBe(SIZE)
  })

  test('MH-27 at its very last byte is taken up there', async () => {
    registry.on('GET', BLOBS, cutAfter(SIZE - 1))
    expect(await digestRead()).toBe(digest)
    expect(ranges()).toEqual([undefined, `bytes=${SIZE - 1}-`])
  })

  test('after its last byte is whole', async () => {
    registry.on('GET', BLOBS, async (call) => ({
      ...((await withHeaders({ 'content-length': undefined })(call)) ?? (await call.forward())),
      body: broken(),
    }))
    expect(await digestRead()).toBe(digest)
    expect(registry.log.requests).toHaveLength(1)
  })

  test('MH-27 without end is given up, though what has come is kept for as long as there is progress', async () => {
    registry.on('GET', BLOBS, ...Array.from({ length: 9 }, () => cutAfter(20_000)))
    expect(await digestRead()).toBe(digest)
    registry.heal()
    registry.on('GET', BLOBS, cutAfter(100_000))
    registry.always('GET', BLOBS, cutAfter(0))
    await expect(bytesOf(app.blob(blob.descriptor))).rejects.toMatchObject({ code: 'registry-unreachable' })
    expect(registry.log.requests.length).toBeLessThanOrEqual(6)
  })

  test('MH-28 is not corrupted by a server that ignores Range', async () => {
    registry.on('GET', BLOBS, cutAfter(100_000))
    registry.always('GET', BLOBS, ignoreRange)
    expect(await digestRead()).toBe(digest)
    expect(registry.log.requests).toHaveLength(2)
  })

  test.each([
    ['earlier', -1000],
    ['later', 1000],
  ])('MH-29 is never spliced with a range that begins %s', async (_, by) => {
    registry.on('GET', BLOBS, cutAfter(100_000), shiftRange(by))
    expect(await digestRead()).toBe(digest)
  })

  test('MH-29 is not spliced with a range that does not say where it begins', async () => {
    registry.on('GET', BLOBS, cutAfter(100_000), withHeaders({ 'content-range': undefined }))
    expect(await digestRead()).toBe(digest)
  })

  test.each([
    ['MH-33 stalls', stallAfter(100_000)],
    ['MH-33 stalls before its first byte', stallAfter(0)],
    ['is reset', cutAfter(1)],
  ])('because it %s is taken up again', async (_, fault) => {
    registry.on('GET', BLOBS, fault)
    expect(await digestRead()).toBe(digest)
    expect(registry.log.requests).toHaveLength(2)
  })

  test('MH-33 by stalling for ever is given up', async () => {
    registry.always('GET', BLOBS, stallAfter(0))
    await expect(bytesOf(app.blob(blob.descriptor))).rejects.toMatchObject({
      code: 'registry-stalled',
      facts: { host: registry.host },
    })
    expect(registry.log.requests).toHaveLength(4)
  })

  test('MH-36 by trickling for ever is given up, though every try brings some of it', async () => {
    const strict = openRegistries({ patience: 150, leastRate: 200_000 })
    registry.always('GET', BLOBS, trickle(100))
    const reading = bytesOf((await openSource(strict, registry)).blob(blob.descriptor))
    await expect(reading).rejects.toMatchObject({ code: 'registry-stalled', facts: { host: registry.host } })
    expect(registry.log.requests).toHaveLength(4)
    expect(new Set(ranges()).size).toBe(4)
    await strict.close()
  })

  test('MH-36 that trickles once is taken up again', async () => {
    const strict = openRegistries({ patience: 150, leastRate: 200_000 })
    registry.on('GET', BLOBS, trickle(100), trickle(100), trickle(100))
    expect(digestOf(await bytesOf((await openSource(strict, registry)).blob(blob.descriptor)))).toBe(digest)
    expect(registry.log.requests).toHaveLength(4)
    await strict.close()
  })

  test('MH-35 is noticed though its reader was slow', async () => {
    const large = makeBlob('large', 3_000_000)
    await registry.store.repository('app').putBlob(large.descriptor, () => streamOf(large.bytes))
    registry.on('GET', BLOBS, stallAfter(1_000_000))
    let received = 0
    for await (const chunk of app.blob(large.descriptor)) {
      received += chunk.byteLength
      if (received < 200_000) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(received).toBe(3_000_000)
    expect(registry.log.requests).toHaveLength(2)
  })
})

describe('a registry that breaks before a body begins', () => {
  test('is asked only as often as the transport asks anyone', async () => {
    registry.always('GET', BLOBS, reset)
    await expect(bytesOf(app.blob(blob.descriptor))).rejects.toMatchObject({ code: 'registry-unreachable' })
    expect(registry.log.requests).toHaveLength(8)
  })

  test('MH-53 with 503 is asked again', async () => {
    registry.on('GET', BLOBS, answer(503), answer(500))
    expect(await digestRead()).toBe(digest)
  })

  test('never answers and is cancelled', async () => {
    const controller = new AbortController()
    const cancellable = openRegistries({ signal: controller.signal })
    registry.always('GET', BLOBS, (call) => {
      controller.abort()
      return silence(call)
    })
    const reading = bytesOf((await openSource(cancellable, registry)).blob(blob.descriptor))
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await cancellable.close()
  })
})

describe('a body that is wrong', () => {
  test.each<[string, Parameters<ScriptedRegistry['on']>[2], string]>([
    ['MH-30 in one byte', corruptAt(150_000), 'digest-mismatch'],
    ['MH-30 in its last byte', corruptAt(SIZE - 1), 'digest-mismatch'],
    ['MH-31 in the length it announces', withHeaders({ 'content-length': String(SIZE - 1) }), 'size-mismatch'],
    ['MH-31 in ending early, in good order', endAfter(SIZE - 1), 'size-mismatch'],
    ['MH-32 in having too many bytes', overrun(Buffer.from('x')), 'size-mismatch'],
    ['in beginning in the middle', shiftRange(1), 'size-mismatch'],
  ])('%s never comes to its end', async (_, fault, code) => {
    registry.always('GET', BLOBS, fault)
    let received = 0
    const read = async () => {
      for await (const chunk of app.blob(blob.descriptor)) received += chunk.byteLength
    }
    await expect(read()).rejects.toMatchObject({ code, message: expect.stringContaining(blob.descriptor.digest) })
    expect(received).toBeLessThan(SIZE)
  })
})

describe('an answer that is not the blob, and never ends, does not hold it up:', () => {
  test.each<[string, Fault, string]>([
    ['503', answerUnfinished(503), 'registry-error'],
    ['403', answerUnfinished(403), 'pull-denied'],
    ['404', answerUnfinished(404), 'blob-unknown'],
    ['a redirect', answerUnfinished(307, { location: '/elsewhere' }), 'blob-unknown'],
    ['a challenge', answerUnfinished(401, { 'www-authenticate': 'Basic realm="test"' }), 'pull-denied'],
    ['a range from elsewhere', answerUnfinished(206, { 'content-range': 'bytes 50-149/300000' }), 'size-mismatch'],
  ])('%s', async (_, fault, code) => {
    registry.always('GET', BLOBS, fault)
    await expect(digestRead()).rejects.toMatchObject({ code })
  })
})
