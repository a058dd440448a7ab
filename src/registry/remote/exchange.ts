import { readBounded } from '../bounded.ts'
import type { ByteStream } from '../repository.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A body that can be sent more than once: bytes, or a stream that is opened anew for every try. */
export type Body = { readonly bytes: Uint8Array } | { readonly size: number; readonly open: () => ByteStream }

/** One HTTP request to a registry, as each layer of the transport sees it. Header names are in lower case. */
export interface RegistryRequest {
  readonly method: Method
  readonly url: URL
  /** The origin of the registry that it serves: `url` may be that registry's word, or of one that it led to. */
  readonly registry?: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
  /** What it asks for, where that matters: manifests count against pull limits, blobs go in a lane of their own. */
  readonly reads?: 'manifest' | 'blob'
  /** Does not wait until its host has room for it: others that hold a place there may be waiting for it. */
  readonly urgent?: boolean
  /** What a token must allow for it, in the form of the token specification: `repository:library/nginx:pull`. */
  readonly scopes?: readonly string[]
  /** How often it may be sent in all when it fails in passing; 1 for what must not be repeated here. */
  readonly attempts?: number
  /**
   * The content that it asks for is small: it is read whole before it is given, up to so many bytes and little more,
   * so that content that breaks is asked for again.
   */
  readonly contentWithin?: number
  /** Milliseconds to wait for the answer's head once the request is sent. */
  readonly answerWithin?: number
  /** Is not led to another origin: a redirect that leads there is the answer. */
  readonly staysAtOrigin?: boolean
  /** Is sent though the run has been cancelled: it tidies up what the run leaves behind. */
  readonly afterCancel?: boolean
  readonly signal?: AbortSignal
}

/** An answer. Its body must be read, or released with `discard`, or the connection stays taken. */
export interface RegistryResponse {
  readonly status: number
  /** Header names in lower case; repeated headers as a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Where the answer came from, after redirects. */
  readonly url: URL
  readonly body: ByteStream
  discard(): Promise<void>
}

/** Sends a request and gives its answer, whatever the status. Layers wrap one another: each takes and gives one. */
export type Exchange = (request: RegistryRequest) => Promise<RegistryResponse>

/** The one value of a header, the first where there are several. */
export function header(response: RegistryResponse, name: string): string | undefined {
  const value = response.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** All values of a header. */
export function headerValues(response: RegistryResponse, name: string): readonly string[] {
  const value = response.headers[name]
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/**
 * The same answer with its body in memory, so that it holds no connection while other requests are made. A body
 * that is longer than `limit` bytes, or breaks, is left out.
 */
export async function detached(response: RegistryResponse, limit: number): Promise<RegistryResponse> {
  const bytes = await readBounded(response.body, limit).catch(() => undefined)
  return inMemory(response, bytes === undefined ? [] : [bytes])
}

/**
 * The same answer with its body read, or with the beginning of a body that is longer than `limit` bytes: enough of it
 * for whoever reads it to see that it is too long.
 * @throws whatever breaks the body
 */
export async function received(response: RegistryResponse, limit: number): Promise<RegistryResponse> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > limit) break
  }
  return inMemory(response, chunks)
}

function inMemory(response: RegistryResponse, chunks: readonly Uint8Array[]): RegistryResponse {
  return { ...response, body: streamOf(chunks), discard: () => Promise.resolve() }
}

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
