import { Failure } from '../../failure/failure.ts'
import type { ByteStream } from '../repository.ts'

export type AnswerHeaders = Readonly<Record<string, string | number>>

/** What a request is answered with. A stream is read only when it is sent. */
export interface Answer {
  readonly status: number
  readonly headers?: AnswerHeaders
  readonly body?: Uint8Array | ByteStream
}

/** The codes that clients know (distribution-spec, "Error Codes"), and the status that goes with each. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 409,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  TOOMANYREQUESTS: 429,
  UNKNOWN: 500,
  UNSUPPORTED: 405,
} as const

/** A code of the distribution spec. */
export type ErrorCode = keyof typeof STATUS

/** A JSON document; of another type where the headers say so. */
export function json(status: number, value: unknown, headers: AnswerHeaders = {}): Answer {
  const body = Buffer.from(JSON.stringify(value))
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers, 'content-length': body.byteLength },
    body,
  }
}

/** An error in the form of the spec, with the code's own status unless another one fits better. */
export function refusal(
  code: ErrorCode,
  message: string,
  { status = STATUS[code], headers = {} }: { status?: number; headers?: AnswerHeaders } = {},
): Answer {
  return json(status, { errors: [{ code, message, detail: null }] }, headers)
}

/** What is said about a failure of the store. Its own words name paths of this machine, so they stay in the log. */
export function failureAnswer(error: unknown): Answer {
  if (Failure.is(error, 'disk-full')) return refusal('UNKNOWN', 'no space left on the disk', { status: 507 })
  if (Failure.is(error, 'layout-locked')) return refusal('UNKNOWN', 'another program is writing', { status: 503 })
  return refusal('UNKNOWN', 'internal error')
}
