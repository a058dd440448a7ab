interface Waiting {
  readonly signal: AbortSignal | undefined
  readonly letIn: () => void
  readonly giveUp: (reason: unknown) => void
}

/** Requests of one kind to one host: so many at once, and the others in the order in which they came. */
export class Lane {
  #taken = 0
  /** A set keeps their order. */
  readonly #waiting = new Set<Waiting>()
  /** Thousands may wait for one signal: it is listened to once. */
  readonly #heard = new WeakSet<AbortSignal>()

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
    for (const waiting of this.#waiting) {
      if (this.#taken >= this.limit()) return
      this.#taken += 1
      this.#waiting.delete(waiting)
      waiting.letIn()
    }
  }

  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((letIn, giveUp) => {
      this.#waiting.add({ signal, letIn, giveUp })
      if (signal) this.#listenTo(signal)
    })
  }

  #listenTo(signal: AbortSignal): void {
    if (this.#heard.has(signal)) return
    this.#heard.add(signal)
    signal.addEventListener('abort', () => this.#dismiss(signal), { once: true })
  }

  #dismiss(signal: AbortSignal): void {
    for (const waiting of this.#waiting) {
      if (waiting.signal !== signal) continue
      this.#waiting.delete(waiting)
      waiting.giveUp(signal.reason)
    }
  }
}
