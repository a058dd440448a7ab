import { Failure } from '../../failure/failure.ts'
import type { ByteStream } from '../repository.ts'

/** Bytes of a blob, counted from 0; `end` is the first one that is not meant. */
export interface BlobRange {
  readonly start: number
  readonly end: number
}

/**
 * Part of a blob that is fetched whether or not its turn has come, and kept until it is read. What breaks it for
 * good leaves it incomplete, and is no error: whoever reads on from there sees it.
 */
export class Segment {
  readonly start: number
  readonly end: number
  readonly #chunks: Uint8Array[] = []
  readonly #controller = new AbortController()
  readonly #onNews: (bytes: number) => void
  #received = 0
  #isOver = false
  #wake = () => {}

  /**
   * @param open gives the range's bytes, or fewer, and never more
   * @param onNews is called with the bytes that have come now, and with 0 when nothing more will
   */
  constructor(
    range: BlobRange,
    open: (range: BlobRange, signal: AbortSignal) => ByteStream,
    onNews: (bytes: number) => void,
  ) {
    this.start = range.start
    this.end = range.end
    this.#onNews = onNews
    void this.#fill(open(range, this.#controller.signal))
  }

  /** Its first bytes have come. */
  get hasBegun(): boolean {
    return this.#received > 0
  }

  /** Nothing more will come. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** It ended before its last byte. */
  get isIncomplete(): boolean {
    return this.#isOver && this.#received < this.end - this.start
  }

  /** What there is of it from `from` on, in order, and then what comes. Can be read once. */
  async *read(from = this.start): ByteStream {
    for (let position = this.start; ;) {
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        const skip = Math.max(0, from - position)
        position += chunk.byteLength
        if (skip < chunk.byteLength) yield chunk.subarray(skip)
      } else if (this.#isOver) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Releases its connection and its memory at once. */
  close(): void {
    this.#controller.abort(new Failure('cancelled', {}))
    this.#chunks.length = 0
  }

  async #fill(stream: ByteStream): Promise<void> {
    try {
      for await (const chunk of stream) {
        this.#received += chunk.byteLength
        this.#chunks.push(chunk)
        this.#tell(chunk.byteLength)
      }
    } catch {
      // It stays incomplete.
    }
    // Its connection counts as taken until this turn ends: whoever asks for the next one now would open another.
    await new Promise(setImmediate)
    this.#isOver = true
    this.#tell(0)
  }

  #tell(bytes: number): void {
    this.#wake()
    this.#onNews(bytes)
  }
}
