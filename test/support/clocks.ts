import type { Clock } from '../../src/ports/clock.ts'

/** A clock on which every wait ends at once, its time having passed. */
export function hastyClock(start = Date.now()): Clock & { readonly slept: readonly number[] } {
  let passed = 0
  const slept: number[] = []
  return {
    slept,
    now: () => start + passed,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted()
      slept.push(milliseconds)
      passed += milliseconds
      await new Promise(setImmediate)
    },
    random: () => 0.5,
  }
}

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** A clock that moves only when it is told to. */
export function manualClock(start = 1_700_000_000_000): Clock & { advance(milliseconds: number): Promise<void> } {
  let time = start
  let sleepers: readonly Sleeper[] = []
  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: time + milliseconds, wake: resolve }
        const giveUp = () => {
          sleepers = sleepers.filter((other) => other !== sleeper)
          reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
        }
        sleepers = [...sleepers, sleeper]
        if (signal?.aborted) giveUp()
        else signal?.addEventListener('abort', giveUp)
      }),
    random: () => 0.5,
    async advance(milliseconds) {
      const end = time + milliseconds
      for (;;) {
        await new Promise(setImmediate)
        const next = sleepers.filter(({ until }) => until <= end).toSorted((a, b) => a.until - b.until)[0]
        if (next === undefined) break
        sleepers = sleepers.filter((other) => other !== next)
        time = Math.max(time, next.until)
        next.wake()
      }
      time = end
    },
  }
}
