import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startLoopback, type LoopbackServer } from '../../support/loopback.ts'
import { runOk } from '../../support/run.ts'

const MEBIBYTE = 1024 * 1024
/**
 * Bytes by which reading a blob may make resident memory grow: Node lets 64 MiB of buffers that nobody needs any more
 * come together before it looks for them, and 48 MiB may be kept for segments.
 */
const BOUND = 150e6
const READER = fileURLToPath(new URL('blob-reader.ts', import.meta.url))
/** A blob is this again and again: it is made as it is sent, and kept nowhere. */
const BLOCK = Buffer.alloc(MEBIBYTE, 'transship')

/** Bytes that an answer sends, its end not included, and how. */
interface Part {
  readonly start: number
  readonly end: number
  readonly isRange: boolean
}

let server: LoopbackServer
let size = 0
let before: (part: Part, position: number) => Promise<unknown> | undefined
let onSent: (part: Part) => void

beforeAll(async () => {
  server = await startLoopback((request, response) => {
    send(request, response).catch(() => response.destroy())
  })
})
afterAll(() => server.close())

async function send({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const part = { start: Number(start ?? 0), end: end ? Number(end) + 1 : size, isRange: Boolean(end) }
  response.writeHead(start === undefined ? 200 : 206, {
    'content-length': part.end - part.start,
    ...(start !== undefined && { 'content-range': `bytes ${part.start}-${part.end - 1}/${size}` }),
  })
  for (let position = part.start; position < part.end;) {
    const offset = position % BLOCK.byteLength
    const chunk = BLOCK.subarray(offset, offset + Math.min(65_536, part.end - position))
    await before(part, position + chunk.byteLength)
    if (response.destroyed) return
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')])
    position += chunk.byteLength
  }
  response.end()
  onSent(part)
}

/** Has a program of its own read a blob of that many MiB. */
async function readBlob(mebibytes: number, pause = 0): Promise<{ received: number; growth: number }> {
  size = mebibytes * MEBIBYTE
  const hash = createHash('sha256')
  for (let made = 0; made < mebibytes; made += 1) hash.update(BLOCK)
  const digest = `sha256:${hash.digest('hex')}`
  const args = ['--import', 'tsx', READER, server.host, digest, String(size), String(pause)]
  return JSON.parse(await runOk(process.execPath, args))
}

function atFullSpeed(): void {
  before = () => undefined
  onSent = () => {}
}

test('MH-25 memory stays flat over 512 MiB that come as fast as they can', async () => {
  atFullSpeed()
  const { received, growth } = await readBlob(512)
  expect(received).toBe(size)
  expect(growth).toBeLessThan(BOUND)
}, 60_000)

test('MH-25 memory stays flat over 256 MiB that are taken slowly', async () => {
  atFullSpeed()
  const { received, growth } = await readBlob(256, 4)
  expect(received).toBe(size)
  expect(growth).toBeLessThan(BOUND)
}, 60_000)

test('MH-25 memory is bounded where segments of a slow source have to wait for the first one', async () => {
  let [first, complete, letGo] = [Infinity, 0, () => {}]
  const others = new Promise<void>((resolve) => (letGo = resolve))
  before = ({ isRange, start, end }, position) => {
    // The one connection is slow: some 16 MB/s.
    if (!isRange) return sleep(4)
    first = Math.min(first, start)
    return start === first && position === end ? others : undefined
  }
  onSent = ({ isRange }) => {
    if (isRange) complete += 1
    if (complete === 5) letGo()
  }
  const { received, growth } = await readBlob(160)
  expect(received).toBe(size)
  expect(complete).toBeGreaterThan(5)
  expect(growth).toBeLessThan(BOUND)
}, 60_000)
