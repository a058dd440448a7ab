import { Failure } from '../../failure/failure.ts'
import type { ByteStream } from '../repository.ts'

/** Longest time without enough bytes, in milliseconds, unless told. */
export const PATIENCE = 60_000
/** Bytes a second that are enough, unless told. */
export const LEAST_RATE = 1024

/** Waiting is noticed this often within the patience, which needs no clock and costs fast streams nothing. */
const SAMPLES = 20

export interface WatchOptions {
  /** Who is watched, for the message. */
  readonly host: string
  /** How much waiting may pass, in milliseconds, before enough bytes have come. */
  readonly patience: number
  /** Bytes a second that are enough, on average over the patience; `LEAST_RATE` unless told. */
  readonly leastRate?: number
  /** Ends what stalls; called once, with the failure that the stream's reader shall see. */
  readonly abort: (failure: Failure) => void
}

/** How many bytes have to come while the patience is waited through; a single one at least. */
export function enoughBytes({
  patience,
  leastRate = LEAST_RATE,
}: Pick<WatchOptions, 'patience' | 'leastRate'>): number {
  return Math.max(1, (leastRate * patience) / 1000)
}

/**
 * Watches whoever gives the bytes: time counts only while the next chunk is waited for, so a reader that holds
 * the stream back is not taken for a stall. undici's own body timer does not run during backpressure at all.
 */
export async function* watchSource(stream: ByteStream, options: WatchOptions): ByteStream {
  const watch = startWatch(options)
  const iterator = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      watch.waiting()
      const next = await iterator.next()
      if (next.done) return
      watch.passed(next.value.byteLength)
      yield next.value
    }
  } finally {
    watch.stop()
    await iterator.return?.()
  }
}

/** Watches whoever takes the bytes: time counts only while a chunk that was handed on is not asked past. */
export async function* watchSink(stream: ByteStream, options: WatchOptions): ByteStream {
  const watch = startWatch(options)
  try {
    for await (const chunk of stream) {
      watch.waiting()
      yield chunk
      watch.passed(chunk.byteLength)
    }
  } finally {
    watch.stop()
  }
}

/** Counts the waiting since enough bytes have come; what came before that does not excuse what comes not. */
function startWatch(options: WatchOptions) {
  const { host, patience, abort } = options
  const enough = enoughBytes(options)
  let [isWaiting, samples, bytes] = [false, 0, 0]
  const timer = setInterval(
    () => {
      if (!isWaiting) return
      samples += 1
      if (samples < SAMPLES) return
      clearInterval(timer)
      abort(new Failure('registry-stalled', { host, seconds: Math.round(patience / 1000) }))
    },
    Math.ceil(patience / SAMPLES),
  ).unref()
  return {
    waiting() {
      isWaiting = true
    },
    passed(count: number) {
      isWaiting = false
      bytes += count
      if (bytes >= enough) [samples, bytes] = [0, 0]
    },
    stop: () => clearInterval(timer),
  }
}
