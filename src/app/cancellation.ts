import { Failure } from '../failure/failure.ts'

/**
 * Aborted when the run is told to end. A runner that cancels a job sends SIGINT, then SIGTERM, and waits some
 * seconds: enough to stop copying and to say so.
 */
export function cancellation(): AbortSignal {
  const controller = new AbortController()
  const cancel = () => controller.abort(new Failure('cancelled', {}))
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  return controller.signal
}
