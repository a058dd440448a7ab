import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import { checked } from '../checked.ts'
import type { ByteStream } from '../repository.ts'
import { backoff } from './backoff.ts'
import { header, type RegistryResponse } from './exchange.ts'
import { inParallel, type ParallelSource } from './parallel-download.ts'
import { failureOf, readProblem } from './problem.ts'
import { rangeBody } from './range-body.ts'
import type { RepositoryContext } from './repository-context.ts'
import type { BlobRange } from './segment.ts'
import { enoughBytes } from './watchdog.ts'

/** How often a body may break without progress in between: a trickle that goes on from try to try is none. */
const TRIES_WITHOUT_PROGRESS = 4

/**
 * A blob's bytes from `offset`, checked as they pass. A body that breaks is taken up where it broke, by `Range`;
 * what has passed is not fetched again. A large blob that comes slowly is fetched over several connections.
 * @throws Failure `blob-unknown`, `size-mismatch`, `digest-mismatch`, and those of the transport
 */
export function download(context: RepositoryContext, url: URL, blob: Descriptor, offset: number): ByteStream {
  const isLarge = blob.size - offset >= context.segments.sizes.worthwhile
  const stream = isLarge ? inParallel(sourceOf(context, url, blob), offset) : whole(context, url, blob, offset)
  return offset === 0 ? checked(stream, blob, context.name) : checked(stream, blob, context.name, { offset })
}

function sourceOf(context: RepositoryContext, url: URL, blob: Descriptor): ParallelSource {
  const { host, clock, segments, idleDownloads } = context
  const served = { at: url }
  return {
    host,
    size: blob.size,
    whole: (offset) => whole(context, url, blob, offset, served),
    range: (range, signal) => segment(context, url, blob, range, signal),
    // A registry may lead to a storage that others are busy at.
    idle: () => (idleDownloads ? Math.min(idleDownloads(url), idleDownloads(served.at)) : 0),
    pool: segments,
    now: () => clock.now(),
  }
}

/** All bytes from `offset` on, over one connection at a time. `served` is told where they come from. */
function whole(
  context: RepositoryContext,
  url: URL,
  blob: Descriptor,
  offset: number,
  served: { at: URL } = { at: url },
): ByteStream {
  return resumed(context, offset, blob.size, {
    open: (from) => bodyFrom(context, url, blob, from, served),
    // Before the first body the transport has tried often enough.
    mayResume: (error, hasBegun) => hasBegun && isBreak(error),
  })
}

/** A range's bytes; it breaks where it is not served as asked. */
function segment(
  context: RepositoryContext,
  url: URL,
  blob: Descriptor,
  { start, end }: BlobRange,
  signal: AbortSignal,
): ByteStream {
  return resumed(context, start, end, {
    open: (from) => rangeBody(context, url, blob, { start: from, end }, signal),
    mayResume: (error) => isBreak(error) && !isTimeout(error),
    signal,
  })
}

interface Resumption {
  /** The bytes from `from` on. */
  readonly open: (from: number) => Promise<ByteStream>
  /** Whether to go on after an error; `hasBegun` says that there has been a body. */
  readonly mayResume: (error: unknown, hasBegun: boolean) => boolean
  /** Ends the pauses. */
  readonly signal?: AbortSignal
}

/** The bytes from `start` up to `end`; a body that breaks is taken up where it broke. */
async function* resumed(
  context: RepositoryContext,
  start: number,
  end: number,
  { open, mayResume, signal }: Resumption,
): ByteStream {
  let received = start
  let failures = 0
  let hasBegun = false
  for (;;) {
    const from = received
    try {
      const body = await open(from)
      hasBegun = true
      for await (const chunk of body) {
        received += chunk.byteLength
        if (received - from >= enoughBytes(context)) failures = 0
        yield chunk
      }
      // An orderly end before all has come is left to the check of the length.
      return
    } catch (error) {
      if (!mayResume(error, hasBegun)) throw error
      // With all bytes there, it is their digest that counts.
      if (received >= end) return
      failures += 1
      if (failures >= TRIES_WITHOUT_PROGRESS) throw error
      await context.clock.sleep(backoff(failures, context.clock), signal)
    }
  }
}

/** Only broken connections are worth another try; what is wrong in itself stays so. */
function isBreak(error: unknown): boolean {
  return Failure.is(error, 'registry-stalled') || Failure.is(error, 'registry-unreachable')
}

function isTimeout(error: unknown): boolean {
  return Failure.is(error, 'registry-unreachable') && error.facts.reason === 'timeout'
}

/**
 * The body from `offset` on. A registry that ignores the range sends all, and what has passed before is left out;
 * one that sends a range from elsewhere is asked for all, since its range must not be spliced in.
 */
async function bodyFrom(
  context: RepositoryContext,
  url: URL,
  blob: Descriptor,
  offset: number,
  served: { at: URL },
): Promise<ByteStream> {
  const { host, name, segments } = context
  const response = await get(context, url, blob, offset)
  served.at = response.url
  const start = response.status === 206 ? rangeStart(header(response, 'content-range')) : 0
  if (start !== offset || header(response, 'accept-ranges') === 'none') segments.exclude(host)
  if (start > offset && offset > 0) {
    await response.discard()
    return without(await bodyFrom(context, url, blob, 0, served), offset)
  }
  const announced = header(response, 'content-length')
  const end = announced === undefined ? blob.size : start + Number(announced)
  if (start > offset || end !== blob.size) {
    await response.discard()
    const actual = Number(announced ?? 0)
    throw new Failure('size-mismatch', { where: name, digest: blob.digest, expected: blob.size, actual })
  }
  return start === offset ? response.body : without(response.body, offset - start)
}

async function get(
  { exchange, clock, host, repository, name, scopes }: RepositoryContext,
  url: URL,
  blob: Descriptor,
  offset: number,
): Promise<RegistryResponse> {
  const headers = offset === 0 ? {} : { range: `bytes=${offset}-` }
  const response = await exchange({ method: 'GET', url, scopes, headers, reads: 'blob' })
  if (response.status === 200 || response.status === 206) return response
  if (response.status !== 404) {
    throw failureOf(await readProblem(response, clock.now()), { host, repository, does: 'pull' })
  }
  await response.discard()
  throw new Failure('blob-unknown', { where: name, digest: blob.digest })
}

/** The first byte of `bytes 100-199/200`; a range that cannot be read is one that starts nowhere. */
function rangeStart(contentRange: string | undefined): number {
  const start = /^bytes (\d+)-/.exec(contentRange ?? '')?.[1]
  return start === undefined ? Infinity : Number(start)
}

async function* without(stream: ByteStream, skip: number): ByteStream {
  let left = skip
  for await (const chunk of stream) {
    if (left < chunk.byteLength) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.byteLength)
  }
}
