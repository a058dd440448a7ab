import { excerpt } from '../failure/excerpt.ts'
import { Failure } from '../failure/failure.ts'
import { formatPlace, isLayoutText, splitLayoutText, type Address, type Place } from '../oci/place.ts'
import { canonicalRegistry, DOCKER_HUB, isRegistry, isRepositoryPath, type ImageReference } from '../oci/reference.ts'

/**
 * How a mirror names what it serves: `prefix` keeps the source's levels (`mirror/docker.io/library/nginx`), `flat`
 * makes one level of them (`mirror/docker.io--library--nginx`), for registries that allow only two.
 */
export type Naming = 'prefix' | 'flat'

/** Where images go: a registry, below a prefix that may be empty, or a directory. */
export type Mirror = { readonly text: string; readonly naming: Naming } & (
  | { readonly kind: 'registry'; readonly registry: string; readonly prefix: string }
  | { readonly kind: 'layout'; readonly directory: string }
)

/** Registry, `/` and repository together: what clients commonly take (distribution-spec, "Pulling manifests"). */
const LONGEST_NAME = 255

/**
 * Reads a mirror: `ghcr.io/acme/mirror`, `127.0.0.1:5002`, or `oci:DIRECTORY`. It has neither tag nor digest, and its
 * registry is always written out.
 * @throws Failure `target-invalid`
 */
export function parseMirror(text: string, naming: Naming = 'prefix'): Mirror {
  const mirror = isLayoutText(text) ? readLayout(text, naming) : readRegistry(text, naming)
  if (mirror === undefined) throw new Failure('target-invalid', { text: excerpt(text) })
  return mirror
}

/**
 * The address under which a mirror serves a source, with the source's tag and digest. Two sources never share one:
 * registry, path and separators can all be told from the address again.
 * @throws Failure `address-too-long`
 */
export function addressAt(mirror: Mirror, source: ImageReference): Address {
  const nested = `${registryAsComponent(source.registry)}/${source.repository}`
  const name = mirror.naming === 'flat' ? flatten(nested) : nested
  const place = placeAt(mirror, name)
  const full = place.kind === 'registry' ? formatPlace(place) : place.repository
  if (full.length > LONGEST_NAME) {
    throw new Failure('address-too-long', { address: formatPlace(place), limit: LONGEST_NAME })
  }
  return {
    place,
    ...(source.tag !== undefined && { tag: source.tag }),
    ...(source.digest !== undefined && { digest: source.digest }),
  }
}

function readLayout(text: string, naming: Naming): Mirror | undefined {
  const { directory, name } = splitLayoutText(text)
  return directory === '' || name !== '' ? undefined : { kind: 'layout', text, naming, directory }
}

function readRegistry(text: string, naming: Naming): Mirror | undefined {
  const [host = '', ...path] = text.split('/')
  // A path has no capitals, but the account that a workflow makes it from may have some.
  const prefix = path.join('/').toLowerCase()
  const registry = canonicalRegistry(host)
  const wellFormed = isRegistry(host) && (path.length === 0 || isRepositoryPath(prefix))
  // Directly below Docker Hub are the official images: nobody else can write there.
  if (!wellFormed || (registry === DOCKER_HUB && prefix === '')) return undefined
  return { kind: 'registry', text, naming, registry, prefix }
}

function placeAt(mirror: Mirror, name: string): Place {
  if (mirror.kind === 'layout') return { kind: 'layout', directory: mirror.directory, repository: name }
  const repository = mirror.prefix === '' ? name : `${mirror.prefix}/${name}`
  return { kind: 'registry', registry: mirror.registry, repository }
}

/**
 * A registry's name as one path component. A port follows `_`, which no host can hold: `127.0.0.1_5001`. Colons of
 * an IPv6 address become `x`, which it cannot hold, behind a mark that no host can be: `[fd00::1]:5000` is
 * `ip6__fd00xx1_5000`.
 */
function registryAsComponent(registry: string): string {
  const bracket = registry.indexOf(']')
  const address = registry.slice(1, Math.max(bracket, 1))
  const rest = registry.slice(bracket + 1).replace(':', '_')
  return bracket === -1 ? rest : `ip6__${address.replaceAll(':', 'x')}${rest}`
}

/**
 * The name of a source that a directory holds under `prefix` naming, with the registry as it was:
 * `127.0.0.1_5001/app` is `127.0.0.1:5001/app`.
 */
export function sourceNameOf(name: string): string {
  const [component = '', ...path] = name.split('/')
  const [, address = '', port = ''] = /^ip6__([0-9a-fx]+)(?:_(\d+))?$/.exec(component) ?? []
  const registry =
    address === '' ? component.replace('_', ':') : `[${address.replaceAll('x', ':')}]${port && `:${port}`}`
  return [registry, ...path].join('/')
}

/** `/` becomes `--`; where two or more hyphens stood, one more stands now, so that `--` alone is always a `/`. */
function flatten(name: string): string {
  return name.replace(/-{2,}/g, '-$&').replaceAll('/', '--')
}
