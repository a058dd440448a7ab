import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import type { Clock } from '../../ports/clock.ts'
import type { BlobArrival, ByteStream } from '../repository.ts'
import { header, type Exchange, type RegistryResponse } from './exchange.ts'
import { failureOf, readProblem, type Problem } from './problem.ts'
import { resolveLocation } from './redirects.ts'
import { LONGEST_WAIT } from './retries.ts'
import { pullScope } from './scopes.ts'
import { watchSink } from './watchdog.ts'

const TRIES = 4
const PAUSE = 1000
/** A registry may hash and move a blob before it answers: so long for any, and longer for large ones. */
const COMMIT_TIME = 300_000
const COMMIT_BYTES_PER_MILLISECOND = 4_000

export interface UploadContext {
  readonly exchange: Exchange
  readonly clock: Clock
  readonly host: string
  readonly repository: string
  readonly scopes: readonly string[]
  /** Longest time without a byte, in milliseconds. */
  readonly patience: number
  /** Where uploads are opened: `.../blobs/uploads/`. */
  readonly uploads: URL
  readonly hasBlob: (blob: Descriptor) => Promise<boolean>
}

type Open = (offset: number) => ByteStream

/**
 * Brings a blob into a repository: linked from another one where the registry can, else sent whole in one PUT
 * (distribution-spec, "Pushing a blob monolithically"). Whether a commit whose answer was lost took place is
 * settled by asking for the blob; a new try opens a new session and the source anew.
 * @throws Failure `push-denied`, `repository-missing`, `registry-error`, and whatever the source throws
 */
export async function upload(
  context: UploadContext,
  blob: Descriptor,
  open: Open,
  mountFrom: readonly string[],
): Promise<BlobArrival> {
  let session = await mount(context, blob, mountFrom)
  if (session === 'mounted') return 'mounted'
  for (let attempt = 1; ; attempt += 1) {
    session ??= await openSession(context)
    const fault = await send(context, blob, open, session)
    if (fault === undefined) return 'sent'
    if (isAmbiguous(fault) && (await context.hasBlob(blob))) return 'sent'
    const pause = pauseAfter(fault, attempt)
    if (pause === undefined) {
      await abandon(context, session)
      throw fault
    }
    session = undefined
    await context.clock.sleep(pause)
  }
}

/** A session to send to where the registry did not link the blob; undefined where none was opened. */
async function mount(
  context: UploadContext,
  blob: Descriptor,
  from: readonly string[],
): Promise<URL | 'mounted' | undefined> {
  const [source] = from
  if (source === undefined) return undefined
  const url = new URL(context.uploads)
  url.searchParams.set('mount', blob.digest)
  url.searchParams.set('from', source)
  const response = await mountRequest(context, url, source)
  if (response === undefined) return undefined
  await response.discard()
  if (response.status === 201) return 'mounted'
  return response.status === 202 ? sessionOf(context, response) : undefined
}

/** A token service that refuses the right to read the other repository refuses the link, not the blob. */
async function mountRequest(context: UploadContext, url: URL, from: string): Promise<RegistryResponse | undefined> {
  try {
    return await context.exchange({ method: 'POST', url, scopes: [...context.scopes, pullScope(from)] })
  } catch (error) {
    if (Failure.is(error, 'credentials-unusable')) return undefined
    throw error
  }
}

async function openSession(context: UploadContext): Promise<URL> {
  const response = await context.exchange({ method: 'POST', url: context.uploads, scopes: context.scopes })
  if (response.status !== 202) throw await refusal(context, response)
  await response.discard()
  return sessionOf(context, response)
}

function sessionOf(context: UploadContext, response: RegistryResponse): URL {
  const location = header(response, 'location')
  if (location !== undefined) return resolveLocation(response, location)
  const detail = 'an upload without a Location'
  throw new Failure('registry-error', { host: context.host, status: response.status, detail })
}

/**
 * Sends the blob and commits it. Undefined: done.
 * @throws the source's own failure, which is final: it has had its tries
 */
async function send(context: UploadContext, blob: Descriptor, open: Open, session: URL): Promise<Failure | undefined> {
  const { exchange, host, patience, scopes } = context
  const source = noteFailure(open)
  const stall = new AbortController()
  const abort = (failure: Failure) => stall.abort(failure)
  try {
    const response = await exchange({
      method: 'PUT',
      url: commitUrl(session, blob),
      scopes,
      headers: { 'content-type': 'application/octet-stream' },
      body: { size: blob.size, open: () => watchSink(source.open(), { host, patience, abort }) },
      attempts: 1,
      answerWithin: COMMIT_TIME + blob.size / COMMIT_BYTES_PER_MILLISECOND,
      signal: stall.signal,
    })
    if (response.status >= 300) return await refusal(context, response)
    await response.discard()
    return undefined
  } catch (error) {
    if (source.failure() === undefined) return Failure.from(error)
    await abandon(context, session)
    throw source.failure()
  }
}

/** The session's query may be signed or hold a state: it is added to, and otherwise left as it was written. */
function commitUrl(session: URL, { digest }: Descriptor): URL {
  const url = new URL(session)
  url.search += `${session.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`
  return url
}

/** Remembers what broke the source, so that it is not taken for a fault of the mirror. */
function noteFailure(open: Open) {
  let noted: Failure | undefined
  async function* opened(): ByteStream {
    try {
      yield* open(0)
    } catch (error) {
      noted = Failure.from(error)
      throw noted
    }
  }
  return { open: opened, failure: () => noted }
}

/** Milliseconds to wait before the next try; undefined where there shall be none. */
function pauseAfter(fault: Failure, attempt: number): number | undefined {
  const backoff = PAUSE * 2 ** (attempt - 1)
  if (attempt >= TRIES) return undefined
  if (!Failure.is(fault, 'registry-throttled')) return isAmbiguous(fault) ? backoff : undefined
  const asked = fault.facts.seconds === undefined ? backoff : fault.facts.seconds * 1000
  return asked > LONGEST_WAIT ? undefined : asked
}

/**
 * Failures after which the blob may be there all the same, or may get there on another try: the connection broke,
 * the session is gone, or the registry stumbled while it committed.
 */
function isAmbiguous(failure: Failure): boolean {
  if (Failure.is(failure, 'registry-unreachable') || Failure.is(failure, 'registry-stalled')) return true
  return (
    Failure.is(failure, 'registry-error') && [400, 404, 408, 416, 500, 502, 503, 504].includes(failure.facts.status)
  )
}

async function refusal({ clock, host, repository }: UploadContext, response: RegistryResponse): Promise<Failure> {
  const problem: Problem = await readProblem(response, clock.now())
  return failureOf(problem, { host, repository, does: 'push' })
}

/** An open session holds what was sent so far; giving it back is good manners and may fail. */
async function abandon({ exchange, scopes }: UploadContext, session: URL): Promise<void> {
  try {
    const response = await exchange({ method: 'DELETE', url: session, scopes, attempts: 1 })
    await response.discard()
  } catch {
    // The registry cleans up by itself sooner or later.
  }
}
