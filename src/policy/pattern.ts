import type { PatternFault } from '../failure/pattern-fault.ts'
import { canonicalRegistry, DOCKER_HUB, isRegistry, isRepositoryPath, looksLikeHost } from '../oci/reference.ts'

/** A pattern by path level, registry first. A level is a name, a name with `*` in it, or `**`. */
export type Levels = readonly string[]

/** The level that stands for one or more whole levels. */
export const ANY_LEVELS = '**'

/** What a wildcard is replaced by to check the rest of its level: it fits into every place of the grammar. */
const PROBE = '0'
const REGISTRY_WITH_WILDCARD = /^[a-zA-Z0-9.:*-]+$/

/**
 * Reads a pattern of an allowlist: registry and repository, never a tag or a digest, with `*` for any characters
 * within a level and `**` for one or more levels. Names of Docker Hub take their canonical form, so that
 * `docker.io/nginx` and `docker.io/library/nginx` are one, and `docker.io/*` is the official images.
 */
export function parsePattern(text: string): Levels | PatternFault {
  if (text.includes('@')) return 'digest'
  if (text.includes(':', text.lastIndexOf('/') + 1)) return 'tag'
  const [first = '', ...path] = text.split('/')
  if ([first, ...path].some(hasStrayWildcard)) return 'wildcard'
  const fault = registryFault(first)
  if (fault !== undefined) return fault
  if (path.length === 0) return first === ANY_LEVELS ? [first] : 'no-repository'
  if (!isRepositoryPath(path.join('/').replaceAll(ANY_LEVELS, PROBE).replaceAll('*', PROBE))) return 'grammar'

  const registry = canonicalRegistry(first)
  const isOfficial = registry === DOCKER_HUB && path.length === 1 && path[0] !== ANY_LEVELS
  return isOfficial ? [registry, 'library', ...path] : [registry, ...path]
}

function registryFault(first: string): PatternFault | undefined {
  if (first === '*' || first === ANY_LEVELS) return undefined
  if (!looksLikeHost(first)) return 'no-registry'
  const wellFormed = first.includes('*') ? REGISTRY_WITH_WILDCARD.test(first) : isRegistry(first)
  return wellFormed ? undefined : 'grammar'
}

/** `**` means whole levels: within a level it would be read in two ways. */
function hasStrayWildcard(level: string): boolean {
  return level.includes(ANY_LEVELS) && level !== ANY_LEVELS
}
