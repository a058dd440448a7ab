import { Failure } from '../../failure/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import { header, type Exchange, type RegistryRequest, type RegistryResponse } from './exchange.ts'

const ATTEMPTS = 4
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 20_000
/** Milliseconds; a registry that asks for a longer pause than this is not waited for. */
export const LONGEST_WAIT = 120_000
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504, 522])

/**
 * Sends again what failed in passing: connections that broke and answers that say "not now". The pauses double,
 * with jitter; a `Retry-After` is honoured instead.
 * @throws Failure `registry-throttled` where the registry asks for a longer pause than a run can wait
 */
export function withRetries(exchange: Exchange, clock: Clock): Exchange {
  return async (request) => {
    const attempts = request.attempts ?? attemptsFor(request)
    for (let attempt = 1; ; attempt += 1) {
      const result = await attemptOnce(exchange, request)
      if (!isPassing(result) || attempt >= attempts) return unwrap(result)
      if (!(result instanceof Failure)) await result.discard()
      const pause = pauseBefore(attempt, result, clock, request.url.host)
      await clock.sleep(pause, request.signal)
    }
  }
}

/** A POST may open an upload session that nobody uses, which is harmless; a PATCH changes what it is sent to. */
function attemptsFor({ method }: RegistryRequest): number {
  return method === 'PATCH' ? 1 : ATTEMPTS
}

type Result = RegistryResponse | Failure

async function attemptOnce(exchange: Exchange, request: RegistryRequest): Promise<Result> {
  try {
    return await exchange(request)
  } catch (error) {
    if (Failure.is(error, 'registry-unreachable') || Failure.is(error, 'registry-stalled')) return error
    throw error
  }
}

function isPassing(result: Result): boolean {
  if (!(result instanceof Failure)) return PASSING.has(result.status)
  // A name that does not resolve and a certificate that is wrong will be so a second later, too.
  return (
    !Failure.is(result, 'registry-unreachable') ||
    ['reset', 'timeout', 'protocol', 'malformed'].includes(result.facts.reason)
  )
}

function unwrap(result: Result): RegistryResponse {
  if (result instanceof Failure) throw result
  return result
}

function pauseBefore(attempt: number, result: Result, clock: Clock, host: string): number {
  const asked = result instanceof Failure ? undefined : retryAfter(header(result, 'retry-after'), clock.now())
  if (asked !== undefined && asked > LONGEST_WAIT) {
    throw new Failure('registry-throttled', { host, seconds: Math.ceil(asked / 1000) })
  }
  const backoff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * (0.5 + clock.random() / 2)
  return asked ?? backoff
}

/**
 * Milliseconds that a `Retry-After` asks for: seconds, or a date (RFC 9110, 10.2.3). A date that has passed, or
 * one that cannot be read, says nothing.
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) || date <= now ? undefined : date - now
}
