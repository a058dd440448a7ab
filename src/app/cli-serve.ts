import { serve } from '../commands/serve.ts'
import { Failure } from '../failure/failure.ts'
import { logText } from '../report/terminal.ts'
import type { Parsed } from './flags.ts'
import { EXIT, type ExitStatus } from './exit-status.ts'
import { systemProcesses } from './process-table.ts'
import { runEnd } from './run-end.ts'
import { systemClock } from './system.ts'

const DEFAULT_PORT = '5000'

/** `transship serve`: runs until it is told to end. */
export async function runServe(flags: Parsed): Promise<ExitStatus> {
  const [directory, ...others] = flags.positionals
  if (directory === undefined || others.length > 0) {
    throw new Failure('input-missing', { name: 'DIR', need: 'directory' })
  }
  const port = flags.value('port') || DEFAULT_PORT
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Failure('input-invalid', { name: '--port', value: port, expected: '0-65535' })
  }
  const json = flags.isOn('json')
  const serving = await serve(
    {
      // The same spelling as where it is copied to.
      directory: directory.replace(/^oci:/, ''),
      port: Number(port),
      readOnly: flags.isOn('read-only'),
      signal: runEnd().signal,
      ...(flags.value('host') && { host: flags.value('host') }),
    },
    {
      processes: systemProcesses(),
      clock: systemClock,
      log: (line) => process.stderr.write(`${line}\n`),
      onRequest: ({ method, path, status }) => {
        if (!json) process.stderr.write(`${method} ${logText(path)} ${status}\n`)
      },
    },
  )
  process.stdout.write(
    json ? `${JSON.stringify({ address: serving.address })}\n` : `Serving ${directory} at ${serving.address}\n`,
  )
  await serving.closed
  return EXIT.done
}
