import { Failure } from '../../failure/failure.ts'
import type { ByteStream } from '../repository.ts'

/** Longest time without a byte, in milliseconds, unless told. */
export const PATIENCE = 60_000

export interface WatchOptions {
  /** Who is watched, for the message. */
  readonly host: string
  /** Longest time without a byte, in milliseconds. */
  readonly patience: number
  /** Ends what stalls; called once, with the failure that the stream's reader shall see. */
  readonly abort: (failure: Failure) => void
}

/**
 * Watches whoever gives the bytes: time counts only while the next chunk is waited for, so a reader that holds
 * the stream back is not taken for a stall. undici's own body timer does not run during backpressure at all.
 */
export async function* watchSource(stream: ByteStream, options: WatchOptions): ByteStream {
  const timer = stallTimer(options)
  const iterator = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      timer.start()
      const next = await iterator.next()
      timer.stop()
      if (next.done) return
      yield next.value
    }
  } finally {
    timer.stop()
    await iterator.return?.()
  }
}

/** Watches whoever takes the bytes: time counts only while a chunk that was handed on is not asked past. */
export async function* watchSink(stream: ByteStream, options: WatchOptions): ByteStream {
  const timer = stallTimer(options)
  try {
    for await (const chunk of stream) {
      timer.start()
      yield chunk
      timer.stop()
    }
  } finally {
    timer.stop()
  }
}

function stallTimer({ host, patience, abort }: WatchOptions) {
  let timer: NodeJS.Timeout | undefined
  return {
    start() {
      timer = setTimeout(
        () => abort(new Failure('registry-stalled', { host, seconds: Math.round(patience / 1000) })),
        patience,
      )
    },
    stop() {
      clearTimeout(timer)
    },
  }
}
