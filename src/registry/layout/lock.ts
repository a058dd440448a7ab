import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { Failure } from '../../failure/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ProcessTable } from '../../ports/process-table.ts'
import { hasCode, unlessMissing, writing } from './disk.ts'

/** A lock is held for milliseconds; one older than this was left behind. */
const STALE_AFTER = 30_000
/** Nobody takes so long from making the file to writing into it, unless it died in between. */
const EMPTY_AFTER = 1_000
const SHORTEST_WAIT = 5
const LONGEST_WAIT = 50

/** Says that the lock is still ours; what it throws makes `hold` start over. */
export type Confirm = () => Promise<void>

class LockLost extends Error {}

/**
 * A lock between processes, and between machines that share a disk: a file that only one can create. A lock whose
 * process is gone, or that is old, is broken.
 */
export class FileLock {
  constructor(
    private readonly path: string,
    private readonly processes: ProcessTable,
    private readonly clock: Clock,
    private readonly patience = 10_000,
  ) {}

  /**
   * Does some work while no one else does theirs. `work` calls `confirm` right before it makes its result visible:
   * a process that slept so long that its lock was broken starts over rather than undo the work of others.
   * @throws Failure `layout-locked` where the lock cannot be had in time
   */
  async hold<Result>(work: (confirm: Confirm) => Promise<Result>): Promise<Result> {
    const token = await this.acquire()
    const confirm = async (): Promise<void> => {
      if ((await this.read()) !== token) throw new LockLost()
    }
    try {
      return await work(confirm)
    } catch (error) {
      if (!(error instanceof LockLost)) throw error
    } finally {
      if ((await this.read()) === token) await rm(this.path, { force: true })
    }
    return this.hold(work)
  }

  private async acquire(): Promise<string> {
    const { host, pid } = this.processes
    const token = JSON.stringify({ host, pid, id: randomUUID() })
    const deadline = this.clock.now() + this.patience
    while (!(await this.create(token))) {
      const broken = await this.breakIfStale()
      if (broken) continue
      if (this.clock.now() >= deadline) {
        throw new Failure('layout-locked', { path: this.path, holder: describe(await this.read()) })
      }
      await this.clock.sleep(SHORTEST_WAIT + this.clock.random() * (LONGEST_WAIT - SHORTEST_WAIT))
    }
    return token
  }

  private async create(token: string): Promise<boolean> {
    return writing(this.path, async () => {
      try {
        await writeFile(this.path, token, { flag: 'wx' })
        return true
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false
        if (hasCode(error, 'ENOSPC')) await rm(this.path, { force: true })
        throw error
      }
    })
  }

  private async breakIfStale(): Promise<boolean> {
    const [token, found] = await Promise.all([this.read(), unlessMissing(stat(this.path))])
    if (token === undefined || found === undefined) return true
    const isOld = this.clock.now() - found.mtimeMs > (token === '' ? EMPTY_AFTER : STALE_AFTER)
    if (!isOld && !this.isOfDeadHolder(token)) return false
    await this.remove(token)
    return true
  }

  private isOfDeadHolder(token: string): boolean {
    const holder = parseHolder(token)
    return holder !== undefined && holder.host === this.processes.host && !this.processes.isRunning(holder.pid)
  }

  /** Takes the stale lock away by a rename, so that of two who try it only one does; a fresh one is put back. */
  private async remove(stale: string): Promise<void> {
    const aside = `${this.path}.${randomUUID()}`
    const moved = await unlessMissing(rename(this.path, aside).then(() => readFile(aside, 'utf8')))
    if (moved === undefined) return
    if (moved !== stale) await link(aside, this.path).catch(() => {})
    await rm(aside, { force: true })
  }

  private read(): Promise<string | undefined> {
    return unlessMissing(readFile(this.path, 'utf8'))
  }
}

function parseHolder(token: string): { host: string; pid: number } | undefined {
  try {
    const value: unknown = JSON.parse(token)
    if (typeof value !== 'object' || value === null || !('host' in value) || !('pid' in value)) return undefined
    const { host, pid } = value
    return typeof host === 'string' && typeof pid === 'number' ? { host, pid } : undefined
  } catch {
    return undefined
  }
}

function describe(token: string | undefined): string {
  const holder = parseHolder(token ?? '')
  return holder === undefined ? 'unknown' : `process ${holder.pid} on ${holder.host}`
}
