import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '../../test/support/temp.ts'
import type { Stoppable } from './cleanup.ts'
import { startDaemon } from './daemon.ts'

/** A containerd that shares nothing with one that this machine may run. */
export interface Containerd extends Stoppable {
  readonly socket: string
}

/** Starts a containerd in a directory of its own, without the parts that reach out of it. Needs root. */
export async function startContainerd(program: string): Promise<Containerd> {
  const directory = await temporaryDirectory()
  const [config, socket] = [join(directory.path, 'config.toml'), join(directory.path, 'containerd.sock')]
  await writeFile(config, configuration(directory.path, socket))
  const daemon = await startDaemon({ program, args: ['--config', config], announces: /successfully booted/ })
  return {
    socket,
    async stop() {
      await daemon.stop()
      await directory.remove()
    },
  }
}

function configuration(directory: string, socket: string): string {
  return [
    'version = 2',
    `root = "${directory}/root"`,
    `state = "${directory}/state"`,
    // The one listens for Kubernetes, the other makes /opt/containerd.
    'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]',
    '[grpc]',
    `address = "${socket}"`,
    '',
  ].join('\n')
}
