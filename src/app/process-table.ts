import { hostname } from 'node:os'
import { errorCode } from '../failure/error-code.ts'
import type { ProcessTable } from '../ports/process-table.ts'

/** The real process table. */
export function systemProcesses(): ProcessTable {
  return { host: hostname(), pid: process.pid, isRunning }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Not ours to signal, but there.
    return errorCode(error) === 'EPERM'
  }
}
