import { Failure } from '../../failure/failure.ts'
import type { RegistryRequest } from './exchange.ts'

/** A signal that follows others until it is released. */
export interface FollowingSignal {
  readonly signal: AbortSignal | undefined
  release(): void
}

/**
 * What ends a request: its own signal, and the run's end unless it tidies up after that. To be released when the
 * request is over: `AbortSignal.any` would leave something with the run's signal for every request of a long run.
 */
export function endOf(request: RegistryRequest, run: AbortSignal | undefined): FollowingSignal {
  const { signal: own, afterCancel } = request
  if (!own || !run || afterCancel) return { signal: own ?? (afterCancel ? undefined : run), release() {} }
  const controller = new AbortController()
  const followed = [own, run]
  const follow = () => controller.abort(followed.find(({ aborted }) => aborted)?.reason)
  for (const signal of followed) signal.addEventListener('abort', follow)
  if (followed.some(({ aborted }) => aborted)) follow()
  return {
    signal: controller.signal,
    release() {
      for (const signal of followed) signal.removeEventListener('abort', follow)
    },
  }
}

/** Aborted as soon as one of them is. */
export function anySignal(one?: AbortSignal, other?: AbortSignal): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other)
}

/** Why a signal was aborted, as a failure: `cancelled` unless the reason is one. */
export function abortFailure({ reason }: AbortSignal): Failure {
  return reason instanceof Failure ? reason : new Failure('cancelled', {}, { cause: reason })
}
