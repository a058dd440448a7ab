/**
 * How many requests of a kind a host is sent at once: as many as the run allows, half of it each time that the host
 * asks for less, and from there back up, one more after as many answers in good order as the limit is.
 */
export class Pace {
  #limit: number
  #successes = 0
  #era = 0

  /** @param most the run's limit */
  constructor(private readonly most: number) {
    this.#limit = most
  }

  get limit(): number {
    return this.#limit
  }

  /**
   * Counts the times that it was halved. A request is of the era in which it left: what a later halving has answered
   * already does not halve again, nor do successes of before count.
   */
  get era(): number {
    return this.#era
  }

  get isFull(): boolean {
    return this.#limit === this.most
  }

  succeeded(era: number): void {
    if (era !== this.#era || this.isFull) return
    this.#successes += 1
    if (this.#successes < this.#limit) return
    this.#limit += 1
    this.#successes = 0
  }

  throttled(era: number): void {
    if (era !== this.#era) return
    this.#era += 1
    this.#limit = Math.max(1, Math.floor(this.#limit / 2))
    this.#successes = 0
  }
}
