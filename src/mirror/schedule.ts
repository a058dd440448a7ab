import { Heap } from './heap.ts'

/** What happens at once in a run for one mirror, whatever image it is for. */
export interface Schedule {
  /**
   * Moves a blob when it is its turn: of all that wait, the largest goes first, so that none is left for the end to be
   * waited for alone. One that has not begun when `signal` aborts never begins, and fails with the signal's reason.
   */
  transfer<Result>(bytes: number, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Sends a small request in its turn, on a lane of its own: none waits behind a large blob. */
  request<Result>(task: () => Promise<Result>): Promise<Result>
}

/** Gives the schedule of a mirror, by the registry or directory that it is: none waits behind what another one holds up. */
export type Schedules = (mirror: string) => Schedule

/** @param concurrency as for `createSchedule` */
export function createSchedules(concurrency: number): Schedules {
  const schedules = new Map<string, Schedule>()
  return (mirror) => {
    const schedule = schedules.get(mirror) ?? createSchedule(concurrency)
    schedules.set(mirror, schedule)
    return schedule
  }
}

/** @param concurrency how many blobs move at once, and how many small requests beside them */
export function createSchedule(concurrency: number): Schedule {
  const transfers = new Lane(concurrency)
  const requests = new Lane(concurrency)
  return {
    transfer: (bytes, task, signal) => transfers.run(bytes, task, signal),
    request: (task) => requests.run(0, task),
  }
}

interface Waiting {
  readonly weight: number
  /** Counts those that have waited. */
  readonly number: number
  readonly signal: AbortSignal | undefined
  readonly begin: () => void
  readonly giveUp: (reason: unknown) => void
}

/** So many tasks at once; of those that wait the heaviest begins first, and of equal ones the one that came first. */
class Lane {
  readonly #waiting = new Heap<Waiting>(isBefore)
  #free: number
  #arrivals = 0
  /** Thousands may wait for one signal: it is listened to once. Whoever waits for it no more is not in here. */
  readonly #waitingFor = new WeakMap<AbortSignal, Set<Waiting>>()

  constructor(width: number) {
    this.#free = width
  }

  async run<Result>(weight: number, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted()
    await this.#turn(weight, signal)
    try {
      return await task()
    } finally {
      this.#free += 1
      this.#beginNext()
    }
  }

  #turn(weight: number, signal?: AbortSignal): Promise<void> {
    return new Promise((begin, giveUp) => {
      const waiting = { weight, number: this.#arrivals, signal, begin, giveUp }
      this.#arrivals += 1
      this.#waiting.push(waiting)
      if (signal) this.#groupOf(signal).add(waiting)
      // All that is handed in at one moment competes before any of it begins.
      queueMicrotask(() => this.#beginNext())
    })
  }

  #beginNext(): void {
    while (this.#free > 0) {
      const next = this.#waiting.pop()
      if (next === undefined) return
      const { signal } = next
      // One whose signal was aborted has left.
      if (signal?.aborted) continue
      if (signal) this.#groupOf(signal).delete(next)
      this.#free -= 1
      next.begin()
    }
  }

  #groupOf(signal: AbortSignal): Set<Waiting> {
    const known = this.#waitingFor.get(signal)
    if (known !== undefined) return known
    const group = new Set<Waiting>()
    this.#waitingFor.set(signal, group)
    signal.addEventListener('abort', () => group.forEach(({ giveUp }) => giveUp(signal.reason)), { once: true })
    return group
  }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  return one.weight === other.weight ? one.number < other.number : one.weight > other.weight
}
