import { Failure } from '../../failure/failure.ts'
import type { ByteStream } from '../repository.ts'

/**
 * A blob's bytes on their way into an upload. What breaks them is remembered, so that it is not taken for a fault
 * of the mirror.
 */
export class UploadSource {
  #failure: Failure | undefined
  /** Counts the times that it was opened. */
  #opened = 0
  #reader: PieceReader | undefined

  /**
   * @param open gives the bytes from an offset on, anew at every call
   * @param prepare brings them near, so that the mirror need not wait for them
   */
  constructor(
    private readonly open: (offset: number) => ByteStream,
    private readonly prepare?: () => Promise<void>,
  ) {}

  /** Waits until the bytes can be opened. @throws whatever keeps them from it */
  async ready(): Promise<void> {
    await this.prepare?.()
  }

  /** What broke the source as it was opened last; undefined while nothing did. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  /** All bytes, from a source opened anew. */
  whole(): ByteStream {
    return this.#noted(0)
  }

  /** Some bytes: read on where the piece before ended, from a source opened anew where they begin elsewhere. */
  piece(offset: number, size: number): ByteStream {
    if (this.#reader?.isReadyAt(offset) !== true) {
      this.close()
      this.#reader = new PieceReader(this.#noted(offset), offset)
    }
    return this.#reader.take(size)
  }

  /** Releases what the last piece left open. */
  close(): void {
    this.#reader?.close()
    this.#reader = undefined
  }

  async *#noted(offset: number): ByteStream {
    this.#opened += 1
    this.#failure = undefined
    const number = this.#opened
    try {
      yield* this.open(offset)
    } catch (error) {
      const failure = Failure.from(error)
      // One that was left may wait for its bytes in vain long after.
      if (number === this.#opened) this.#failure = failure
      throw failure
    }
  }
}

/** Cuts a stream into pieces of any length. */
class PieceReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #position: number
  /** What is left of a chunk that reached into the next piece. */
  #rest = new Uint8Array()
  #isTaking = false

  constructor(stream: ByteStream, position: number) {
    this.#chunks = stream[Symbol.asyncIterator]()
    this.#position = position
  }

  /** A piece that was left before its end may still be waiting for a chunk, so nobody can read on after it. */
  isReadyAt(offset: number): boolean {
    return this.#position === offset && !this.#isTaking
  }

  async *take(size: number): ByteStream {
    this.#isTaking = true
    for (let left = size; left > 0;) {
      const chunk = this.#rest.byteLength > 0 ? this.#rest : (await this.#chunks.next()).value
      if (chunk === undefined) return
      const part = chunk.subarray(0, left)
      this.#rest = chunk.subarray(part.byteLength)
      this.#position += part.byteLength
      left -= part.byteLength
      this.#isTaking = left > 0
      yield part
    }
  }

  close(): void {
    // It ends when the chunk that is being waited for has come, or has not: nobody's loss any more.
    this.#chunks.return?.().catch(() => undefined)
  }
}
