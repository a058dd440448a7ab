import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runOk } from '../../test/support/run.ts'
import { temporaryDirectory } from '../../test/support/temp.ts'
import type { Stoppable } from './cleanup.ts'

/** podman with images of its own. */
export interface Podman extends Stoppable {
  /** Runs a podman command and gives what it printed. */
  run(...args: readonly string[]): Promise<string>
}

/** Sets up podman's storage in a directory of its own, by the driver that works everywhere. */
export async function podmanHome(program: string): Promise<Podman> {
  const directory = await temporaryDirectory()
  const at = (name: string) => join(directory.path, name)
  const storage = ['--root', at('root'), '--runroot', at('run'), '--tmpdir', at('tmp'), '--storage-driver', 'vfs']
  const environment = { HOME: directory.path, CONTAINERS_STORAGE_CONF: at('storage.conf') }
  await writeFile(
    at('storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = "${at('root')}"\nrunroot = "${at('run')}"\n`,
  )
  return {
    run: (...args) => runOk(program, [...storage, ...args], { environment }),
    stop: () => directory.remove(),
  }
}
