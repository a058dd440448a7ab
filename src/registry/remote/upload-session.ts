import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import type { ByteStream } from '../repository.ts'
import { header, type RegistryRequest, type RegistryResponse } from './exchange.ts'
import { failureOf, readProblem } from './problem.ts'
import { resolveLocation } from './redirects.ts'
import type { RepositoryContext } from './repository-context.ts'

/** A registry may hash and move a blob before it answers: so long for any, and longer for large ones. */
const COMMIT_TIME = 300_000
const COMMIT_BYTES_PER_MILLISECOND = 4_000
/** Nobody waits longer than this for a session to be given back. */
const FAREWELL_TIME = 2_000

export interface UploadContext extends RepositoryContext {
  /** Where uploads are opened: `.../blobs/uploads/`. */
  readonly uploads: URL
}

/** Some bytes of a blob: where they begin, how many they are, and how to have them, as often as it takes. */
export interface Piece {
  readonly offset: number
  readonly size: number
  readonly open: () => ByteStream
  /** It is sent whether the host has room for it or not. */
  readonly urgent?: boolean
}

/** What came of a piece that was not taken. */
export interface Setback {
  readonly fault: Failure
  /** How many of the blob's bytes the registry says to have, where it says so. */
  readonly received?: number
}

/** An upload that a registry has opened (distribution-spec, "Pushing blobs"): a method for each thing to do with it. */
export class UploadSession {
  /** Every answer may name another place for what comes next. */
  #location: URL
  /** Bytes that every chunk but the last must have; 0 where the registry does not say. */
  readonly leastChunk: number

  /**
   * @param opened the answer that opened it
   * @throws Failure `registry-error` where that says not where to send to, `registry-untrusted`
   */
  constructor(
    private readonly context: UploadContext,
    opened: RegistryResponse,
  ) {
    const location = header(opened, 'location')
    if (location === undefined) {
      const detail = 'an upload without a Location'
      throw new Failure('registry-error', { host: context.host, status: opened.status, detail })
    }
    this.#location = resolveLocation(opened, location)
    this.leastChunk = countIn(header(opened, 'oci-chunk-min-length')) ?? 0
  }

  /** POST. @throws Failure as the registry refuses */
  static async open(context: UploadContext): Promise<UploadSession> {
    const { exchange, uploads, scopes } = context
    const response = await exchange({ method: 'POST', url: uploads, scopes })
    if (response.status !== 202) throw await refusal(context, response)
    await response.discard()
    return new UploadSession(context, response)
  }

  /** PUT: the whole blob, or nothing where all of it has been appended. Undefined: it is there now. */
  async commit(blob: Descriptor, open?: () => ByteStream): Promise<Failure | undefined> {
    const response = await this.#send({
      method: 'PUT',
      url: withDigest(this.#location, blob),
      answerWithin: answerTime(blob.size),
      ...(open && { headers: OCTETS, body: { size: blob.size, open } }),
    })
    if (response instanceof Failure) return response
    if (response.status >= 300) return refusal(this.context, response, blob)
    await response.discard()
    return undefined
  }

  /**
   * PATCH: the next bytes. Undefined: they are taken. What the answer's `Range` says then is not looked at, since
   * some registries leave it at the first chunk.
   * @throws Failure `registry-untrusted`
   */
  async append({ offset, size, open, urgent = false }: Piece): Promise<Setback | undefined> {
    const response = await this.#send({
      method: 'PATCH',
      url: this.#location,
      headers: { ...OCTETS, 'content-range': `${offset}-${offset + size - 1}` },
      body: { size, open },
      urgent,
      answerWithin: answerTime(size),
    })
    if (response instanceof Failure) return { fault: response }
    if (response.status >= 300) return this.#refused(response)
    await response.discard()
    this.#moveTo(response)
    return undefined
  }

  /** GET: how many bytes the registry has; undefined where it does not say, or knows the session no more. */
  async received(): Promise<number | undefined> {
    const { exchange, scopes } = this.context
    const response = await exchange({ method: 'GET', url: this.#location, scopes })
    await response.discard()
    if (response.status !== 204) return undefined
    this.#moveTo(response)
    return receivedIn(response)
  }

  /** DELETE: an open session holds what was sent so far. To give it back is good manners, and may fail. */
  async cancel(): Promise<void> {
    const { exchange, scopes } = this.context
    try {
      const response = await exchange({
        method: 'DELETE',
        url: this.#location,
        scopes,
        attempts: 1,
        afterCancel: true,
        signal: AbortSignal.timeout(FAREWELL_TIME),
      })
      await response.discard()
    } catch {
      // The registry cleans up by itself sooner or later.
    }
  }

  /** Sends once. */
  async #send(request: RegistryRequest): Promise<RegistryResponse | Failure> {
    const { exchange, scopes } = this.context
    try {
      return await exchange({ ...request, scopes, attempts: 1 })
    } catch (error) {
      return Failure.from(error)
    }
  }

  #moveTo(response: RegistryResponse): void {
    const location = header(response, 'location')
    if (location !== undefined) this.#location = resolveLocation(response, location)
  }

  /** 416 says where the registry would go on, and may name another place for it. */
  async #refused(response: RegistryResponse): Promise<Setback> {
    const fault = await refusal(this.context, response)
    if (response.status !== 416) return { fault }
    this.#moveTo(response)
    const received = receivedIn(response)
    return { fault, ...(received !== undefined && { received }) }
  }
}

const OCTETS = { 'content-type': 'application/octet-stream' }

function answerTime(bytes: number): number {
  return COMMIT_TIME + bytes / COMMIT_BYTES_PER_MILLISECOND
}

/** The session's query may be signed or hold a state: it is added to, and otherwise left as it was written. */
function withDigest(session: URL, { digest }: Descriptor): URL {
  const url = new URL(session)
  url.search += `${session.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`
  return url
}

/** The bytes that `Range: 0-1023` stands for. Of none and of one it says `0-0`; no piece is a single byte. */
function receivedIn(response: RegistryResponse): number | undefined {
  const last = countIn(/^(?:bytes=)?0-(\d+)$/.exec(header(response, 'range') ?? '')?.[1])
  return last === 0 ? 0 : last && last + 1
}

function countIn(digits: string | undefined): number | undefined {
  return digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : undefined
}

/** @param committed the blob whose commit was refused: registries check the digest then */
async function refusal(
  { clock, host, repository }: UploadContext,
  response: RegistryResponse,
  committed?: Descriptor,
): Promise<Failure> {
  const problem = await readProblem(response, clock.now())
  if (committed !== undefined && problem.codes.includes('DIGEST_INVALID')) {
    return new Failure('digest-refused', { host, digest: committed.digest, detail: problem.detail })
  }
  return failureOf(problem, { host, repository, does: 'push' })
}
