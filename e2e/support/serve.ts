import { temporaryDirectory } from '../../test/support/temp.ts'
import type { Stoppable } from './cleanup.ts'
import { startDaemon } from './daemon.ts'
import { CLI } from './transship.ts'

/** `transship serve`, as a user starts it. */
export interface Served extends Stoppable {
  readonly host: string
  readonly directory: string
  /** Nobody reads any longer what it prints. */
  closeOutput(): void
  /** Gives its exit status. */
  stop(): Promise<number | null>
}

/** Serves a directory, a new one unless told, on a free port. */
export async function startServe(existing?: string, ...flags: readonly string[]): Promise<Served> {
  const made = existing === undefined ? await temporaryDirectory() : undefined
  const directory = existing ?? made?.path ?? ''
  const daemon = await startDaemon({
    program: process.execPath,
    args: [CLI, 'serve', directory, '--port', '0', ...flags],
    announces: /Serving .+ at (\S+)\n/,
  })
  return {
    host: daemon.announcement[1] ?? '',
    directory,
    closeOutput: () => daemon.closeOutput(),
    async stop() {
      const exitCode = await daemon.stop()
      await made?.remove()
      return exitCode
    },
  }
}
