import type { ByteStream } from './repository.ts'

/** Reads a whole body that must be small. Undefined when it is longer than `limit` bytes: reading stops there. */
export async function readBounded(body: ByteStream, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
