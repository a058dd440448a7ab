/** Requests of one kind to one host: so many at once, and the others in the order in which they came. */
export class Lane {
  #taken = 0
  /** What lets each of those in who wait; a set keeps their order. */
  readonly #waiting = new Set<() => void>()

  /** @param limit how many may be in it now */
  constructor(private readonly limit: () => number) {}

  /** How many would be let in at once. */
  get free(): number {
    return Math.max(0, this.limit() - this.#taken - this.#waiting.size)
  }

  /**
   * Resolves when there is room. Whoever is let in has to `leave`.
   * @param urgent does not wait, whether there is room or not
   * @throws the signal's reason when that is aborted first; then it waits no longer
   */
  async enter(signal?: AbortSignal, urgent = false): Promise<void> {
    signal?.throwIfAborted()
    if (urgent || this.free > 0) this.#taken += 1
    else await this.#turn(signal)
  }

  leave(): void {
    this.#taken -= 1
    this.admit()
  }

  /** Lets in whom there is room for: to be called when the limit has grown, too. */
  admit(): void {
    for (const letIn of this.#waiting) {
      if (this.#taken >= this.limit()) return
      this.#taken += 1
      letIn()
    }
  }

  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leaveQueue = () => {
        this.#waiting.delete(letIn)
        reject(signal?.reason)
      }
      const letIn = () => {
        this.#waiting.delete(letIn)
        signal?.removeEventListener('abort', leaveQueue)
        resolve()
      }
      this.#waiting.add(letIn)
      signal?.addEventListener('abort', leaveQueue)
    })
  }
}
