import type { IncomingMessage } from 'node:http'

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** An answer on its way to the client. A body that throws breaks the connection where it is. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array>
}

/** What was seen of one request. */
export interface LoggedRequest {
  /** Counted from 1 in the order of arrival. */
  readonly number: number
  readonly method: string
  /** Path and query as they were sent. */
  readonly path: string
  /** As they were received, names in lower case. */
  readonly headers: IncomingMessage['headers']
  /** Which of the server's connections it came over, from 1. */
  readonly connection: number
  /** Bytes of the request's body that were read. */
  received: number
  /** Bytes of the answer's body that were sent. */
  sent: number
  /** 0 until it was answered. */
  status: number
}

/** What is changed of a request before it goes on. */
export interface Changes {
  /** Path and query. */
  readonly path?: string
  readonly headers?: Headers
  /** The request's body, where it was read already. */
  readonly body?: Uint8Array
}

/** One request, as a fault sees it. */
export interface Call {
  readonly request: IncomingMessage
  readonly seen: LoggedRequest
  /** Where the client believes the registry to be. */
  readonly origin: string
  /** Lets the request through, or one that is a little different: past the guard, to the registry behind. */
  forward(changes?: Changes): Promise<Answer>
  /** Reads the request's body to its end. */
  drain(): Promise<void>
  /** Breaks the connection. */
  reset(): void
}

/** Does with a request as it likes. Undefined: there will be no answer. */
export type Fault = (call: Call) => Answer | undefined | Promise<Answer | undefined>

/** Says who may pass: undefined, or the answer that refuses. */
export type Guard = (request: IncomingMessage, origin: string) => Answer | undefined

/** An answer with a body that is known from the start. */
export function plainAnswer(status: number, headers: Headers = {}, text = ''): Answer {
  const bytes = Buffer.from(text)
  return { status, headers: { 'content-length': String(bytes.byteLength), ...headers }, body: once(bytes) }
}

/** The registry's way to say what is wrong (distribution-spec, "Error Codes"). */
export function errorAnswer(status: number, code: string, message: string, headers: Headers = {}): Answer {
  return plainAnswer(status, { 'content-type': 'application/json', ...headers }, errorBody(code, message))
}

export function errorBody(code: string, message: string): string {
  return JSON.stringify({ errors: [{ code, message }] })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes
}
