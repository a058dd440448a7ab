import type { Clock } from '../../ports/clock.ts'

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 20_000

/**
 * Milliseconds to wait after so many failures: up to a limit that doubles with each, and all of it left to chance, so
 * that requests which failed together do not come back together.
 * @param first the limit after the first failure, in milliseconds
 */
export function backoff(failures: number, clock: Clock, first = FIRST_PAUSE): number {
  return Math.round(Math.min(LONGEST_PAUSE, first * 2 ** (failures - 1)) * clock.random())
}
