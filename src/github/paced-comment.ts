import type { Clock } from '../ports/clock.ts'

/** A comment that follows the work without being written all the time. */
export interface PacedComment {
  /** Shows how far the work is, when the pace next allows it; only the latest state is written. Never fails. */
  show(render: () => string): void
  /** Writes this now, after whatever is under way; progress shown before is dropped. Throws what the update throws. */
  write(body: string): Promise<void>
  /** Drops progress that was not written yet, and waits for an update that is under way. */
  stop(): Promise<void>
}

export interface PacedCommentOptions {
  readonly update: (body: string) => Promise<void>
  /** When it was last updated, in milliseconds since the Unix epoch; undefined for one that was just created. */
  readonly updatedAt: number | undefined
  readonly clock: Clock
  /** A progress update that failed. The next one may work, and the answer itself is not progress. */
  readonly onError: (error: unknown) => void
}

/** Between two updates, in milliseconds. */
const LEAST_INTERVAL = 5_000
/** Progress slows down as the work goes on, so that its updates last for hours: */
const LONGEST_INTERVAL = 600_000
const SLOWDOWN = 2
/** With one update for the claim and two for each of five rounds, a request stays within 20 in all. */
const PROGRESS_UPDATES = 9

/** Paces the updates of one comment: one after another, five seconds apart at least. */
export function paceComment({ update, updatedAt, clock, onError }: PacedCommentOptions): PacedComment {
  let latest: (() => string) | undefined
  let progress: Promise<void> | undefined
  let stopping = new AbortController()
  let left = PROGRESS_UPDATES
  let interval = LEAST_INTERVAL
  let progressFrom = clock.now() + interval
  let updateFrom = updatedAt === undefined ? 0 : updatedAt + LEAST_INTERVAL

  async function apply(body: string): Promise<void> {
    try {
      await update(body)
    } finally {
      updateFrom = clock.now() + LEAST_INTERVAL
      progressFrom = clock.now() + interval
    }
  }

  async function followProgress(signal: AbortSignal): Promise<void> {
    try {
      while (latest !== undefined && left > 0) {
        await sleepUntil(progressFrom, clock, signal)
        const body = latest()
        latest = undefined
        left -= 1
        interval = Math.min(LONGEST_INTERVAL, interval * SLOWDOWN)
        await apply(body)
      }
    } catch (error) {
      if (!signal.aborted) onError(error)
    } finally {
      progress = undefined
    }
  }

  async function stop(): Promise<void> {
    latest = undefined
    stopping.abort()
    await progress
    stopping = new AbortController()
  }

  return {
    show(render) {
      latest = render
      progress ??= followProgress(stopping.signal)
    },
    async write(body) {
      await stop()
      await sleepUntil(updateFrom, clock)
      await apply(body)
    },
    stop,
  }
}

async function sleepUntil(time: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  const wait = time - clock.now()
  if (wait > 0) await clock.sleep(wait, signal)
}
