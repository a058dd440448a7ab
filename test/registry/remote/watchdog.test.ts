import { describe, expect, test } from '@jest/globals'
import { EventEmitter, once } from 'node:events'
import type { Failure } from '../../../src/failure/failure.ts'
import { enoughBytes, watchSink, watchSource } from '../../../src/registry/remote/watchdog.ts'
import type { ByteStream } from '../../../src/registry/repository.ts'
import { bytesOf, streamOf } from '../../support/images.ts'

const PATIENCE = 30

/** Longer than the patience, on the same timers: whatever the machine's load, the watchdog's own comes first. */
const longer = () => new Promise((resolve) => setTimeout(resolve, PATIENCE * 3))

function watched(watch: typeof watchSource, stream: ByteStream, leastRate = 1) {
  const failures = new EventEmitter<{ failure: [Failure] }>()
  let count = 0
  const abort = (failure: Failure) => {
    count += 1
    failures.emit('failure', failure)
  }
  const barked = once(failures, 'failure').then(([failure]: unknown[]) => failure)
  return { barked, count: () => count, stream: watch(stream, { host: 'r.io', patience: PATIENCE, leastRate, abort }) }
}

async function* slow(): AsyncGenerator<Uint8Array> {
  await longer()
  yield Buffer.from('a')
  await longer()
}

/** A byte every few moments, without end. */
async function* trickle(): AsyncGenerator<Uint8Array> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE / 6))
    yield Buffer.from('a')
  }
}

async function* fading(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(1_000_000)
  yield* trickle()
}

async function* never(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a')
  await new Promise(() => {})
}

describe('a source', () => {
  test('that gives nothing is a stall', async () => {
    const { stream, barked } = watched(watchSource, never())
    const reading = bytesOf(stream)
    expect(await barked).toMatchObject({ code: 'registry-stalled', facts: { host: 'r.io' } })
    void reading
  })

  test('MH-36 that gives hardly anything is a stall', async () => {
    const { stream, barked } = watched(watchSource, trickle(), 1_000_000)
    const reading = stream[Symbol.asyncIterator]()
    const failed = barked.finally(() => void reading.return?.())
    while (!(await reading.next()).done);
    expect(await failed).toMatchObject({ code: 'registry-stalled', facts: { host: 'r.io' } })
  })

  test('that gives little, but enough, is none', async () => {
    // A byte in the time of the patience.
    const { stream, count } = watched(watchSource, trickle(), 1000 / PATIENCE)
    let bytes = 0
    for await (const chunk of stream) {
      bytes += chunk.byteLength
      if (bytes === 20) break
    }
    expect(count()).toBe(0)
  })

  test('MH-36 is not excused by what it gave before', async () => {
    const { stream, barked } = watched(watchSource, fading(), 1_000_000)
    const reading = stream[Symbol.asyncIterator]()
    const failed = barked.finally(() => void reading.return?.())
    while (!(await reading.next()).done);
    expect(await failed).toMatchObject({ code: 'registry-stalled' })
  })

  test('is not blamed for a reader that takes its time', async () => {
    const { stream, count } = watched(watchSource, streamOf(Buffer.from('abc'), 1), 1_000_000)
    for await (const chunk of stream) {
      expect(chunk).toHaveLength(1)
      await longer()
    }
    expect(count()).toBe(0)
  })

  test('is released when its reader leaves early', async () => {
    let released = false
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from('a')
        yield Buffer.from('b')
      } finally {
        released = true
      }
    }
    const { stream, count } = watched(watchSource, source())
    for await (const chunk of stream) if (chunk.byteLength > 0) break
    expect(released).toBe(true)
    await longer()
    expect(count()).toBe(0)
  })
})

describe('a sink', () => {
  test('that takes nothing is a stall', async () => {
    const { stream, barked } = watched(watchSink, streamOf(Buffer.from('abc'), 1))
    const iterator = stream[Symbol.asyncIterator]()
    await iterator.next()
    expect(await barked).toMatchObject({ code: 'registry-stalled' })
    await iterator.return?.()
  })

  test('MH-36 that takes hardly anything is a stall', async () => {
    const { stream, barked } = watched(watchSink, streamOf(Buffer.alloc(1000), 1), 1_000_000)
    const taking = stream[Symbol.asyncIterator]()
    const failed = barked.finally(() => void taking.return?.())
    while (!(await taking.next()).done) await new Promise((resolve) => setTimeout(resolve, PATIENCE / 6))
    expect(await failed).toMatchObject({ code: 'registry-stalled' })
  })

  test('is not blamed for a source that takes its time', async () => {
    const { stream, count } = watched(watchSink, slow(), 1_000_000)
    expect(await bytesOf(stream)).toHaveLength(1)
    expect(count()).toBe(0)
  })

  test('that is done with is watched no longer', async () => {
    const { stream, count } = watched(watchSink, streamOf(Buffer.from('abc'), 1))
    const iterator = stream[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.return?.()
    await longer()
    expect(count()).toBe(0)
  })
})

test.each([
  [60_000, undefined, 61_440],
  [60_000, 100, 6000],
  [60_000, 0, 1],
  [100, 1, 1],
])('in %i ms at %s bytes a second, %i bytes are enough', (patience, leastRate, bytes) => {
  expect(enoughBytes({ patience, ...(leastRate !== undefined && { leastRate }) })).toBe(bytes)
})
