/** What happens at once in a whole run, whatever image and mirror it is for. */
export interface Schedule {
  /**
   * Moves a blob when it is its turn: of all that wait, the largest goes first, so that none is left for the end to be
   * waited for alone. One that has not begun when `signal` aborts never begins, and fails with the signal's reason.
   */
  transfer<Result>(bytes: number, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Sends a small request in its turn, on a lane of its own: none waits behind a large blob. */
  request<Result>(task: () => Promise<Result>): Promise<Result>
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
  readonly signal: AbortSignal | undefined
  readonly begin: () => void
  readonly giveUp: (reason: unknown) => void
}

/** So many tasks at once; of those that wait the heaviest begins first, and of equal ones the one that came first. */
class Lane {
  /** Heaviest first. */
  #waiting: Waiting[] = []
  #free: number
  /** Thousands may wait for one signal: it is listened to once. */
  readonly #watched = new WeakSet<AbortSignal>()

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
      this.#waiting.splice(this.#placeFor(weight), 0, { weight, signal, begin, giveUp })
      if (signal) this.#watch(signal)
      // All that is handed in at one moment competes before any of it begins.
      queueMicrotask(() => this.#beginNext())
    })
  }

  /** Behind all that are as heavy, by halving: runs over many images have tens of thousands waiting. */
  #placeFor(weight: number): number {
    let [from, to] = [0, this.#waiting.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#waiting[middle]?.weight ?? 0) >= weight) from = middle + 1
      else to = middle
    }
    return from
  }

  #beginNext(): void {
    const next = this.#free > 0 ? this.#waiting.shift() : undefined
    if (next === undefined) return
    this.#free -= 1
    next.begin()
  }

  #watch(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return
    this.#watched.add(signal)
    signal.addEventListener('abort', () => this.#leave(signal), { once: true })
  }

  #leave(signal: AbortSignal): void {
    const leaving = this.#waiting.filter((waiting) => waiting.signal === signal)
    this.#waiting = this.#waiting.filter((waiting) => waiting.signal !== signal)
    for (const { giveUp } of leaving) giveUp(signal.reason)
  }
}
