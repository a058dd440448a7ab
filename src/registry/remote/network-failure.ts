import { errors } from 'undici'
import { errorCode } from '../../failure/error-code.ts'
import { Failure, type UnreachableReason } from '../../failure/failure.ts'
import { abortFailure } from './signals.ts'

const REASONS: Readonly<Record<string, UnreachableReason>> = {
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_ABORTED: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'reset',
  // What OpenSSL 3.0 and 3.5 say of an answer in plain text.
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  EPROTO: 'not-tls',
}

/** An error of the network as a failure; a failure that passes through, or aborted it, stays what it was. */
export function networkFailure(error: unknown, host: string, signal?: AbortSignal): Failure {
  if (signal?.aborted) return abortFailure(signal)
  if (error instanceof Failure) return error
  const cause = innermost(error)
  if (cause instanceof errors.HTTPParserError) return parserFailure(cause, host)
  const code = errorCode(cause) ?? 'unknown'
  const reason = REASONS[code] ?? (isCertificateCode(code) ? 'certificate' : 'protocol')
  const detail = reason === 'protocol' || reason === 'certificate' ? code : ''
  return new Failure('registry-unreachable', { host, reason, detail }, { cause: error })
}

/** What does not even begin as HTTP is another protocol; the rest is HTTP with mistakes in it. */
function parserFailure(cause: Error, host: string): Failure {
  const detail = /\((.*)\)$/.exec(cause.message)?.[1] ?? ''
  const reason = detail.startsWith('Expected HTTP/') ? 'protocol' : 'malformed'
  return new Failure('registry-unreachable', { host, reason, detail }, { cause })
}

/** What really went wrong: several addresses of one host fail together, and libraries wrap what they were given. */
function innermost(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return innermost(error.errors[0])
  return 'cause' in error && error.cause ? innermost(error.cause) : error
}

function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)
}
