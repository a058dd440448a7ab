import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { buffer } from 'node:stream/consumers'
import { Failure } from '../../../src/failure/failure.ts'
import type { ByteStream, Repository } from '../../../src/registry/repository.ts'
import { plainAnswer, type Call, type Fault } from '../../support/faulty-registry/call.ts'
import {
  answer,
  answerEarly,
  loseAnswer,
  pass,
  refuse,
  reset,
  withHeaders,
  withLocation,
  withStatus,
} from '../../support/faulty-registry/faults.ts'
import { startTokenService } from '../../support/faulty-registry/token-service.ts'
import { makeBlob, streamOf } from '../../support/images.ts'
import {
  credentialsFor,
  openMirror,
  openRegistries,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const MEBIBYTE = 1024 * 1024
const SIZE = 2.5 * MEBIBYTE
const blob = makeBlob('blob', SIZE)
const { digest } = blob.descriptor
const UPLOADS = /\/blobs\/uploads\//

let registry: ScriptedRegistry
let client: TestClient
let app: Repository
/** Where the source was opened. */
let opened: number[]

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries()
  app = await openMirror(client, registry)
  opened = []
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

/** Chunks that fit into no piece, so that pieces are cut out of them. */
function open(offset: number): ByteStream {
  opened.push(offset)
  return streamOf(blob.bytes.subarray(offset), 300_000)
}

async function* endless(): ByteStream {
  for (;;) yield blob.bytes.subarray(0, 65_536)
}

const put = () => app.putBlob(blob.descriptor, open)
const isThere = () => registry.store.repository('app').hasBlob(blob.descriptor)
const steps = () => registry.log.requests.map(({ method, status }) => `${method} ${status}`)
const statuses = () => registry.log.find('PATCH').map(({ status }) => status)
const ranges = () => registry.log.find('PATCH').map(({ headers }) => headers['content-range'])

/** What a proxy does that lets no longer bodies pass. */
function longestBody(bytes: number): Fault {
  return (call) => (Number(call.seen.headers['content-length']) > bytes ? answer(413)(call) : call.forward())
}

/** No blob is taken whole. */
const limit = () => registry.always('PUT', UPLOADS, longestBody(0))

/** Takes a body and does nothing with it, whatever it says. */
function forget(status: number, headers: Readonly<Record<string, string>> = {}): Fault {
  return async (call) => {
    await call.drain()
    return plainAnswer(status, headers)
  }
}

/** Takes half of a chunk, and then breaks the connection. */
const takeHalf: Fault = async (call: Call) => {
  const whole = await buffer(call.request)
  const half = whole.subarray(0, whole.byteLength / 2)
  const [start = 0] = (call.seen.headers['content-range'] ?? '').split('-').map(Number)
  await fetch(`${call.origin}${call.seen.path}`, {
    method: 'PATCH',
    headers: { 'content-range': `${start}-${start + half.byteLength - 1}` },
    body: new Uint8Array(half),
  })
  call.reset()
  return undefined
}

const THREE_CHUNKS = ['0-1048575', '1048576-2097151', '2097152-2621439']
const CHUNKED = ['HEAD 404', 'POST 202', 'PUT 413', 'DELETE 204', 'POST 202']

describe('a blob that is too large for one request', () => {
  test('MH-47 is sent in chunks, from a source that is read through once', async () => {
    limit()
    expect(await put()).toBe('sent')
    expect(steps()).toEqual([...CHUNKED, 'PATCH 202', 'PATCH 202', 'PATCH 202', 'PUT 201'])
    expect(ranges()).toEqual(THREE_CHUNKS)
    expect(opened).toEqual([0, 0])
    expect(await isThere()).toBe(true)
  })

  test('MH-26 says the length of every chunk, and of the commit', async () => {
    limit()
    await put()
    const bodies = [...registry.log.find('PATCH'), ...registry.log.find('PUT').slice(1)]
    expect(bodies.map(({ headers }) => headers['content-length'])).toEqual(['1048576', '1048576', '524288', '0'])
    for (const { headers } of bodies) expect(headers).not.toHaveProperty('transfer-encoding')
  })

  test('MH-47 is sent in chunks where it was refused before it was read', async () => {
    registry.on('PUT', UPLOADS, answerEarly(413))
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual(THREE_CHUNKS)
  })

  test('MH-47 is sent in chunks though it is small, where a whole one is not taken', async () => {
    const small = makeBlob('small', 1000)
    registry.on('PUT', UPLOADS, answer(413))
    expect(await app.putBlob(small.descriptor, () => streamOf(small.bytes))).toBe('sent')
    expect(ranges()).toEqual(['0-999'])
  })

  test('is sent in shorter chunks where the first were too long', async () => {
    const large = makeBlob('large', 6 * MEBIBYTE)
    registry.always('*', UPLOADS, longestBody(MEBIBYTE))
    expect(await app.putBlob(large.descriptor, () => streamOf(large.bytes))).toBe('sent')
    expect(registry.log.find('PATCH').map(({ headers, status }) => [headers['content-length'], status])).toEqual([
      ['1572864', 413],
      ...Array.from({ length: 6 }, () => ['1048576', 202]),
    ])
    expect(client.clock.slept.filter((pause) => pause > 0)).toEqual([])
  })

  test('MH-48 is given up where no chunk is short enough, and every session given back', async () => {
    registry.always('*', UPLOADS, longestBody(1000))
    await expect(put()).rejects.toMatchObject({
      code: 'blob-too-large',
      facts: { host: registry.host, digest, size: SIZE },
    })
    expect(registry.log.count('PATCH')).toBe(1)
    expect(registry.log.count('DELETE')).toBe(registry.log.count('POST'))
  })

  test('MH-47 is sent in chunks where it is very large and its connection broke twice', async () => {
    const size = 1024 * MEBIBYTE + 1
    registry.always('PUT', UPLOADS, reset)
    registry.always('PATCH', UPLOADS, refuse(403, 'DENIED'))
    const veryLarge = app.putBlob({ ...blob.descriptor, size }, endless)
    await expect(veryLarge).rejects.toMatchObject({ code: 'push-denied' })
    const bodies = registry.log.requests.filter(({ method }) => method === 'PUT' || method === 'PATCH')
    expect(bodies.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PATCH'])
    expect(ranges()).toEqual(['0-67108863'])
  })
})

describe('a registry has its own way with chunks', () => {
  beforeEach(limit)

  test('MH-42 and answers them with 201', async () => {
    registry.always('PATCH', UPLOADS, withStatus(201))
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual(THREE_CHUNKS)
  })

  test('MH-43 and names the range of the first one for ever', async () => {
    registry.always('PATCH', UPLOADS, withHeaders({ range: '0-1048575' }))
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual(THREE_CHUNKS)
    expect(await isThere()).toBe(true)
  })

  test('and says with every answer where the next bytes go', async () => {
    let state = 0
    const moving = withLocation((url) => `${url.pathname}?_state=${(state += 1)}`)
    registry.always('POST', UPLOADS, moving)
    registry.always('PATCH', UPLOADS, moving)
    expect(await put()).toBe('sent')
    const states = registry.log.requests.slice(CHUNKED.length).map(({ path }) => /_state=(\d)/.exec(path)?.[1])
    expect(states).toEqual(['2', '3', '4', '5'])
  })

  test('and does not repeat where they go', async () => {
    registry.always('PATCH', UPLOADS, withHeaders({ location: undefined }))
    expect(await put()).toBe('sent')
  })

  test('MH-46 and wants longer ones, which it gets', async () => {
    registry.always('POST', UPLOADS, withHeaders({ 'oci-chunk-min-length': '2000000' }))
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual(['0-1999999', '2000000-2621439'])
  })

  test.each(['4294967296', '99999999999999999999999'])('MH-46 and wants absurdly long ones: %s', async (length) => {
    registry.always('POST', UPLOADS, withHeaders({ 'oci-chunk-min-length': length }))
    await expect(put()).rejects.toMatchObject({ code: 'blob-too-large', facts: { digest, least: Number(length) } })
    expect(registry.log.count('PATCH')).toBe(0)
    expect(steps().at(-1)).toBe('DELETE 204')
  })

  test('MH-46 and wants longer ones than it takes', async () => {
    registry.always('PATCH', UPLOADS, longestBody(MEBIBYTE))
    registry.always('POST', UPLOADS, withHeaders({ 'oci-chunk-min-length': '2000000' }))
    await expect(put()).rejects.toMatchObject({ code: 'blob-too-large', facts: { least: 2_000_000 } })
    expect(registry.log.count('PATCH')).toBe(1)
  })

  test.each(['-5', 'many', '1e9', ''])('MH-46 and says nonsense of their length: %j', async (length) => {
    registry.always('POST', UPLOADS, withHeaders({ 'oci-chunk-min-length': length }))
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual(THREE_CHUNKS)
  })
})

test('MH-46 a blob that is taken whole is not measured by the length of chunks', async () => {
  registry.always('POST', UPLOADS, withHeaders({ 'oci-chunk-min-length': '99999999999' }))
  expect(await put()).toBe('sent')
  expect(steps()).toEqual(['HEAD 404', 'POST 202', 'PUT 201'])
})

describe('a chunk that was lost is sent again', () => {
  beforeEach(limit)

  test('MH-44 from where 416 says', async () => {
    registry.on('PATCH', UPLOADS, pass, (call) => forget(416, { location: call.seen.path, range: '0-1048575' })(call))
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual([THREE_CHUNKS[0], THREE_CHUNKS[1], ...THREE_CHUNKS.slice(1)])
    expect(registry.log.count('GET')).toBe(0)
    expect(opened).toEqual([0, 0, MEBIBYTE])
  })

  test('MH-44 though its own answer was good', async () => {
    registry.on('PATCH', UPLOADS, pass, forget(202))
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual([...THREE_CHUNKS, ...THREE_CHUNKS.slice(1)])
  })

  test('MH-44 in a session that 416 moved elsewhere', async () => {
    registry.on('PATCH', UPLOADS, pass, (call) =>
      forget(416, { location: `${call.seen.path}?moved=1`, range: '0-1048575' })(call),
    )
    expect(await put()).toBe('sent')
    expect(registry.log.find('PATCH').map(({ path }) => path.includes('moved'))).toEqual([false, false, true, false])
  })

  test('MH-45 from where the status says, where 416 does not', async () => {
    registry.on('PATCH', UPLOADS, pass, answer(416))
    expect(await put()).toBe('sent')
    expect(steps().slice(CHUNKED.length)).toEqual([
      'PATCH 202',
      'PATCH 416',
      'GET 204',
      'PATCH 202',
      'PATCH 202',
      'PUT 201',
    ])
    expect(ranges()).toEqual([THREE_CHUNKS[0], THREE_CHUNKS[1], ...THREE_CHUNKS.slice(1)])
  })

  test.each<[string, Fault]>([
    ['is not known', answer(404)],
    ['is not said', answer(405)],
    ['has no range', answer(204)],
    ['has a range that starts elsewhere', answer(204, { range: '5-1048575' })],
    ['has more than was sent', answer(204, { range: '0-99999999' })],
  ])('MH-45 in a new session, where the status %s', async (_, status) => {
    registry.on('PATCH', UPLOADS, pass, answer(416))
    registry.on('GET', UPLOADS, status)
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual([THREE_CHUNKS[0], THREE_CHUNKS[1], ...THREE_CHUNKS])
    expect(registry.log.count('POST')).toBe(3)
    expect(registry.log.count('PUT')).toBe(2)
    expect(await isThere()).toBe(true)
  })

  test.each<[string, Fault]>([
    ['broke', reset],
    ['MH-53 was answered with 500', refuse(500, 'UNKNOWN')],
    ['MH-53 was answered with 503', answer(503)],
    ['MH-49 was answered with 429', answer(429, { 'retry-after': '3' })],
  ])('where its request %s', async (_, fault) => {
    registry.on('PATCH', UPLOADS, pass, fault)
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual([THREE_CHUNKS[0], THREE_CHUNKS[1], ...THREE_CHUNKS.slice(1)])
    expect(registry.log.count('POST')).toBe(2)
  })

  test('but for the part that arrived', async () => {
    registry.on('PATCH', UPLOADS, pass, takeHalf)
    expect(await put()).toBe('sent')
    expect(opened).toEqual([0, 0, 1.5 * MEBIBYTE])
    // The third is the half that the fault passes on.
    expect(ranges()).toEqual([THREE_CHUNKS[0], THREE_CHUNKS[1], '1048576-1572863', '1572864-2621439'])
    expect(await isThere()).toBe(true)
  })

  test('but not where only its answer was lost', async () => {
    registry.on('PATCH', UPLOADS, pass, loseAnswer)
    expect(await put()).toBe('sent')
    expect(ranges()).toEqual(THREE_CHUNKS)
    expect(opened).toEqual([0, 0])
  })

  test('in a new session where this one is gone', async () => {
    registry.on('PATCH', UPLOADS, pass, refuse(404, 'BLOB_UPLOAD_UNKNOWN'))
    registry.on('GET', UPLOADS, answer(404))
    expect(await put()).toBe('sent')
    expect(registry.log.count('POST')).toBe(3)
    expect(registry.log.count('DELETE')).toBe(1)
  })
})

describe('chunks come to an end', () => {
  beforeEach(limit)

  test.each<[string, number, Fault]>([
    ['none is ever taken', 8, reset],
    [
      'the registry always wants the first one',
      4,
      (call) => forget(416, { location: call.seen.path, range: '0-0' })(call),
    ],
  ])('MH-43 where %s', async (_, tries, fault) => {
    registry.always('PATCH', UPLOADS, fault)
    await expect(put()).rejects.toBeInstanceOf(Failure)
    expect(registry.log.count('PATCH')).toBe(tries)
    expect(steps().at(-1)).toBe('DELETE 204')
  })

  test('MH-43 where one is taken and lost, again and again', async () => {
    registry.always('PATCH', UPLOADS, (call) => {
      const isFirst = call.seen.headers['content-range'] === THREE_CHUNKS[0]
      return forget(isFirst ? 202 : 416, { location: call.seen.path, range: '0-0' })(call)
    })
    await expect(put()).rejects.toMatchObject({ code: 'registry-error', facts: { status: 416 } })
    expect(registry.log.count('PATCH')).toBe(8)
  })

  test('MH-54 where the right to push is missing, at once', async () => {
    registry.on('PATCH', UPLOADS, refuse(403, 'DENIED', 'read only'))
    await expect(put()).rejects.toMatchObject({ code: 'push-denied', facts: { detail: 'DENIED: read only' } })
    expect(registry.log.count('PATCH')).toBe(1)
    expect(steps().at(-1)).toBe('DELETE 204')
  })

  test("where the source fails, for the source's own reason", async () => {
    const failure = new Failure('registry-unreachable', { host: 's', reason: 'reset', detail: '' })
    const breaksLater = async function* (offset: number): ByteStream {
      const isFirst = opened.length === 0
      opened.push(offset)
      yield blob.bytes.subarray(0, 1_500_000)
      if (!isFirst) throw failure
      yield blob.bytes.subarray(1_500_000)
    }
    await expect(app.putBlob(blob.descriptor, breaksLater)).rejects.toBe(failure)
    expect(opened).toEqual([0, 0])
    expect(registry.log.count('PATCH')).toBe(2)
    expect(steps().at(-1)).toMatch(/^DELETE/)
    expect(await isThere()).toBe(false)
  })

  test('MH-38 with a commit whose answer may be lost', async () => {
    registry.on('PUT', UPLOADS, answer(413), loseAnswer)
    expect(await put()).toBe('sent')
    expect(steps().slice(-2)).toEqual(['PUT 0', 'HEAD 200'])
  })
})

describe('a registry that wants tokens', () => {
  const robot = { kind: 'basic', username: 'robot', password: 'secret' } as const
  let tokens: Awaited<ReturnType<typeof startTokenService>>

  beforeEach(async () => {
    limit()
    tokens = await startTokenService({ now: () => client.clock.now(), users: { robot: 'secret' }, lifetime: 60 })
    registry.guard(tokens.guard)
    await client.close()
    client = openRegistries({ mirrorCredentials: credentialsFor({ [registry.host]: robot }) })
    app = await openMirror(client, registry)
  })
  afterEach(() => tokens.close())

  test('MH-71 gets a new one before a chunk, where the old one ran out in the one before', async () => {
    registry.on('PATCH', UPLOADS, async (call) => {
      const answered = await call.forward()
      await client.clock.sleep(61_000)
      return answered
    })
    expect(await put()).toBe('sent')
    expect(statuses()).toEqual([202, 202, 202])
    expect(tokens.requests).toHaveLength(2)
  })

  test('MH-72 gets a new one and the bytes of that very chunk after 401 in answer to it', async () => {
    registry.on('PATCH', UPLOADS, pass, (call) => {
      tokens.revoke()
      return call.forward()
    })
    expect(await put()).toBe('sent')
    expect(statuses()).toEqual([202, 401, 202, 202])
    expect(opened).toEqual([0, 0, MEBIBYTE])
    expect(await isThere()).toBe(true)
  })
})
