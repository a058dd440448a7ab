import { Failure } from '../failure/failure.ts'

/** Milliseconds: `timeout` sends its signal twice, and `npx` passes on what the terminal has sent already. */
const SAME_SIGNAL = 2_000

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
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    onSignal(name, () => controller.abort(new Failure('cancelled', {})))
  const { signal } = controller
  if (deadline === undefined) return { signal }
  const left = deadline - performance.now()
  const reach = () => controller.abort(new Failure('deadline-reached', { milliseconds: deadline }))
  // A run that is done earlier does not wait for it.
  setTimeout(reach, left).unref()
  return { signal, until: Math.round(Date.now() + left) }
}

/** A signal that comes again at once is the same one; who sends it later wants the program to end without more ado. */
function onSignal(name: NodeJS.Signals, cancel: () => void): void {
  const listener = () => {
    cancel()
    setTimeout(() => process.off(name, listener), SAME_SIGNAL).unref()
  }
  process.on(name, listener)
}
