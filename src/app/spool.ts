import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../failure/error-code.ts'
import { Failure } from '../failure/failure.ts'
import type { Spool } from '../mirror/source-share.ts'
import type { ProcessTable } from '../ports/process-table.ts'
import type { LayoutPorts } from '../registry/layout/store.ts'
import { LayoutStore } from '../registry/layout/store.ts'
import type { Environment } from './system.ts'

/** `transship~HOST~PID~UNIQUE`: whoever finds it can tell whether its run is still there. */
const SPOOL_NAME = /^transship~(?<host>.*)~(?<pid>\d+)~\w+$/

/**
 * Room on disk for blobs that go to several mirrors: where a runner says that temporary files belong, else the
 * system's. What runs that were killed have left there is removed.
 * @throws Failure `directory-unwritable`
 */
export async function openSpool(env: Environment, ports: LayoutPorts): Promise<Spool> {
  const room = env.RUNNER_TEMP || tmpdir()
  const { host, pid } = ports.processes
  const directory = await mkdtemp(join(room, `transship~${host}~${pid}~`)).catch((cause: unknown) => {
    throw new Failure('directory-unwritable', { path: room, reason: errorCode(cause) ?? '' }, { cause })
  })
  // What cannot be tidied up is no reason to go without.
  await removeAbandoned(room, directory, ports.processes).catch(() => undefined)
  const store = await LayoutStore.open(directory, ports)
  return {
    repository: store.repository('spool'),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Others may have directories there too: only what belongs to the owner of `mine` is looked into. */
async function removeAbandoned(room: string, mine: string, processes: ProcessTable): Promise<void> {
  const { uid } = await lstat(mine)
  for (const name of await readdir(room)) {
    const found = SPOOL_NAME.exec(name)?.groups
    if (found?.host !== processes.host || processes.isRunning(Number(found.pid))) continue
    const path = join(room, name)
    const entry = await lstat(path).catch(() => undefined)
    if (entry?.isDirectory() && entry.uid === uid) await rm(path, { recursive: true, force: true })
  }
}
