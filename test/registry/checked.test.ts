import { describe, expect, test } from '@jest/globals'
import { hasherFor } from '../../src/oci/digest.ts'
import type { Descriptor } from '../../src/oci/manifest.ts'
import { checked } from '../../src/registry/checked.ts'
import { bytesOf, makeBlob, streamOf } from '../support/images.ts'

const { bytes, descriptor } = makeBlob('checked', 1000)
const extra = makeBlob('extra', 1).bytes

/** Reads as far as it goes: what arrived, and what ended it. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<{ received: Buffer; error: unknown }> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk)
    return { received: Buffer.concat(chunks), error: undefined }
  } catch (error) {
    return { received: Buffer.concat(chunks), error }
  }
}

describe('a checked stream', () => {
  test.each([1, 7, 999, 1000, 4096])('hands on right bytes that come in chunks of %i', async (size) => {
    expect(await bytesOf(checked(streamOf(bytes, size), descriptor, 'here'))).toEqual(Buffer.from(bytes))
  })

  test('accepts a blob of no bytes', async () => {
    const empty = makeBlob('empty', 0)
    expect(await bytesOf(checked(streamOf(empty.bytes), empty.descriptor, 'here'))).toHaveLength(0)
  })

  test('checks sha512', async () => {
    const digest = `sha512:${hasherFor(`sha512:${'0'.repeat(128)}`)
      .update(bytes)
      .digest('hex')}` as const
    expect(await bytesOf(checked(streamOf(bytes, 100), { ...descriptor, digest }, 'here'))).toHaveLength(1000)
  })

  test.each<[string, Uint8Array, Descriptor, string]>([
    ['fewer bytes', bytes.subarray(1), descriptor, 'size-mismatch'],
    ['one byte more, in a chunk of its own', Buffer.concat([bytes, extra]), descriptor, 'size-mismatch'],
    ['other bytes', Buffer.concat([bytes.subarray(1), extra]), descriptor, 'digest-mismatch'],
    ['some bytes for a blob of none', extra, makeBlob('empty', 0).descriptor, 'size-mismatch'],
    ['none for a blob of some', new Uint8Array(), descriptor, 'size-mismatch'],
  ])('refuses %s, and keeps the last chunk back', async (_, given, blob, code) => {
    const { received, error } = await collect(checked(streamOf(given, 500), blob, 'here'))
    expect(error).toMatchObject({ code })
    expect(received.byteLength).toBeLessThan(Math.max(1, blob.size))
  })

  test('stops reading a source that sends too much', async () => {
    let released = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield extra
      } finally {
        released = true
      }
    }
    expect((await collect(checked(endless(), descriptor, 'here'))).error).toMatchObject({ code: 'size-mismatch' })
    expect(released).toBe(true)
  })

  test('counts from an offset, and checks the digest where the hash of what came before is given', async () => {
    const rest = streamOf(bytes.subarray(400), 100)
    expect(await bytesOf(checked(rest, descriptor, 'here', { offset: 400 }))).toEqual(Buffer.from(bytes.subarray(400)))

    const hash = hasherFor(descriptor.digest).update(extra)
    const spliced = checked(streamOf(bytes.subarray(1)), descriptor, 'here', { offset: 1, hash })
    await expect(bytesOf(spliced)).rejects.toMatchObject({ code: 'digest-mismatch' })
  })
})
