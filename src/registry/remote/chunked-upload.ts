import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import type { Clock } from '../../ports/clock.ts'
import { isTooLarge, pauseAfter } from './upload-faults.ts'
import type { Setback, UploadSession } from './upload-session.ts'
import type { UploadSource } from './upload-source.ts'

const MEBIBYTE = 1024 * 1024
/** Below what large services let pass in one request. */
const LARGEST_CHUNK = 64 * MEBIBYTE
/** What a reverse proxy lets pass unless it is told otherwise. */
const SMALLEST_CHUNK = MEBIBYTE
/** A registry that wants longer chunks than this wants no chunks. */
const LARGEST_LEAST_CHUNK = 1024 * MEBIBYTE

/** Bytes to send at once where `refused` bytes were too many. */
export function chunkBelow(refused: number): number {
  return Math.max(SMALLEST_CHUNK, Math.min(LARGEST_CHUNK, Math.floor(refused / 4)))
}

/** The next length to try where chunks of `refused` bytes were too long; undefined where there is none. */
export function shorterChunk({ size }: Descriptor, refused: number, leastChunk: number): number | undefined {
  const tried = Math.min(size, Math.max(refused, leastChunk))
  const shorter = Math.max(chunkBelow(tried), leastChunk)
  return shorter < tried ? shorter : undefined
}

/**
 * Sends a blob piece by piece into one session and commits it (distribution-spec, "Pushing a blob in chunks"). The
 * source is read through once; only where a piece was lost it is opened again there. Bytes are counted by what was
 * sent, and a registry that says to have fewer is sent the rest again. Undefined: it is there.
 * @param chunk bytes of a piece; more where the registry asks for more
 * @returns a failure after which another session may do better
 * @throws Failure after which none will: the source's own, `blob-too-large`, and what did not end in some tries
 */
export async function sendInChunks(
  session: UploadSession,
  blob: Descriptor,
  source: UploadSource,
  { chunk, clock, host }: { readonly chunk: number; readonly clock: Clock; readonly host: string },
): Promise<Failure | undefined> {
  const { leastChunk } = session
  if (leastChunk > LARGEST_LEAST_CHUNK) throw blobTooLarge(host, blob, leastChunk)
  try {
    const fault = await appendAll(session, blob, source, { chunk: Math.max(chunk, leastChunk), clock })
    return fault ?? (await session.commit(blob))
  } finally {
    source.close()
  }
}

/** The mirror does not take the blob in one piece, nor in pieces as small as it allows. */
export function blobTooLarge(host: string, { digest, size }: Descriptor, least: number): Failure {
  return new Failure('blob-too-large', { host, digest, size, ...(least > 0 && { least }) })
}

/** Only bytes that were never taken before count as progress: a registry that goes back and forth is left in the end. */
async function appendAll(
  session: UploadSession,
  blob: Descriptor,
  source: UploadSource,
  { chunk, clock }: { readonly chunk: number; readonly clock: Clock },
): Promise<Failure | undefined> {
  let furthest = 0
  let failures = 0
  for (let offset = 0; offset < blob.size;) {
    const [start, size] = [offset, Math.min(chunk, blob.size - offset)]
    // From the second piece on the source is open: who has a place among the uploads may be waiting for it.
    const setback = await session.append({ offset, size, urgent: offset > 0, open: () => source.piece(start, size) })
    offset += size
    if (setback !== undefined) {
      failures += 1
      const resumed = await resume(session, source, setback, failures, clock)
      if (resumed === undefined || resumed > offset) return setback.fault
      offset = resumed
    }
    if (offset > furthest) failures = 0
    furthest = Math.max(furthest, offset)
  }
  return undefined
}

/** Where the registry wants to go on after a setback; undefined where that cannot be known in this session. */
async function resume(
  session: UploadSession,
  source: UploadSource,
  { fault, received }: Setback,
  failures: number,
  clock: Clock,
): Promise<number | undefined> {
  if (source.failure !== undefined) throw source.failure
  if (isTooLarge(fault)) return undefined
  const pause = pauseAfter(fault, failures, clock)
  if (pause === undefined) throw fault
  await clock.sleep(pause)
  return received ?? session.received()
}
