import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import type { ByteStream } from '../repository.ts'
import { header, type RegistryResponse } from './exchange.ts'
import type { RepositoryContext } from './repository-context.ts'
import type { BlobRange } from './segment.ts'

/** Milliseconds for the answer's head: a server may let one connection wait for the end of another. */
const ANSWER_WITHIN = 10_000

/**
 * The body of exactly this range of a blob, and never more. Any other answer is not spliced in; nor does the transport
 * ask again, since whoever is told to wait had better not ask over several connections.
 * @throws Failure `size-mismatch` where the answer is not that range, and those of the transport
 */
export async function rangeBody(
  { exchange, scopes, name }: RepositoryContext,
  url: URL,
  blob: Descriptor,
  { start, end }: BlobRange,
  signal: AbortSignal,
): Promise<ByteStream> {
  const response = await exchange({
    method: 'GET',
    url,
    scopes,
    headers: { range: `bytes=${start}-${end - 1}` },
    reads: 'blob',
    attempts: 1,
    answerWithin: ANSWER_WITHIN,
    signal,
  })
  if (!isRange(response, { start, end }, blob.size)) {
    await response.discard()
    const actual = Number(header(response, 'content-length') ?? 0)
    throw new Failure('size-mismatch', { where: name, digest: blob.digest, expected: end - start, actual })
  }
  return atMost(response.body, end - start)
}

/** Whether an answer is this range of a blob of `size` bytes (RFC 9110, sections 14.4 and 15.3.7). */
function isRange(response: RegistryResponse, { start, end }: BlobRange, size: number): boolean {
  const length = Number(header(response, 'content-length') ?? end - start)
  const [, range, total] = /^bytes (\d+-\d+)\/(\d+|\*)$/.exec(header(response, 'content-range') ?? '') ?? []
  const isOfBlob = total === '*' || Number(total) === size
  return response.status === 206 && range === `${start}-${end - 1}` && isOfBlob && length === end - start
}

async function* atMost(stream: ByteStream, bytes: number): ByteStream {
  let left = bytes
  for await (const chunk of stream) {
    if (left > 0) yield chunk.subarray(0, left)
    left -= chunk.byteLength
    if (left < 0) return
  }
}
