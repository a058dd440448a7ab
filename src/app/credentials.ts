import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../failure/failure.ts'
import { parseJsonObject } from '../oci/json.ts'
import {
  dockerCredentials,
  parseDockerConfig,
  type Credential,
  type CredentialHelper,
  type CredentialSource,
  type DockerConfig,
} from '../registry/remote/credentials.ts'
import type { Environment } from './system.ts'

/** Credentials that were given to this run by name. */
export interface GivenCredentials {
  readonly username: string
  readonly password: string
  /** The workflow's own token, which GHCR takes for packages of the repository's owner. */
  readonly githubToken: string
  readonly githubActor: string
}

/** What the command line is given by its environment, since arguments can be read by others; no token. */
export function environmentCredentials({ TRANSSHIP_USERNAME, TRANSSHIP_PASSWORD }: Environment): GivenCredentials {
  return { username: TRANSSHIP_USERNAME ?? '', password: TRANSSHIP_PASSWORD ?? '', githubToken: '', githubActor: '' }
}

const GHCR = 'ghcr.io'

/** What is known from logins before this run: Docker's configuration, and podman's. The signal ends their helpers. */
export async function loadDockerCredentials(env: Environment, signal: AbortSignal): Promise<CredentialSource> {
  const loaded = await Promise.all(configPaths(env).map(loadDockerConfig))
  return dockerCredentials(
    loaded.filter((config) => config !== undefined),
    (name, host) => runHelper(name, host, signal),
  )
}

/**
 * Credentials for the mirrors on `hosts`: those given by name, then those of earlier logins, then for GHCR the workflow's token.
 * @throws Failure `credentials-ambiguous` where one pair would go to several registries
 */
export function mirrorCredentials(
  given: GivenCredentials,
  hosts: readonly string[],
  earlier: CredentialSource,
): CredentialSource {
  const { username, password, githubToken, githubActor } = given
  const isGiven = username !== '' && password !== ''
  if (isGiven && hosts.length > 1) throw new Failure('credentials-ambiguous', { hosts: hosts.join(', ') })
  const byName: Credential | undefined = isGiven ? { kind: 'basic', username, password } : undefined
  const token: Credential | undefined =
    githubToken === '' ? undefined : { kind: 'basic', username: githubActor || 'x-access-token', password: githubToken }
  return async (host) => {
    if (byName && hosts.includes(host)) return byName
    return (await earlier(host)) ?? (host === GHCR ? token : undefined)
  }
}

function configPaths(env: Environment): string[] {
  const paths = [
    env.REGISTRY_AUTH_FILE,
    join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json'),
    env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, 'containers', 'auth.json'),
  ]
  return paths.filter((path): path is string => path !== undefined && path !== '')
}

async function loadDockerConfig(path: string): Promise<DockerConfig | undefined> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch {
    return undefined
  }
  return parseDockerConfig(bytes, path)
}

/** What helpers say when they merely have nothing for a host. */
const NOTHING = /credentials not found|no credentials/i
const HELPER_NAME = /^[\w.-]+$/
/** Milliseconds; long enough for a person to unlock a store. */
const HELPER_TIME = 120_000

/** The protocol of docker-credential-helpers: the host goes in, JSON comes out. Nothing is given as an argument. */
async function runHelper(name: string, host: string, signal: AbortSignal): ReturnType<CredentialHelper> {
  const fail = (cause?: unknown) => new Failure('credentials-unusable', { host, reason: 'helper' }, { cause })
  if (!HELPER_NAME.test(name)) throw fail()
  const end = AbortSignal.any([signal, AbortSignal.timeout(HELPER_TIME)])
  const { code, output } = await run(`docker-credential-${name}`, ['get'], host, end).catch((error: unknown) => {
    signal.throwIfAborted()
    throw fail(error)
  })
  if (code !== 0) {
    if (NOTHING.test(output)) return undefined
    throw fail()
  }
  const { Username, Secret } = parseJsonObject(Buffer.from(output)) ?? {}
  if (typeof Username !== 'string' || typeof Secret !== 'string') throw fail()
  return { Username, Secret }
}

function run(
  program: string,
  args: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], signal, killSignal: 'SIGKILL' })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => {
      // Its own children may outlive it and hold the pipe, which would keep this program.
      child.stdout.destroy()
      reject(error)
    })
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }))
    // A helper that does not read its input must not end this program.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${input}\n`)
  })
}
