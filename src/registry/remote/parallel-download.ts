import type { ByteStream } from '../repository.ts'
import { SourcePace } from './source-pace.ts'
import type { SegmentPool } from './segment-pool.ts'
import { Segment, type BlobRange } from './segment.ts'

/** Connections for one blob: what more of them would bring is little beside what they take from others. */
const MOST_CONNECTIONS = 4
/** Segments' worth of bytes after which it is judged whether they came faster. */
const TRIAL = 5
/** How much faster than one connection several have to be. */
const LEAST_GAIN = 1.25

/** One blob, and the ways in which it can be fetched. */
export interface ParallelSource {
  /** For what is learned of it. */
  readonly host: string
  /** Bytes of the blob. */
  readonly size: number
  /** All bytes from an offset on, over one connection. */
  readonly whole: (offset: number) => ByteStream
  /** The bytes of a range; fewer where it is not served as asked. */
  readonly range: (range: BlobRange, signal: AbortSignal) => ByteStream
  /** How many more downloads may begin now before others would have to wait for them. */
  readonly idle: () => number
  readonly pool: SegmentPool
  /** Milliseconds. */
  readonly now: () => number
}

/**
 * A blob's bytes from `offset` on, in order. They begin to come over one connection. Where that turns out to be what
 * holds them up, and much is left, segments ahead of it are fetched over others as long as these are idle; it is
 * left when it reaches the first of these. What the segments cannot serve comes over one connection again.
 * @throws whatever `whole` throws
 */
export async function* inParallel(source: ParallelSource, offset: number): ByteStream {
  const pace = new SourcePace(source.now, source.pool.sizes.window)
  const ahead = new SegmentsAhead(source)
  let position = offset
  try {
    do {
      pace.restart()
      for await (const chunk of source.whole(position)) {
        position += chunk.byteLength
        pace.came(chunk.byteLength)
        yield chunk
        pace.taken()
        ahead.prepare(position, pace.slowRate)
        if (ahead.reaches(position)) break
      }
      if (!ahead.reaches(position)) return
      for await (const chunk of ahead.readFrom(position)) {
        position += chunk.byteLength
        yield chunk
      }
      ahead.clear()
    } while (position < source.size)
  } finally {
    ahead.clear()
  }
}

/** What others bring, compared with what one connection did before they were opened. */
interface Trial {
  readonly since: number
  /** Bytes per millisecond of the one. */
  readonly rate: number
  /** Bytes of the others. */
  arrived: number
}

/** The segments of one blob that are in memory or on their way, without a gap between them. */
class SegmentsAhead {
  readonly #source: ParallelSource
  readonly #segments: Segment[] = []
  /** Where the next segment begins. */
  #next = 0
  #trial: Trial | undefined
  #isUseless = false

  constructor(source: ParallelSource) {
    this.#source = source
  }

  /** Whether the bytes from `position` on come from here. */
  reaches(position: number): boolean {
    const [first] = this.#segments
    return first !== undefined && first.hasBegun && position >= first.start
  }

  /**
   * Begins segments ahead of a connection that is slow, the second when the first has shown that they are served.
   * @param slowRate bytes per millisecond; undefined where that connection is not what holds the blob up
   */
  prepare(position: number, slowRate: number | undefined): void {
    const [first] = this.#segments
    if (first === undefined) {
      if (slowRate !== undefined) this.#begin(position, slowRate)
    } else if (first.isIncomplete || position >= first.end) {
      this.#abandon()
    } else {
      this.#extend()
    }
  }

  /** The bytes from `position` on, until there are no more segments. */
  async *readFrom(position: number): ByteStream {
    for (let [segment] = this.#segments; segment !== undefined; [segment] = this.#segments) {
      yield* segment.read(position)
      if (segment.isIncomplete) return this.#abandon()
      this.#dropFirst()
      this.#extend()
    }
  }

  clear(): void {
    while (this.#segments.length > 0) this.#dropFirst()
  }

  #begin(position: number, rate: number): void {
    const { size, pool, now } = this.#source
    if (size - position < pool.sizes.worthwhile) return
    this.#next = position + pool.sizes.segment
    this.#trial = { since: now(), rate, arrived: 0 }
    this.#fetchNext()
  }

  /** With none left there is nothing to extend: one connection that need not ask again and again does as well. */
  #extend(): void {
    const [first] = this.#segments
    if (first?.hasBegun && !this.#segments.some(({ isIncomplete }) => isIncomplete)) this.#fetchNext()
  }

  /** One at a time: how many others are idle is known again when this one has taken its place. */
  #fetchNext(): void {
    const { host, size, range, idle, pool } = this.#source
    if (this.#isUseless || this.#next >= size || pool.isExcluded(host)) return
    const connections = this.#segments.filter(({ isOver }) => !isOver).length
    if (connections >= MOST_CONNECTIONS || idle() < 1 || !pool.take()) return
    const end = Math.min(size, this.#next + pool.sizes.segment)
    this.#segments.push(new Segment({ start: this.#next, end }, range, (bytes) => this.#arrived(bytes)))
    this.#next = end
  }

  #arrived(bytes: number): void {
    if (this.#trial !== undefined) this.#judge(this.#trial, bytes)
    this.#extend()
  }

  /** More connections that bring no more, because the line or the reader is the limit, are not opened again. */
  #judge(trial: Trial, bytes: number): void {
    const { pool, now } = this.#source
    trial.arrived += bytes
    if (trial.arrived < TRIAL * pool.sizes.segment) return
    this.#isUseless = trial.arrived < LEAST_GAIN * trial.rate * (now() - trial.since)
    this.#trial = undefined
  }

  #abandon(): void {
    this.#source.pool.exclude(this.#source.host)
    this.clear()
  }

  #dropFirst(): void {
    this.#segments.shift()?.close()
    this.#source.pool.giveBack()
  }
}
