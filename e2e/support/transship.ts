import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { ErrorJson, OutcomeJson } from '../../src/report/json.ts'
import { run, type Ended } from '../../test/support/run.ts'
import type { Stoppable } from './cleanup.ts'

/** The program under test: the built one, or that which TRANSSHIP_CLI names. */
export const CLI = process.env.TRANSSHIP_CLI ?? fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** Nothing that this machine's user has set up has a part in the tests. */
export const CLEAN: Readonly<Record<string, string>> = {
  HOME: '/nonexistent',
  XDG_RUNTIME_DIR: '',
  DOCKER_CONFIG: '',
  REGISTRY_AUTH_FILE: '',
  TRANSSHIP_USERNAME: '',
  TRANSSHIP_PASSWORD: '',
}

type Environment = Readonly<Record<string, string>>

/** Runs `transship` to its end, as a user would. */
export function transship(args: readonly string[], environment: Environment = {}): Promise<Ended> {
  return run(process.execPath, [CLI, ...args], { cwd: tmpdir(), environment: { ...CLEAN, ...environment } })
}

/** How a run with `--json` ended. */
export interface JsonRun extends Ended {
  readonly outcomes: readonly OutcomeJson[]
  /** What ended the run before there were outcomes. */
  readonly error?: ErrorJson
}

/** The same with `--json`, its output read. */
export async function transshipJson(args: readonly string[], environment: Environment = {}): Promise<JsonRun> {
  const ended = await transship([...args, '--json'], environment)
  const document = readJson(ended)
  return 'error' in document ? { ...ended, outcomes: [], error: document.error } : { ...ended, outcomes: document }
}

function readJson({ exitCode, stdout, stderr }: Ended): readonly OutcomeJson[] | { readonly error: ErrorJson } {
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`no JSON, exit status ${exitCode}: ${stdout}${stderr}`)
  }
}

/** A run that can be watched, and ended before its time. */
export interface Running extends Stoppable {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts `transship` and does not wait for its end. */
export function startTransship(args: readonly string[], environment: Environment = {}): Running {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: tmpdir(),
    env: { ...process.env, ...CLEAN, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<Ended>((resolve) => {
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
  return { child, ended, stop: () => Promise.resolve(child.kill('SIGKILL')) }
}
