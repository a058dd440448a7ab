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
  readonly begin: () => void
}

/** So many tasks at once; of those that wait the heaviest begins first, and of equal ones the one that came first. */
class Lane {
  /** Heaviest first. */
  readonly #waiting: Waiting[] = []
  #free: number

  constructor(width: number) {
    this.#free = width
  }

  async run<Result>(weight: number, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    await this.#turn(weight, signal)
    try {
      return await task()
    } finally {
      this.#free += 1
      this.#beginNext()
    }
  }

  #turn(weight: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = {
        weight,
        begin: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(signal?.reason)
      }
      if (signal?.aborted) return reject(signal.reason)
      signal?.addEventListener('abort', leave, { once: true })
      this.#enqueue(waiting)
      // All that is handed in at one moment competes before any of it begins.
      queueMicrotask(() => this.#beginNext())
    })
  }

  #enqueue(waiting: Waiting): void {
    const lighter = this.#waiting.findIndex(({ weight }) => weight < waiting.weight)
    this.#waiting.splice(lighter < 0 ? this.#waiting.length : lighter, 0, waiting)
  }

  #beginNext(): void {
    if (this.#free === 0) return
    const next = this.#waiting.shift()
    if (next === undefined) return
    this.#free -= 1
    next.begin()
  }
}
