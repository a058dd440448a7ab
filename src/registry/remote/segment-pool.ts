const MEBIBYTE = 1024 * 1024

/** All in bytes, but for `inMemory`. */
export interface SegmentSizes {
  /** What one request asks for: so much that the wait for its first byte is short beside the transfer. */
  readonly segment: number
  /** How many segments of a run are in memory at once, at most: 48 MiB, less than a copy takes without any. */
  readonly inMemory: number
  /** Over how much of a stream its pace is judged: a burst out of some buffer is shorter. */
  readonly window: number
  /** What must be left of a blob: with less, it is there before other connections are of use. */
  readonly worthwhile: number
}

const SIZES: SegmentSizes = {
  segment: 8 * MEBIBYTE,
  inMemory: 6,
  window: 4 * MEBIBYTE,
  worthwhile: 64 * MEBIBYTE,
}

/** What all downloads of a run share: the room for segments, and which hosts do not serve them. */
export class SegmentPool {
  readonly sizes: SegmentSizes
  readonly #excluded = new Set<string>()
  #free: number

  constructor(sizes: SegmentSizes = SIZES) {
    this.sizes = sizes
    this.#free = sizes.inMemory
  }

  /** Takes room for one segment. False: there is none now. */
  take(): boolean {
    if (this.#free === 0) return false
    this.#free -= 1
    return true
  }

  giveBack(): void {
    this.#free += 1
  }

  /** A host answered a range otherwise than asked: it is read over one connection a blob from now on. */
  exclude(host: string): void {
    this.#excluded.add(host)
  }

  isExcluded(host: string): boolean {
    return this.#excluded.has(host)
  }
}
