import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { download } from '../../../src/registry/remote/download.ts'
import { createHttpClient, type HttpClient } from '../../../src/registry/remote/http-client.ts'
import { withRedirects } from '../../../src/registry/remote/redirects.ts'
import { withRetries } from '../../../src/registry/remote/retries.ts'
import type { RepositoryContext } from '../../../src/registry/remote/repository-context.ts'
import { SegmentPool } from '../../../src/registry/remote/segment-pool.ts'
import { withWatch } from '../../../src/registry/remote/watch.ts'
import { LEAST_RATE } from '../../../src/registry/remote/watchdog.ts'
import type { ByteStream } from '../../../src/registry/repository.ts'
import type { Fault, LoggedRequest } from '../../support/faulty-registry/call.ts'
import {
  answer,
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
  withHeaders,
} from '../../support/faulty-registry/faults.ts'
import { bytesOf, makeBlob, streamOf } from '../../support/images.ts'
import { numbers, pick } from '../../support/random.ts'
import { startScriptedRegistry, type ScriptedRegistry } from '../../support/registries.ts'
import { slowLine, type SlowLine } from '../../support/slow-line.ts'

const KIB = 1024
const SEGMENT = 256 * KIB
const SIZES = { segment: SEGMENT, inMemory: 8, window: 64 * KIB, worthwhile: 4 * SEGMENT }
const SIZE = 6_000_000
const blob = makeBlob('large', SIZE)
const whole = Buffer.from(blob.bytes)
const BLOBS = /\/blobs\//
/** Bytes per millisecond. */
const SLOW = 100

let registry: ScriptedRegistry
let client: HttpClient
let line: SlowLine
let pool: SegmentPool
let idle: (url: URL) => number
/** Milliseconds. */
let patience: number
let asked: number
let rangesAsked: number

beforeEach(async () => {
  registry = await startScriptedRegistry()
  await registry.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
  client = createHttpClient({ userAgent: 'transship/test', connections: 64, isNamed: () => true })
  line = slowLine(SLOW, () => registry.log.requests.length >= asked)
  pool = new SegmentPool(SIZES)
  idle = () => 3
  patience = 10_000
  asked = 0
  rangesAsked = 0
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

function read(offset = 0): ByteStream {
  const origin = new URL(registry.origin)
  const watched = withWatch(client.exchange, { patience })
  const exchange = withRetries(withRedirects(watched), line.clock)
  const context: RepositoryContext = {
    async exchange(request) {
      asked += 1
      if (/-\d/.test(request.headers?.range ?? '')) rangesAsked += 1
      try {
        return await exchange(request)
      } catch (error) {
        // It may never have arrived.
        asked -= 1
        throw error
      }
    },
    clock: line.clock,
    host: registry.host,
    repository: 'app',
    name: `${registry.host}/app`,
    scopes: [],
    patience,
    leastRate: LEAST_RATE,
    idleDownloads: (url) => idle(url),
    segments: pool,
  }
  return download(context, new URL(`/v2/app/blobs/${blob.descriptor.digest}`, origin), blob.descriptor, offset)
}

const requests = () => registry.log.find('GET', BLOBS)
const rangeOf = (seen?: LoggedRequest) => /^bytes=(\d+)-(\d*)$/.exec(seen?.headers.range ?? '')
const isSegment = (seen: LoggedRequest) => Boolean(rangeOf(seen)?.[2])
const segments = () => requests().filter(isSegment)
const streams = () => requests().filter((seen) => !isSegment(seen))
const bytesSent = () => requests().reduce((sum, { sent }) => sum + sent, 0)
const everythingSlow = () => registry.always('GET', BLOBS, line.each)

/** Faults for the first segments that are asked for, and for the first streams; the rest is slow. */
function onRanges(...faults: readonly Fault[]): void {
  const left = [...faults]
  registry.always('GET', BLOBS, (call) => {
    const fault = isSegment(call.seen) ? left.shift() : undefined
    return (fault === undefined || fault === line.each ? line.each : line.prompt(fault))(call)
  })
}

/** Room for that many more segments. */
function roomLeft(): number {
  let room = 0
  while (pool.take()) room += 1
  for (let taken = 0; taken < room; taken += 1) pool.giveBack()
  return room
}

/** Looks again until it is so; fails where it does not come. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo(); await new Promise(setImmediate)) {
    if (Date.now() > end) throw new Error(`It did not come: ${String(isSo)}`)
  }
}

describe('a large blob that comes slowly', () => {
  test('is fetched over other connections as well, in order and each byte about once', async () => {
    everythingSlow()
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(streams()).toHaveLength(1)
    expect(registry.log.mostAtOnce()).toBeGreaterThan(2)
    // Connections are used again.
    expect(registry.log.connectionsOpened()).toBeLessThanOrEqual(7)
    expect(segments().length).toBeGreaterThan(15)
    const starts = segments().map((seen) => Number(rangeOf(seen)?.[1]))
    expect(starts).toEqual(starts.map((_, index) => (starts[0] ?? 0) + index * SEGMENT))
    expect(bytesSent()).toBeLessThan(SIZE * 1.2)
    expect(roomLeft()).toBe(SIZES.inMemory)
  })

  test('is so from an offset on, too', async () => {
    everythingSlow()
    expect((await bytesOf(read(500_001))).equals(whole.subarray(500_001))).toBe(true)
    expect(segments().length).toBeGreaterThan(5)
  })

  test('is asked for at the registry for each segment, since a signed address may have run out', async () => {
    const storage = await startScriptedRegistry()
    await storage.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    storage.always('GET', BLOBS, line.each)
    registry.always('GET', BLOBS, redirectTo(storage.origin))
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(segments().length).toBeGreaterThan(5)
    expect(storage.log.requests).toHaveLength(requests().length)
    await storage.close()
  })

  test('takes connections only where the storage that it comes from has them to spare', async () => {
    const storage = await startScriptedRegistry()
    await storage.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    storage.always('GET', BLOBS, line.each)
    registry.always('GET', BLOBS, redirectTo(storage.origin))
    idle = ({ origin }) => (origin === storage.origin ? 0 : 3)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(requests()).toHaveLength(1)
    await storage.close()
  })

  test('takes no more connections than are idle, and goes on over one when none is any more', async () => {
    everythingSlow()
    idle = () => (rangesAsked < 4 ? 1 : 0)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(segments()).toHaveLength(4)
    const [, second] = streams()
    expect(Number(rangeOf(second)?.[1])).toBe(Number(rangeOf(segments().at(-1))?.[2]) + 1)
    expect(streams()).toHaveLength(2)
  })
})

function sayNone(): void {
  registry.always('GET', BLOBS, async (call) => {
    const response = await line.each(call)
    return response && { ...response, headers: { ...response.headers, 'accept-ranges': 'none' } }
  })
}

async function* slowly(stream: ByteStream): ByteStream {
  for await (const chunk of stream) {
    line.pass(chunk.byteLength / SLOW)
    yield chunk
  }
}

describe('a blob comes over one connection where', () => {
  test.each<[string, () => Promise<Buffer>]>([
    ['its source is fast', () => bytesOf(read())],
    ['little of it is left', () => (everythingSlow(), bytesOf(read(SIZE - SIZES.worthwhile + 1)))],
    ['none is idle', () => (everythingSlow(), (idle = () => 0), bytesOf(read()))],
    ['all memory is taken', () => (everythingSlow(), [...Array(8).keys()].forEach(() => pool.take()), bytesOf(read()))],
    ['its host was found not to serve ranges', () => (everythingSlow(), pool.exclude(registry.host), bytesOf(read()))],
    ['its source says that it serves none', () => (sayNone(), bytesOf(read()))],
    ['its reader is what holds it up', () => (everythingSlow(), bytesOf(slowly(read())))],
  ])('%s', async (_, run) => {
    const bytes = await run()
    expect(bytes.equals(whole.subarray(-bytes.byteLength))).toBe(true)
    expect(requests()).toHaveLength(1)
  })

  test('others bring no more, once they have shown it', async () => {
    registry.always('GET', BLOBS, line.shared)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(segments().length).toBeGreaterThan(3)
    expect(segments().length).toBeLessThan(14)
    expect(streams()).toHaveLength(2)
    expect(rangeOf(streams()[1])?.[2]).toBe('')
  })
})

const shortened: Fault = (call) => {
  const range = call.seen.headers.range?.replace(/\d+$/, (end) => String(Number(end) - 1000))
  return call.forward({ headers: { range } })
}

describe('a range that is answered otherwise than asked', () => {
  test.each<[string, Fault]>([
    ['MH-28 by the whole blob', ignoreRange],
    ['MH-29 by one that begins earlier', shiftRange(-1000)],
    ['MH-29 by one that begins later', shiftRange(1000)],
    ['MH-29 by one that ends earlier', shortened],
    ['MH-29 without saying which it is', withHeaders({ 'content-range': undefined })],
    ['MH-29 as one of another blob', withHeaders({ 'content-range': 'bytes 0-131071/131072' })],
    ['by 416', answer(416)],
    ['by 429', answer(429)],
    ['by 503', answer(503)],
    ['by 404', answer(404)],
  ])('%s, is not spliced in, and costs the first connection nothing', async (_, fault) => {
    onRanges(fault)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(requests()).toHaveLength(2)
    expect(bytesSent()).toBeLessThan(SIZE * 2)
    expect(pool.isExcluded(registry.host)).toBe(true)
  })

  test.each<[string, Fault]>([
    ['MH-28 by the whole blob', ignoreRange],
    ['MH-29 by one that begins later', shiftRange(1000)],
    ['by 429', answer(429)],
    ['with too few bytes', endAfter(1000)],
  ])('%s, when others have come, is read over one connection from there', async (_, fault) => {
    onRanges(line.each, line.each, line.each, fault)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(streams()).toHaveLength(2)
    // What comes behind the gap may be under way by then.
    expect(segments().length).toBeLessThanOrEqual(7)
    expect(roomLeft()).toBe(SIZES.inMemory)
  })

  test('with too many bytes is cut', async () => {
    onRanges(line.each, overrun(Buffer.from('too many')))
    expect((await bytesOf(read())).equals(whole)).toBe(true)
  })

  test('makes the next blob of that host come over one connection', async () => {
    onRanges(ignoreRange)
    await bytesOf(read())
    registry.log.clear()
    asked = 0
    await bytesOf(read())
    expect(requests()).toHaveLength(1)
  })

  test('MH-30 with wrong bytes never comes to its end', async () => {
    onRanges(line.each, corruptAt(5))
    let received = 0
    const reading = async () => {
      for await (const chunk of read()) received += chunk.byteLength
    }
    await expect(reading()).rejects.toMatchObject({ code: 'digest-mismatch' })
    expect(received).toBeLessThan(SIZE)
  })
})

describe('a segment that', () => {
  test.each<[string, Fault]>([
    ['MH-27 is cut', cutAfter(50_000)],
    ['MH-33 stalls', stallAfter(50_000)],
  ])('%s is fetched again from where it broke, while the others go on', async (_, fault) => {
    patience = 400
    onRanges(line.each, fault)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    const starts = segments().map((seen) => Number(rangeOf(seen)?.[1]))
    const broken = starts[1] ?? 0
    expect(starts).toContain(broken + 50_000)
    expect(starts.indexOf(broken + 50_000)).toBeGreaterThan(2)
    expect(streams()).toHaveLength(1)
    expect(pool.isExcluded(registry.host)).toBe(false)
  })

  test('is refused a connection is asked for again', async () => {
    onRanges(reset, line.each, reset)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(streams()).toHaveLength(1)
  })

  test('breaks again and again is left to one connection', async () => {
    onRanges(line.each, ...Array.from({ length: 200 }, () => cutAfter(0)))
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(streams()).toHaveLength(2)
    expect(segments().length).toBeLessThan(30)
  })

  test('is the first and never answered holds nothing up', async () => {
    onRanges(silence)
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(requests()).toHaveLength(2)
    expect(roomLeft()).toBe(SIZES.inMemory)
  })
})

describe('segments', () => {
  test('MH-25 that come before their turn are no more than there is room for in the run', async () => {
    patience = 60_000
    // The first one stalls at its end, so that all others have to be kept.
    onRanges(stallAfter(SEGMENT - 1))
    const reading = Promise.allSettled([bytesOf(read())])
    await until(() => segments().filter(({ sent }) => sent === SEGMENT).length === SIZES.inMemory - 1)
    expect(roomLeft()).toBe(0)
    // Whoever finds no room has his one connection.
    expect((await bytesOf(read())).equals(whole)).toBe(true)
    expect(rangesAsked).toBe(SIZES.inMemory)
    await client.close()
    await reading
    expect(roomLeft()).toBe(SIZES.inMemory)
  })

  test('are released at once when the reader leaves', async () => {
    patience = 60_000
    let [stalling, released] = [0, 0]
    const stalled: Fault = (call) => {
      stalling += 1
      call.request.socket.once('close', () => (released += 1))
      return stallAfter(1)(call)
    }
    onRanges(line.each, stalled, stalled, stalled)
    for await (const chunk of read()) if (chunk.byteLength > 0 && stalling === 3) break
    expect(roomLeft()).toBe(SIZES.inMemory)
    await until(() => released === 3)
  })
})

const onlyRanges = (fault: Fault): Fault => {
  return (call) => (call.seen.headers.range === undefined ? line.each : fault)(call)
}

/** Each of them leaves every byte that counts as right as it was. */
function randomFault(next: () => number): Fault {
  const at = 1 + Math.floor(next() * SEGMENT)
  return pick<Fault>(next, [
    line.each,
    line.each,
    line.each,
    line.each,
    cutAfter(at),
    cutAfter(at),
    stallAfter(at),
    ignoreRange,
    onlyRanges(shiftRange(at)),
    onlyRanges(shiftRange(-at)),
    shortened,
    withHeaders({ 'content-range': undefined }),
    reset,
    answer(429),
    answer(503),
  ])
}

describe('whatever goes wrong with connections and ranges', () => {
  test.each([...Array(12).keys()])('every byte arrives in its place (seed %i)', async (seed) => {
    const next = numbers(seed)
    patience = 400
    registry.always('GET', BLOBS, (call) => randomFault(next)(call))
    idle = () => Math.floor(next() * 5)
    const [one, other] = await Promise.all([bytesOf(read()), bytesOf(read(Math.floor(next() * SEGMENT)))])
    expect(one.equals(whole)).toBe(true)
    expect(other.equals(whole.subarray(-other.byteLength))).toBe(true)
    expect(roomLeft()).toBe(SIZES.inMemory)
  })
})
