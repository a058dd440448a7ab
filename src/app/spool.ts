import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Spool } from '../mirror/source-share.ts'
import type { LayoutPorts } from '../registry/layout/store.ts'
import { LayoutStore } from '../registry/layout/store.ts'
import type { Environment } from './system.ts'

/** Room on disk for blobs that go to several mirrors: where a runner says that temporary files belong, else the system's. */
export async function openSpool(env: Environment, ports: LayoutPorts): Promise<Spool> {
  const directory = await mkdtemp(join(env.RUNNER_TEMP || tmpdir(), 'transship-'))
  const store = await LayoutStore.open(directory, ports)
  return {
    repository: store.repository('spool'),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
