import { spawn } from 'node:child_process'

export interface ProcessResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
}

/** A program under way. */
export interface RunningProcess<Result = ProcessResult> {
  readonly finished: Promise<Result>
  /** Fulfilled when its standard output holds this text; rejected when it ends without. */
  printed(text: string): Promise<void>
  /** Ends it: by SIGINT unless told, as a runner does first when somebody cancels. */
  kill(signal?: NodeJS.Signals): void
}

/** Starts a program with these variables only and no input. */
export function startProcess(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): RunningProcess {
  const started = performance.now()
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const finished = new Promise<ProcessResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) => {
      resolve({ exitCode, signal, stdout, stderr, milliseconds: performance.now() - started })
    })
  })
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve()
      }
      look()
      child.stdout.on('data', look)
      child.once('close', () => reject(new Error(`It ended without printing ${text}:\n${stdout}${stderr}`)))
    })
  return { finished, printed, kill: (signal = 'SIGINT') => void child.kill(signal) }
}
