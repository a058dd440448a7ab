import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import type { BlobArrival, ByteStream } from '../repository.ts'
import { blobTooLarge, chunkBelow, sendInChunks, shorterChunk } from './chunked-upload.ts'
import { isAmbiguous, isBreak, isGone, isTooLarge, pauseAfter } from './upload-faults.ts'
import { UploadSession } from './upload-session.ts'
import { UploadSource } from './upload-source.ts'
import { startUpload, type BlobUploadContext } from './upload-start.ts'

/** Bytes of a blob from which on broken connections are put down to its length. */
const VERY_LARGE = 1024 ** 3
/** How often the PUT of so large a blob may break before it is sent in chunks. */
const BREAKS_OF_VERY_LARGE = 2

/** A blob on its way in: what may spare the way, and what has to come before it. */
export interface Cargo {
  readonly blob: Descriptor
  readonly open: (offset: number) => ByteStream
  /** A repository of the same registry that may have it. */
  readonly from?: string | undefined
  /** Waited for once it is known that the bytes are needed. */
  readonly prepare?: (() => Promise<void>) | undefined
}

/**
 * Brings a blob into a repository that may have it: linked where the registry can, else sent whole in one PUT
 * (distribution-spec, "Pushing a blob monolithically"), and in chunks where it is too large for that. Whether a
 * commit whose answer was lost took place is settled by asking for the blob; a new try opens a new session and the
 * source anew, and a session that is left is given back.
 * @throws Failure `push-denied`, `repository-missing`, `blob-too-large`, `digest-refused`, `registry-error`, and
 *   whatever the source throws
 */
export async function upload(context: BlobUploadContext, cargo: Cargo): Promise<BlobArrival> {
  const { blob, open, prepare } = cargo
  const start = await startUpload(context, blob, cargo.from)
  if (typeof start === 'string') return start
  let session: UploadSession | undefined = start
  const source = new UploadSource(open, prepare)
  for (let attempt: Attempt = { number: 1, pause: 0 }; ;) {
    session ??= await UploadSession.open(context)
    const fault = await sendTo(session, context, blob, source, attempt.chunk)
    if (fault === undefined) return 'sent'
    attempt = attemptAfter(fault, attempt, blob, { ...context, leastChunk: session.leastChunk })
    session = undefined
    await context.clock.sleep(attempt.pause)
  }
}

interface Attempt {
  /** Counts those that may fail in passing; to send less at once is no other try. */
  readonly number: number
  /** Milliseconds before it. */
  readonly pause: number
  /** Bytes to send at once; all where it is absent. */
  readonly chunk?: number
}

/**
 * Undefined: the blob is there. Otherwise the session is given back.
 * @throws Failure that no other session would mend
 */
async function sendTo(
  session: UploadSession,
  context: BlobUploadContext,
  blob: Descriptor,
  source: UploadSource,
  chunk: number | undefined,
): Promise<Failure | undefined> {
  try {
    await source.ready()
    const fault = await (chunk === undefined
      ? session.commit(blob, () => source.whole())
      : sendInChunks(session, blob, source, { ...context, chunk }))
    // It has had its tries.
    if (source.failure !== undefined) throw source.failure
    if (fault === undefined || (isAmbiguous(fault) && (await context.hasBlob(blob)))) return undefined
    if (!isGone(fault)) await session.cancel()
    return fault
  } catch (error) {
    await session.cancel()
    throw error
  }
}

/** @throws Failure where there shall be no other attempt: the fault, or `blob-too-large` */
function attemptAfter(
  fault: Failure,
  attempt: Attempt,
  blob: Descriptor,
  { host, clock, leastChunk }: BlobUploadContext & { readonly leastChunk: number },
): Attempt {
  const { number, chunk } = attempt
  if (isTooLarge(fault)) {
    const shorter = chunk === undefined ? chunkBelow(blob.size) : shorterChunk(blob, chunk, leastChunk)
    if (shorter === undefined) throw blobTooLarge(host, blob, leastChunk)
    return { number, pause: 0, chunk: shorter }
  }
  const pause = pauseAfter(fault, number, clock)
  if (pause === undefined) throw fault
  const breaksByLength = blob.size > VERY_LARGE && isBreak(fault) && number >= BREAKS_OF_VERY_LARGE
  const next = chunk ?? (breaksByLength ? chunkBelow(blob.size) : undefined)
  return { number: number + 1, pause, ...(next !== undefined && { chunk: next }) }
}
