import type { Hash } from 'node:crypto'
import { Failure } from '../failure/failure.ts'
import { algorithmOf, hasherFor } from '../oci/digest.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { ByteStream } from './repository.ts'

/** Where in a blob a stream begins. */
export interface StreamStart {
  /** Bytes of the blob that come before the stream. */
  readonly offset: number
  /** The hash over those bytes, where it is known; without it only the length can be checked. */
  readonly hash?: Hash
}

/**
 * Hands on a blob's bytes and checks them on the way: as many as the descriptor says, and of its digest. The chunk
 * that completes the blob is held back until both are known to be right, so whoever has all bytes has the right
 * ones. `where` names the place that they come from, for messages.
 * @throws Failure `size-mismatch`, `digest-mismatch`, and whatever the stream throws
 */
export async function* checked(
  stream: ByteStream,
  blob: Descriptor,
  where: string,
  start: StreamStart = { offset: 0, hash: hasherFor(blob.digest) },
): AsyncGenerator<Uint8Array> {
  let received = start.offset
  let last: Uint8Array | undefined
  for await (const chunk of stream) {
    if (chunk.byteLength === 0) continue
    received += chunk.byteLength
    if (received > blob.size) throw wrongSize(blob, where, received)
    start.hash?.update(chunk)
    if (received === blob.size) last = chunk
    else yield chunk
  }
  if (received !== blob.size) throw wrongSize(blob, where, received)
  if (start.hash !== undefined) checkDigest(start.hash, blob, where)
  if (last !== undefined) yield last
}

function wrongSize(blob: Descriptor, where: string, actual: number): Failure {
  return new Failure('size-mismatch', { where, digest: blob.digest, expected: blob.size, actual })
}

function checkDigest(hash: Hash, blob: Descriptor, where: string): void {
  const actual = `${algorithmOf(blob.digest)}:${hash.digest('hex')}`
  if (actual !== blob.digest) throw new Failure('digest-mismatch', { where, expected: blob.digest, actual })
}
