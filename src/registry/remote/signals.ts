import { Failure } from '../../failure/failure.ts'
import type { RegistryRequest } from './exchange.ts'

/** What ends a request: its own signal, and the run's end unless it tidies up after that. */
export function signalOf(request: RegistryRequest, run: AbortSignal | undefined): AbortSignal | undefined {
  return anySignal(request.afterCancel ? undefined : run, request.signal)
}

/** Aborted as soon as one of them is. */
export function anySignal(one?: AbortSignal, other?: AbortSignal): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other)
}

/** Why a signal was aborted, as a failure: `cancelled` unless the reason is one. */
export function abortFailure({ reason }: AbortSignal): Failure {
  return reason instanceof Failure ? reason : new Failure('cancelled', {}, { cause: reason })
}
