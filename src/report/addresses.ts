import { formatAddress, parseAddress, type Address } from '../oci/place.ts'
import type { Delivered } from '../outcome/outcome.ts'

/** The names under which a delivered image can be pulled. */
export interface Addresses {
  /** The one to use first: with the tag where the mirror's tag is this image, else with the digest. */
  readonly pull: string
  /** With the digest alone. */
  readonly pinned: string
  /** With tag and digest where there are both, as Kubernetes takes it. */
  readonly full: string
  /** The registry's host; undefined for a directory, which no container engine can pull from. */
  readonly registry: string | undefined
}

/** All names of a delivered image. */
export function addressesOf(outcome: Delivered): Addresses {
  const { place, tag } = parseAddress(outcome.address)
  const { digest } = outcome
  // A tag that went on to another image was left alone: it would pull something else.
  const isTagged = tag !== undefined && !outcome.notes.some(({ kind }) => kind === 'tag-elsewhere')
  const pinned: Address = { place, digest }
  return {
    pull: formatAddress(isTagged ? { place, tag } : pinned),
    pinned: formatAddress(pinned),
    full: formatAddress(isTagged ? { place, tag, digest } : pinned),
    registry: place.kind === 'registry' ? place.registry : undefined,
  }
}

/** The name under which people know the image, for giving it back; undefined where it has no tag. */
export function originalName(outcome: Delivered): string | undefined {
  const { place, tag } = parseAddress(outcome.image)
  return place.kind === 'registry' && tag !== undefined ? formatAddress({ place, tag }) : undefined
}
