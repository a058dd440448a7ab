/** Who this process is and which others run, as an argument: only the program's entries ask the system. */
export interface ProcessTable {
  /** This machine's name. */
  readonly host: string
  /** This process, on this machine. */
  readonly pid: number
  /** Whether a process of this machine runs now. */
  isRunning(pid: number): boolean
}
