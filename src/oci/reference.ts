import { excerpt } from '../failure/excerpt.ts'
import { Failure, type ReferenceFault } from '../failure/failure.ts'
import { isDigest, type Digest } from './digest.ts'

/**
 * An image's canonical name: Docker Hub's short names and aliases are already written out, the registry is in
 * lower case, and at least one of tag and digest is there.
 */
export interface ImageReference {
  /** Host with optional port, as in `docker.io`, `127.0.0.1:5000`, `[::1]:5000`. */
  readonly registry: string
  /** Path within the registry, as in `library/nginx`. */
  readonly repository: string
  readonly tag?: string
  readonly digest?: Digest
}

export const DOCKER_HUB = 'docker.io'
const DOCKER_HUB_ALIASES = new Set(['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'])

// github.com/distribution/reference, regexp.go: the grammar, with its own names.
const DOMAIN_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const HOST = `(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[[a-fA-F0-9:]+\\])`
const DOMAIN_AND_PORT = new RegExp(`^${HOST}(?::[0-9]+)?$`)
const PATH_COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const REMOTE_NAME = new RegExp(`^${PATH_COMPONENT}(?:/${PATH_COMPONENT})*$`)
const TAG = /^[\w][\w.-]{0,127}$/
const IDENTIFIER = /^[a-f0-9]{64}$/

const LONGEST_REPOSITORY = 255
// A host (253), a port, a repository, a tag and a sha512 digest: nothing longer can be a reference.
const LONGEST_REFERENCE = 253 + 6 + 1 + LONGEST_REPOSITORY + 1 + 128 + 1 + 135

/**
 * Reads an image reference by the grammar of the distribution project and normalises it: `nginx` is
 * `docker.io/library/nginx:latest`. A reference with a digest and no tag stays without a tag.
 * @throws Failure `reference-invalid`, naming what is wrong with it
 */
export function parseReference(text: string): ImageReference {
  const fault = (reason: ReferenceFault) => new Failure('reference-invalid', { text: excerpt(text), reason })
  if (text === '') throw fault('empty')
  if (text.length > LONGEST_REFERENCE) throw fault('too-long')
  if (/^[a-z]+:\/\//i.test(text)) throw fault('scheme')
  if (IDENTIFIER.test(text) || isDigest(text)) throw fault('identifier')

  const [named = '', digest, ...extra] = text.split('@')
  if (extra.length > 0 || (digest !== undefined && !isDigest(digest))) throw fault('digest')
  const { name, tag } = splitTag(named)
  if (tag !== undefined && !TAG.test(tag)) throw fault('tag')
  const { host, path } = splitHost(name)
  if (!isRegistry(host)) throw fault('grammar')
  if (!REMOTE_NAME.test(path)) throw fault(REMOTE_NAME.test(path.toLowerCase()) ? 'uppercase' : 'grammar')
  const registry = canonicalRegistry(host)
  const repository = registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path
  if (repository.length > LONGEST_REPOSITORY) throw fault('too-long')

  return {
    registry,
    repository,
    ...(tag === undefined && digest === undefined && { tag: 'latest' }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/**
 * Whether the first part of a name can only be a host. The distribution project also takes a capital letter for the
 * sign of one (`Docker/app`); not so here: in lower case, the canonical form, nothing would tell that host from a
 * namespace of Docker Hub.
 */
export function looksLikeHost(part: string): boolean {
  return /[.:]/.test(part) || part.toLowerCase() === 'localhost'
}

/**
 * Whether `text` names a registry: a host with optional port by the grammar, that nobody takes for a part of a
 * path, and that can be connected to (the grammar alone lets port 99999 and `[1:2]` pass).
 */
export function isRegistry(text: string): boolean {
  return looksLikeHost(text) && DOMAIN_AND_PORT.test(text) && URL.canParse(`https://${text}`)
}

/** Whether `text` may be used as a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text)
}

/** Whether `text` may be used as a repository's path within a registry. */
export function isRepositoryPath(text: string): boolean {
  return text.length <= LONGEST_REPOSITORY && REMOTE_NAME.test(text)
}

/** The whole reference, in the form that parses to itself. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`
  return `${repositoryName(reference)}${tag}${digest}`
}

/** Registry and repository, as in `docker.io/library/nginx`: the name that policy judges. */
export function repositoryName(reference: Pick<ImageReference, 'registry' | 'repository'>): string {
  return `${reference.registry}/${reference.repository}`
}

/** What to ask a registry for: the digest where there is one, since it says more than the tag. */
export function pullKey(reference: Pick<ImageReference, 'tag' | 'digest'>): string {
  return reference.digest ?? reference.tag ?? 'latest'
}

/** Canonical form of a registry's host: lower case, Docker Hub's aliases as `docker.io`. */
export function canonicalRegistry(host: string): string {
  const lower = host.toLowerCase()
  return DOCKER_HUB_ALIASES.has(lower) ? DOCKER_HUB : lower
}

function splitTag(named: string): { name: string; tag?: string } {
  const colon = named.lastIndexOf(':')
  if (colon === -1 || named.includes('/', colon)) return { name: named }
  return { name: named.slice(0, colon), tag: named.slice(colon + 1) }
}

/** The distribution project's rule: the first part is a host if it looks like one, else the host is Docker Hub. */
function splitHost(name: string): { host: string; path: string } {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  return looksLikeHost(first) ? { host: first, path: name.slice(slash + 1) } : { host: DOCKER_HUB, path: name }
}
