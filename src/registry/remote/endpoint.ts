import { Failure } from '../../failure/failure.ts'
import { canonicalRegistry, DOCKER_HUB, isRepositoryPath } from '../../oci/reference.ts'

/** Where a registry is really spoken to. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: URL
  /** The name under which its credentials are found: a proxy is not shown those of the registry it stands for. */
  readonly credentialHost: string
  /** What stands before every repository's path there, as in Harbor's proxy projects; with a slash at its end. */
  readonly prefix: string
}

export interface EndpointOptions {
  /** From a registry's name to `host[:port][/prefix]`, with or without a scheme. */
  readonly endpoints: Readonly<Record<string, string>>
  /** Hosts, with their port if they have one, that are spoken to without TLS. */
  readonly insecure: readonly string[]
}

/** Docker Hub's name is not the host that serves it. */
const WELL_KNOWN: Readonly<Record<string, string>> = { [DOCKER_HUB]: 'https://registry-1.docker.io' }

const SCHEME = /^(https?):\/\//

/**
 * Finds where a registry is spoken to: the endpoint it is mapped to, else its own host. Plain http is for loopback,
 * for hosts named as insecure, and for endpoints that say `http://`.
 * @throws Failure `input-invalid` for an endpoint that is no address
 */
export function endpointFor(registry: string, { endpoints, insecure }: EndpointOptions): Endpoint {
  const mapped = mappedTo(registry, endpoints)
  const text = mapped ?? WELL_KNOWN[registry] ?? registry
  const address = addressOf(text, insecure)
  if (address === undefined) {
    throw new Failure('input-invalid', { name: 'endpoints', value: text, expected: 'host[:port][/prefix]' })
  }
  return {
    origin: address.origin,
    credentialHost: mapped === undefined ? registry : canonicalRegistry(address.host),
    prefix: address.path === '' ? '' : `${address.path}/`,
  }
}

/**
 * The hosts that the operator has named: of endpoints, of registries without TLS, and of these registries; with a
 * port where it is not the scheme's own. An endpoint that is no address names none.
 */
export function namedHosts(registries: readonly string[], { endpoints, insecure }: EndpointOptions): string[] {
  const spokenTo = registries.map((registry) => mappedTo(registry, endpoints) ?? WELL_KNOWN[registry] ?? registry)
  return [...Object.values(endpoints), ...insecure, ...spokenTo].flatMap(
    (text) => addressOf(text, insecure)?.origin.host ?? [],
  )
}

function mappedTo(registry: string, endpoints: EndpointOptions['endpoints']): string | undefined {
  return Object.entries(endpoints).find(([name]) => canonicalRegistry(name) === registry)?.[1]
}

/** The parts of `[scheme://]host[:port][/path]`; undefined where it is something else. */
function addressOf(text: string, insecure: readonly string[]) {
  const host = text.replace(SCHEME, '').split('/', 1)[0] ?? ''
  const scheme = SCHEME.exec(text)?.[1] ?? (isLoopback(host) || insecure.includes(host) ? 'http' : 'https')
  const path = text
    .replace(SCHEME, '')
    .slice(host.length)
    .replace(/^\/|\/$/g, '')
  const address = `${scheme}://${host}`
  const isAddress = URL.canParse(address) && (path === '' || isRepositoryPath(path)) && !/[@?#]/.test(text)
  return isAddress ? { origin: new URL(address), host, path } : undefined
}

/** Whether a host, with or without a port, is this machine itself. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)
}
