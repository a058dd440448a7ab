import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '../../test/support/temp.ts'
import type { Stoppable } from './cleanup.ts'
import { startDaemon } from './daemon.ts'

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
  return {
    host: `127.0.0.1:${daemon.announcement[1]}`,
    storage: storageIn(directory.path),
    async stop() {
      await daemon.stop()
      await directory.remove()
    },
  }
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
