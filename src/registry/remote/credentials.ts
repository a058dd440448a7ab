import { Failure } from '../../failure/failure.ts'
import { isJsonObject, parseJsonObject, textMembers, type JsonObject } from '../../oci/json.ts'
import { canonicalRegistry, DOCKER_HUB } from '../../oci/reference.ts'

/** What to show a registry. An identity token is exchanged for access tokens; a bearer token is shown as it is. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity'; readonly token: string }
  | { readonly kind: 'bearer'; readonly token: string }

/** Finds the credential for a registry's host; undefined means: go without. */
export type CredentialSource = (host: string) => Promise<Credential | undefined>

/** No credentials at all, as a stranger would come. */
export const anonymous: CredentialSource = () => Promise.resolve(undefined)

/** Runs `docker-credential-NAME get`, the host on its standard input. Undefined: it has nothing for that host. */
export type CredentialHelper = (name: string, host: string) => Promise<{ Username: string; Secret: string } | undefined>

/** The parts of Docker's `config.json`, and of podman's `auth.json`, that hold credentials. */
export interface DockerConfig {
  readonly credHelpers: Readonly<Record<string, string>>
  readonly credsStore?: string
  readonly auths: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Docker keeps Docker Hub's credentials under the address of its first index. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/'

/**
 * Reads Docker's configuration; keys it does not know are left alone.
 * @throws Failure `credentials-unusable` where it is not JSON
 */
export function parseDockerConfig(bytes: Uint8Array, path: string): DockerConfig {
  const document = parseJsonObject(bytes)
  if (!document) throw new Failure('credentials-unusable', { host: path, reason: 'not-json' })
  const { credsStore } = document
  const auths = Object.entries(objectOf(document.auths)).map(([key, entry]) => [key, textMembers(objectOf(entry))])
  return {
    credHelpers: textMembers(objectOf(document.credHelpers)),
    ...(typeof credsStore === 'string' && credsStore !== '' && { credsStore }),
    auths: Object.fromEntries(auths),
  }
}

/**
 * Looks a host up as Docker does: its own helper, then the store for all, then the file itself. Configurations
 * are asked in order; the first that knows the host wins.
 */
export function dockerCredentials(configs: readonly DockerConfig[], helper: CredentialHelper): CredentialSource {
  return async (host) => {
    for (const config of configs) {
      const found = await lookUp(config, helper, host)
      if (found) return found
    }
    return undefined
  }
}

async function lookUp(config: DockerConfig, helper: CredentialHelper, host: string): Promise<Credential | undefined> {
  const key = host === DOCKER_HUB ? DOCKER_HUB_KEY : host
  const program = entryFor(config.credHelpers, host) ?? config.credsStore
  // Docker takes a helper without a name for the file itself.
  if (program) {
    const answer = await helper(program, key)
    if (answer) return fromPair(answer.Username, answer.Secret)
  }
  const entry = entryFor(config.auths, host)
  return entry && fromEntry(entry, host)
}

/** Keys are hosts, or addresses with scheme and path as older clients wrote them. */
function entryFor<Entry>(entries: Readonly<Record<string, Entry>>, host: string): Entry | undefined {
  const exact = Object.hasOwn(entries, host) ? entries[host] : undefined
  return exact ?? Object.entries(entries).find(([key]) => hostOfKey(key) === host)?.[1]
}

function hostOfKey(key: string): string {
  const withoutScheme = key.replace(/^https?:\/\//, '')
  return canonicalRegistry(withoutScheme.split('/', 1)[0] ?? '')
}

function fromEntry(entry: Readonly<Record<string, string>>, host: string): Credential | undefined {
  const { identitytoken, registrytoken, username, password, auth } = entry
  if (identitytoken) return { kind: 'identity', token: identitytoken }
  if (registrytoken) return { kind: 'bearer', token: registrytoken }
  if (username && password) return { kind: 'basic', username, password }
  if (!auth) return undefined
  const pair = Buffer.from(auth, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon <= 0) throw new Failure('credentials-unusable', { host, reason: 'not-a-pair' })
  // A password may hold colons, a user name not. Old clients padded the text with NUL bytes.
  return fromPair(pair.slice(0, colon), pair.slice(colon + 1).replace(/\0+$/, ''))
}

/** A helper says `<token>` for the user where the secret is an identity token. */
function fromPair(username: string, secret: string): Credential {
  return username === '<token>' ? { kind: 'identity', token: secret } : { kind: 'basic', username, password: secret }
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}
