import { Failure } from '../failure/failure.ts'

/** How a run comes to its end before its work is done. */
export interface RunEnd {
  /** Its reason is a Failure: `cancelled` or `deadline-reached`. */
  readonly signal: AbortSignal
  /** When the deadline is, in milliseconds since the Unix epoch; absent where there is none. */
  readonly until?: number
}

/**
 * Ends the run when it is told to, or when its time is over. A runner that cancels a job sends SIGINT, then SIGTERM,
 * and waits some seconds: enough to stop copying and to say so.
 * @param deadline milliseconds from the program's start
 */
export function runEnd(deadline?: number): RunEnd {
  const controller = new AbortController()
  const cancel = () => controller.abort(new Failure('cancelled', {}))
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  const { signal } = controller
  if (deadline === undefined) return { signal }
  const left = deadline - performance.now()
  const reach = () => controller.abort(new Failure('deadline-reached', { milliseconds: deadline }))
  // A run that is done earlier does not wait for it.
  setTimeout(reach, left).unref()
  return { signal, until: Math.round(Date.now() + left) }
}
