import { excerpt } from '../failure/excerpt.ts'
import { Failure } from '../failure/failure.ts'
import { isDigest, type Digest } from './digest.ts'
import { formatReference, isRepositoryPath, isTag, parseReference, type ImageReference } from './reference.ts'

/** A repository on a registry, or one in a directory that is an OCI image layout. */
export type Place =
  | { readonly kind: 'registry'; readonly registry: string; readonly repository: string }
  | { readonly kind: 'layout'; readonly directory: string; readonly repository: string }

/** Where one image is, or will be: a place in which a tag, a digest or both name it. */
export interface Address {
  readonly place: Place
  readonly tag?: string
  readonly digest?: Digest
}

const LAYOUT = 'oci:'

/** Whether `text` names a directory rather than a registry. */
export function isLayoutText(text: string): boolean {
  return text.startsWith(LAYOUT)
}

/** Splits `oci:DIRECTORY[:NAME]`; the directory ends at the first colon, as skopeo has it. */
export function splitLayoutText(text: string): { directory: string; name: string } {
  const rest = text.slice(LAYOUT.length)
  const colon = rest.indexOf(':')
  return colon === -1 ? { directory: rest, name: '' } : { directory: rest.slice(0, colon), name: rest.slice(colon + 1) }
}

/** The address of an image on a registry. */
export function registryAddress(reference: ImageReference): Address {
  const { registry, repository, tag, digest } = reference
  return {
    place: { kind: 'registry', registry, repository },
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/**
 * Reads where an image is or shall be: an image reference, or `oci:DIRECTORY:NAME[:TAG][@DIGEST]`. A directory
 * without a name has the empty repository and neither tag nor digest.
 * @throws Failure `reference-invalid`, `target-invalid`
 */
export function parseAddress(text: string): Address {
  if (!isLayoutText(text)) return registryAddress(parseReference(text))
  const { directory, name } = splitLayoutText(text)
  if (directory === '') throw new Failure('target-invalid', { text: excerpt(text) })
  if (name === '') return { place: { kind: 'layout', directory, repository: '' } }

  const [named = '', digest, ...extra] = name.split('@')
  const colon = named.lastIndexOf(':')
  const hasTag = colon !== -1
  const repository = hasTag ? named.slice(0, colon) : named
  const tag = hasTag ? named.slice(colon + 1) : digest === undefined ? 'latest' : undefined
  const wellFormed =
    extra.length === 0 &&
    isRepositoryPath(repository) &&
    (tag === undefined || isTag(tag)) &&
    (digest === undefined || isDigest(digest))
  if (!wellFormed) throw new Failure('target-invalid', { text: excerpt(text) })
  return {
    place: { kind: 'layout', directory, repository },
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** The place in the form that people paste: `ghcr.io/acme/mirror/docker.io/library/nginx`. */
export function formatPlace(place: Place): string {
  if (place.kind === 'registry') return `${place.registry}/${place.repository}`
  return place.repository === '' ? `${LAYOUT}${place.directory}` : `${LAYOUT}${place.directory}:${place.repository}`
}

/** The whole address; for a registry it is an image reference. */
export function formatAddress(address: Address): string {
  const { place, tag, digest } = address
  if (place.kind === 'registry') {
    return formatReference({
      registry: place.registry,
      repository: place.repository,
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    })
  }
  return `${formatPlace(place)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}
