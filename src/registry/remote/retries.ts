import { Failure, type UnreachableReason } from '../../failure/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import { backoff } from './backoff.ts'
import { received, type Exchange, type RegistryRequest, type RegistryResponse } from './exchange.ts'
import { pauseAsked } from './retry-after.ts'

const ATTEMPTS = 4
/** On a bad line several connections break in a row, and to try once more costs little. */
const ATTEMPTS_AFTER_RESETS = 8
/**
 * Milliseconds from the first failure on in which there are other tries: services that stumble are back by then, and
 * several pauses that a host asked for end before a job does.
 */
const LONGEST_EFFORT = 300_000
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504, 522])
/** A name that does not resolve and a certificate that is wrong will be so a second later, too. */
const PASSING_REASONS = new Set<UnreachableReason>(['reset', 'timeout', 'protocol', 'malformed'])

/**
 * Sends again what failed in passing: connections that broke, small answers that did not arrive whole, and answers
 * that say "not now". The pauses double, with jitter. Where the host asks for one it is the gate that waits: for all
 * requests to it.
 */
export function withRetries(exchange: Exchange, clock: Clock): Exchange {
  return async (request) => {
    let giveUpAt: number | undefined
    for (let attempt = 1; ; attempt += 1) {
      const result = await attemptOnce(exchange, request)
      giveUpAt ??= clock.now() + LONGEST_EFFORT
      if (!isPassing(result) || attempt >= attemptsFor(request, result) || clock.now() > giveUpAt) return unwrap(result)
      await pauseAfter(result, attempt, clock, request.signal)
    }
  }
}

/** A POST may open an upload session that nobody uses, which is harmless; a PATCH changes what it is sent to. */
function attemptsFor({ method, attempts }: RegistryRequest, result: Result): number {
  if (attempts !== undefined) return attempts
  if (method === 'PATCH') return 1
  return isReset(result) ? ATTEMPTS_AFTER_RESETS : ATTEMPTS
}

type Result = RegistryResponse | Failure

async function attemptOnce(exchange: Exchange, request: RegistryRequest): Promise<Result> {
  try {
    const response = await exchange(request)
    const { contentWithin } = request
    return contentWithin === undefined || response.status !== 200 ? response : await received(response, contentWithin)
  } catch (error) {
    if (Failure.is(error, 'registry-unreachable') || Failure.is(error, 'registry-stalled')) return error
    throw error
  }
}

/** Whether a status says "not now": another try may get another answer. */
export function isPassingStatus(status: number): boolean {
  return PASSING_STATUSES.has(status)
}

function isPassing(result: Result): boolean {
  if (!(result instanceof Failure)) return isPassingStatus(result.status)
  return !Failure.is(result, 'registry-unreachable') || PASSING_REASONS.has(result.facts.reason)
}

/** Whether the connection broke, whatever it was for. */
export function isReset(result: unknown): boolean {
  return Failure.is(result, 'registry-unreachable') && result.facts.reason === 'reset'
}

function unwrap(result: Result): RegistryResponse {
  if (result instanceof Failure) throw result
  return result
}

async function pauseAfter(result: Result, attempt: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  if (!(result instanceof Failure)) {
    await result.discard()
    if (pauseAsked(result, clock.now()) > 0) return
  }
  await clock.sleep(backoff(attempt, clock), signal)
}
