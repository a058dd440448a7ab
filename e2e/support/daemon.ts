import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Stoppable } from './cleanup.ts'

export interface DaemonOptions {
  readonly program: string
  readonly args: readonly string[]
  /** Added to this process's own. */
  readonly environment?: Readonly<Record<string, string>>
  /** What it prints once it can be spoken to. */
  readonly announces: RegExp
}

/** A program that runs until it is stopped. */
export interface Daemon extends Stoppable {
  /** What it printed when it was ready, and the groups of that. */
  readonly announcement: RegExpExecArray
  /** Nobody reads any longer what it prints. */
  closeOutput(): void
  /** Asks it to end, and gives its exit status; null where a signal ended it. */
  stop(): Promise<number | null>
}

/** How long a program has between being asked to end and being made to, in milliseconds. */
const GRACE = 5_000

/** Starts a program and waits until it says that it is ready. Rejects with its output where it ends before. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const child = spawn(options.program, options.args, {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const announcement = await announced(child, options)
  const closeOutput = () => {
    child.stdout.destroy()
    child.stderr.destroy()
  }
  return { announcement, closeOutput, stop: () => end(child) }
}

function announced(child: ChildProcess, { program, announces }: DaemonOptions): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const match = announces.exec(output)
      if (match) resolve(match)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}: ${output}`)))
  })
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE)
  await ended
  clearTimeout(timer)
  return child.exitCode
}
