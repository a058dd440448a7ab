const MEBIBYTE = 1024 * 1024

/** The part of the time from which on whoever was waited for is what holds a stream up. */
const MOSTLY = 0.8
/**
 * Bytes per millisecond. A connection that is as fast is not what a copy waits for: checking and sending on what it
 * brings takes as long, and so does opening others.
 */
const FAST = (64 * MEBIBYTE) / 1000

/** Tells whether a stream is held up by its source, and not by its reader, from how its last MiBs came. */
export class SourcePace {
  readonly #now: () => number
  readonly #window: number
  #slowRate: number | undefined
  #isRunning = false
  #since = 0
  #bytes = 0
  /** Milliseconds in which the reader waited for the source, and the source for the reader. */
  #waited = 0
  #held = 0

  /** @param window bytes that are judged at once */
  constructor(now: () => number, window: number) {
    this.#now = now
    this.#window = window
  }

  /** Bytes per millisecond, where the source was what held the last window up; undefined where it was not. */
  get slowRate(): number | undefined {
    return this.#slowRate
  }

  /** A stream begins: what was known of another one counts no more. Nor does the time to its first byte. */
  restart(): void {
    this.#isRunning = false
    this.#slowRate = undefined
    this.#clear()
  }

  /** A chunk has come. */
  came(bytes: number): void {
    const lap = this.#lap()
    if (!this.#isRunning) {
      this.#isRunning = true
      return
    }
    this.#waited += lap
    this.#bytes += bytes
    if (this.#bytes >= this.#window) this.#judge()
  }

  /** The reader is done with the chunk, and waits for the next one. */
  taken(): void {
    this.#held += this.#lap()
  }

  #judge(): void {
    const time = this.#waited + this.#held
    const isSlow = this.#waited > MOSTLY * time && this.#bytes < FAST * time
    this.#slowRate = isSlow ? this.#bytes / time : undefined
    this.#clear()
  }

  #clear(): void {
    this.#bytes = 0
    this.#waited = 0
    this.#held = 0
  }

  #lap(): number {
    const now = this.#now()
    const lap = now - this.#since
    this.#since = now
    return lap
  }
}
