import { Failure } from '../../failure/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import { backoff } from './backoff.ts'
import { LONGEST_WAIT } from './hosts.ts'
import { isReset } from './retries.ts'

const TRIES = 4
const TRIES_AFTER_RESETS = 8
/** Bytes that arrived broken may have met a passing fault once, hardly twice. */
const TRIES_WITH_BROKEN_BYTES = 2
/** Who had all bytes and said nothing for minutes is asked once more: others wait for the place that it takes. */
const TRIES_WITHOUT_ANSWER = 2
const PAUSE = 1000

/**
 * Milliseconds to wait before the next try of an upload; undefined where there shall be none. A pause that the host
 * has asked for is none of it: the gate waits for that.
 */
export function pauseAfter(fault: Failure, attempt: number, clock: Clock): number | undefined {
  if (attempt >= triesAfter(fault)) return undefined
  const pause = backoff(attempt, clock, PAUSE)
  if (!Failure.is(fault, 'registry-throttled')) return isAmbiguous(fault) ? pause : undefined
  const { seconds } = fault.facts
  if (seconds === undefined) return pause
  return seconds * 1000 > LONGEST_WAIT ? undefined : 0
}

function triesAfter(fault: Failure): number {
  if (Failure.is(fault, 'digest-refused')) return TRIES_WITH_BROKEN_BYTES
  if (isReset(fault)) return TRIES_AFTER_RESETS
  const isUnanswered = Failure.is(fault, 'registry-unreachable') && fault.facts.reason === 'timeout'
  return isUnanswered ? TRIES_WITHOUT_ANSWER : TRIES
}

/**
 * Failures after which the blob may be there all the same, or may get there on another try: the connection broke,
 * the session is gone, confused ('cannot be updated') or still at work on a request that broke, or the registry
 * stumbled while it committed.
 */
export function isAmbiguous(failure: Failure): boolean {
  if (isBreak(failure) || Failure.is(failure, 'digest-refused')) return true
  return hasStatus(failure, 400, 404, 408, 409, 416, 500, 502, 503, 504)
}

/** The bytes stopped passing; nothing was answered. */
export function isBreak(failure: Failure): boolean {
  return Failure.is(failure, 'registry-unreachable') || Failure.is(failure, 'registry-stalled')
}

/** The registry, or a proxy before it, takes no body of this length. */
export function isTooLarge(failure: Failure): boolean {
  return hasStatus(failure, 413)
}

/** The registry knows the session no more. */
export function isGone(failure: Failure): boolean {
  return hasStatus(failure, 404)
}

function hasStatus(failure: Failure, ...statuses: readonly number[]): boolean {
  return Failure.is(failure, 'registry-error') && statuses.includes(failure.facts.status)
}
