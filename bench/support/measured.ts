import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { SURROUNDINGS } from './contestants.ts'

const INTERVAL = 50

/** What a run took. */
export interface Measured {
  /** Peak of resident memory, in bytes. */
  readonly peak: number
  readonly seconds: number
}

/**
 * Runs a program to its end and measures it. The kernel keeps the peak itself (VmHWM in proc(5)); it is read again
 * and again because it goes with the process.
 */
export async function runMeasured(program: string, args: readonly string[]): Promise<Measured> {
  const { cwd, environment } = SURROUNDINGS
  const started = performance.now()
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const ended = once(child, 'exit').then(() => performance.now())
  let peak = 0
  while (child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, await peakOf(child.pid ?? 0))
    await Promise.race([ended, sleep(INTERVAL)])
  }
  const seconds = ((await ended) - started) / 1000
  if (child.exitCode !== 0) throw new Error(`${program} ended with ${child.exitCode}: ${complaint}`)
  return { peak, seconds }
}

/** Zero where the process is gone. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
