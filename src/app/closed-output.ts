import { errorCode } from '../failure/error-code.ts'
import { Failure } from '../failure/failure.ts'
import { printFailure } from './cli-output.ts'

/**
 * Keeps a lost output from ending the work: whoever reads it may leave early (`| head -1`), and a server outlives
 * the reader of its log. What cannot be written for another reason, as on a full disk, fails the run at its end.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.stdout.once('error', (error) => {
    const code = errorCode(error)
    if (code === 'EPIPE') return
    process.once('exit', () => (process.exitCode ||= 1))
    printFailure(code === 'ENOSPC' ? new Failure('disk-full', { path: 'standard output' }) : Failure.from(error), false)
  })
}
