import { beforeEach, expect, test } from '@jest/globals'
import { Failure } from '../../../src/failure/failure.ts'
import { UploadSource } from '../../../src/registry/remote/upload-source.ts'
import type { ByteStream } from '../../../src/registry/repository.ts'
import { bytesOf, makeBlob, streamOf } from '../../support/images.ts'

const { bytes } = makeBlob('source', 1000)

let opened: number[]
let released: number

beforeEach(() => {
  opened = []
  released = 0
})

async function* open(offset: number): ByteStream {
  opened.push(offset)
  try {
    yield* streamOf(bytes.subarray(offset), 70)
  } finally {
    released += 1
  }
}

const part = (start: number, end: number) => Buffer.from(bytes.subarray(start, end))

test('pieces follow one another in a source that is opened once', async () => {
  const source = new UploadSource(open)
  for (const [start, end] of [
    [0, 300],
    [300, 301],
    [301, 1000],
  ] as const) {
    expect(await bytesOf(source.piece(start, end - start))).toEqual(part(start, end))
  }
  expect(opened).toEqual([0])
})

test.each([
  ['before', 100],
  ['after', 500],
])('a piece that begins %s the end of the last one is read from a source opened there', async (_, start) => {
  const source = new UploadSource(open)
  await bytesOf(source.piece(0, 300))
  expect(await bytesOf(source.piece(start, 200))).toEqual(part(start, start + 200))
  expect(opened).toEqual([0, start])
  expect(released).toBe(1)
})

test('a piece that was left in the middle is read anew', async () => {
  const source = new UploadSource(open)
  for await (const chunk of source.piece(0, 300)) {
    expect(chunk.byteLength).toBe(70)
    break
  }
  expect(await bytesOf(source.piece(0, 300))).toEqual(part(0, 300))
  expect(opened).toEqual([0, 0])
})

test('a piece that was left while it waited for its first bytes is not read on', async () => {
  const source = new UploadSource(open)
  const waiting = source.piece(0, 300)[Symbol.asyncIterator]()
  const first = waiting.next()
  expect(await bytesOf(source.piece(0, 300))).toEqual(part(0, 300))
  await first
  expect(opened).toEqual([0, 0])
})

test('what is open is released when there is an end', async () => {
  const source = new UploadSource(open)
  await bytesOf(source.piece(0, 300))
  expect(released).toBe(0)
  source.close()
  await new Promise(setImmediate)
  expect(released).toBe(1)
})

test.each([
  ['as a whole', (source: UploadSource) => source.whole()],
  ['in pieces', (source: UploadSource) => source.piece(0, 1000)],
])('what broke it is known afterwards: %s', async (_, read) => {
  const failure = new Failure('registry-stalled', { host: 's', seconds: 60 })
  const source = new UploadSource(async function* () {
    yield bytes.subarray(0, 10)
    throw failure
  })
  expect(source.failure).toBeUndefined()
  await expect(bytesOf(read(source))).rejects.toBe(failure)
  expect(source.failure).toBe(failure)
})

test('what breaks a source that was left for another one is not held against that one', async () => {
  const late: (() => void)[] = []
  const source = new UploadSource(async function* (offset) {
    if (late.length < 2) await new Promise<void>((_, reject) => late.push(() => reject(new Error('late'))))
    yield* open(offset)
  })
  const left = [source.whole(), source.piece(0, 300)].map((stream) => stream[Symbol.asyncIterator]().next())
  const breaks = left.map((next) => expect(next).rejects.toThrow())
  // The one breaks before the next is opened, the other while it is read.
  late.at(1)?.()
  await breaks[1]
  const next = source.whole()[Symbol.asyncIterator]()
  await next.next()
  late.at(0)?.()
  await breaks[0]
  expect(source.failure).toBeUndefined()
  await next.return?.()
})
