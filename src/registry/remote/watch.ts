import { Failure } from '../../failure/failure.ts'
import type { Body, Exchange } from './exchange.ts'
import { anySignal } from './signals.ts'
import { watchSink, watchSource, type WatchOptions } from './watchdog.ts'

const ANSWER_TIME = 60_000

/**
 * Ends requests that no longer get on: whose body is not taken, whose answer does not begin, or whose answer's body
 * does not come. Nothing that a host may say before its answer (1xx) buys it time.
 */
export function withWatch(exchange: Exchange, options: Pick<WatchOptions, 'patience' | 'leastRate'>): Exchange {
  return async (request) => {
    const { url, body, answerWithin = ANSWER_TIME } = request
    const end = new AbortController()
    const watch = { ...options, host: url.host, abort: (failure: Failure) => end.abort(failure) }
    const answer = timeLimit(answerWithin, () => end.abort(timeout(url.host)))
    const signal = anySignal(request.signal, end.signal)
    if (body === undefined || 'bytes' in body) answer.begin()
    try {
      const response = await exchange({
        ...request,
        ...(body && { body: watchedBody(body, watch, () => answer.begin()) }),
        ...(signal && { signal }),
      })
      const release = timeLimit(options.patience, () => end.abort(timeout(url.host)))
      return {
        ...response,
        body: watchSource(response.body, watch),
        discard() {
          release.begin()
          return response.discard().finally(() => release.end())
        },
      }
    } finally {
      answer.end()
    }
  }
}

function watchedBody(body: Body, watch: WatchOptions, onSent: () => void): Body {
  if ('bytes' in body) return body
  const { size, open } = body
  return {
    size,
    async *open() {
      yield* watchSink(open(), watch)
      onSent()
    },
  }
}

function timeout(host: string): Failure {
  return new Failure('registry-unreachable', { host, reason: 'timeout', detail: '' })
}

function timeLimit(milliseconds: number, onOver: () => void) {
  let timer: NodeJS.Timeout | undefined
  let isEnded = false
  return {
    begin() {
      if (!isEnded) timer = setTimeout(onOver, milliseconds)
    },
    end() {
      isEnded = true
      clearTimeout(timer)
    },
  }
}
