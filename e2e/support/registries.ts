import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../../test/support/run.ts'
import { temporaryDirectory } from '../../test/support/temp.ts'
import type { Stoppable } from './cleanup.ts'
import { startDaemon } from './daemon.ts'
import { freePort } from './free-port.ts'

/** A registry that others wrote. */
export interface RegistryKind {
  readonly name: string
  /** The program, as it is found on PATH. */
  readonly program: string
  /** Its arguments, after writing in `directory` whatever it needs to read. It is to take any free port. */
  readonly prepare: (directory: string, options: RegistryOptions) => Promise<readonly string[]>
  /** What it prints when it listens, the port as the first group. */
  readonly announces: RegExp
}

export interface RegistryOptions {
  /** Only `USER` may come in. */
  readonly isPrivate?: boolean
}

/** A registry that runs on loopback, with a directory of its own. */
export interface RunningRegistry extends Stoppable {
  /** Host and port. */
  readonly host: string
  /** Where it keeps what it is given. */
  readonly storage: string
}

/** Who may enter a private registry. The colon belongs to the password, where some parsers lose it. */
export const USER = { username: 'captain', password: 'correct horse:battery' }
/** The same, hashed by bcrypt at its lowest cost: it guards nothing. */
const HTPASSWD = `${USER.username}:$2b$04$transshiptransshiptraeOxZYJ4CI1mCI2hLhWy7nTJMVuWixiD2\n`

export const DOCKER_REGISTRY: RegistryKind = {
  name: 'distribution 2.8',
  program: 'docker-registry',
  prepare: prepareDistribution,
  announces: /listening on [\d.]+:(\d+)/,
}

/** Has referrers and mounts. It says nothing of the port that it takes, and it speaks before it listens. */
const OLAREG: RegistryKind = {
  name: 'olareg',
  program: 'olareg',
  prepare: async (directory) => {
    const address = ['--addr', '127.0.0.1', '--port', String(await freePort())]
    return ['serve', ...address, '--dir', storageIn(directory), '--verbosity', 'info']
  },
  announces: /launching server" addr=127\.0\.0\.1:(\d+)/,
}

/**
 * Has referrers and mounts, and takes Docker's media types where it is told to. Written from zot's documentation: it
 * has not been run by this project yet, and takes part wherever it is installed.
 */
const ZOT: RegistryKind = {
  name: 'zot',
  program: 'zot',
  prepare: async (directory) => {
    const file = join(directory, 'config.json')
    const config = {
      distSpecVersion: '1.1.1',
      storage: { rootDirectory: storageIn(directory), gc: false },
      http: { address: '127.0.0.1', port: '0', compat: ['docker2s2'] },
      log: { level: 'info' },
    }
    await writeFile(file, JSON.stringify(config))
    return ['serve', file]
  },
  announces: /"port":(\d+)/,
}

/** All kinds; what is added here is tried as a source and as a mirror of every other. */
export const REGISTRY_KINDS: readonly RegistryKind[] = [
  DOCKER_REGISTRY,
  { ...DOCKER_REGISTRY, name: 'distribution 3', program: 'registry' },
  {
    name: 'crane registry serve',
    program: 'crane',
    prepare: (directory) =>
      Promise.resolve(['registry', 'serve', '--address', '127.0.0.1:0', '--disk', storageIn(directory)]),
    announces: /serving on port (\d+)/,
  },
  OLAREG,
  ...(findProgram(ZOT.program) === undefined ? [] : [ZOT]),
]

/** Starts a registry and waits until it listens. */
export async function startRegistry(kind: RegistryKind, options: RegistryOptions = {}): Promise<RunningRegistry> {
  const directory = await temporaryDirectory()
  await mkdir(storageIn(directory.path))
  const daemon = await startDaemon({
    program: kind.program,
    args: await kind.prepare(directory.path, options),
    // Distribution 3 would look for a collector of traces.
    environment: { OTEL_TRACES_EXPORTER: 'none' },
    announces: kind.announces,
  })
  const host = `127.0.0.1:${daemon.announcement[1]}`
  await answering(host)
  return {
    host,
    storage: storageIn(directory.path),
    async stop() {
      await daemon.stop()
      await directory.remove()
    },
  }
}

/** Waits until somebody listens there, and not for ever. */
async function answering(host: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined)
    if (answer !== undefined) return void (await answer.arrayBuffer())
    await sleep(5)
  }
  throw new Error(`nobody listens at ${host}`)
}

const storageIn = (directory: string) => join(directory, 'storage')

/** Distribution reads YAML, so JSON will do. */
async function prepareDistribution(directory: string, options: RegistryOptions): Promise<readonly string[]> {
  const users = join(directory, 'htpasswd')
  const file = join(directory, 'config.yml')
  const config = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storageIn(directory) }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    ...(options.isPrivate && { auth: { htpasswd: { realm: 'test', path: users } } }),
  }
  await writeFile(users, HTPASSWD)
  await writeFile(file, JSON.stringify(config))
  return ['serve', file]
}
