import type { Octokit } from '@octokit/rest'
import { RequestError } from '@octokit/request-error'
import type { Clock } from '../ports/clock.ts'

const RETRIES = 3
const FIRST_PAUSE = 1_000
/** GitHub asks for a minute at least where a secondary limit says nothing more precise. */
const SECONDARY_LIMIT_PAUSE = 60_000
/** Longer pauses are not waited for: the job's minutes cost something. */
const LONGEST_PAUSE = 300_000
const REQUEST_TIMEOUT = 30_000

/**
 * Makes every request of `octokit` end in time, and sends again those that failed in passing: broken connections,
 * server errors and rate limits. Everything sent here may be sent twice, but for a new comment; whoever posts one
 * has to expect a double.
 */
export function retryRequests(octokit: Octokit, clock: Clock): void {
  octokit.hook.wrap('request', async (request, options) => {
    for (let tries = 0; ; tries += 1) {
      try {
        const signal = AbortSignal.timeout(REQUEST_TIMEOUT)
        return await request({ ...options, request: { ...options.request, signal } })
      } catch (error) {
        const pause = pauseBefore(tries, error, clock.now())
        if (pause === undefined) throw error
        await clock.sleep(pause)
      }
    }
  })
}

/** Milliseconds to wait before the next try; undefined where there should be none. */
function pauseBefore(tries: number, error: unknown, now: number): number | undefined {
  if (!(error instanceof RequestError) || tries >= RETRIES) return undefined
  const limited = pauseOfLimit(error, now)
  if (limited !== undefined) return limited <= LONGEST_PAUSE ? limited : undefined
  return error.status >= 500 ? FIRST_PAUSE * 2 ** tries : undefined
}

/** docs.github.com, "Rate limits for the REST API", "Exceeding the rate limit" */
function pauseOfLimit(error: RequestError, now: number): number | undefined {
  if (error.status !== 403 && error.status !== 429) return undefined
  const headers = error.response?.headers ?? {}
  const after = Number(headers['retry-after'] ?? NaN)
  if (after >= 0) return after * 1000
  if (headers['x-ratelimit-remaining'] === '0') {
    return Math.max(FIRST_PAUSE, Number(headers['x-ratelimit-reset']) * 1000 - now)
  }
  return error.status === 429 || /rate limit/i.test(error.message) ? SECONDARY_LIMIT_PAUSE : undefined
}
