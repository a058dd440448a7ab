import type { Digest } from './digest.ts'
import type { JsonObject } from './json.ts'
import { readEntries, writeManifest, type Descriptor, type Manifest } from './manifest.ts'

const ATTESTATION = 'attestation-manifest'

/** The digest of the entry that an index's entry describes, by BuildKit's mark on it. */
export function attestedDigest(child: Descriptor): string | undefined {
  return isMarked(child) ? child.annotations?.['vnd.docker.reference.digest'] : undefined
}

/**
 * Whether an index's entry describes another one rather than being an image: BuildKit marks it so, and gives it a
 * platform that nothing runs on.
 */
export function isAttestation(child: Descriptor): boolean {
  return isMarked(child) || (child.platform?.os === 'unknown' && child.platform.architecture === 'unknown')
}

function isMarked({ annotations }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === ATTESTATION
}

/**
 * The same index with entries that lead elsewhere, or are left out where `edit` gives undefined; everything else stays
 * as it was written. Its digest is a new one, unless nothing was edited: then it is the index itself.
 * @throws Failure `manifest-invalid` where it is nested too deep to be written
 */
export function editIndex(
  index: Manifest,
  edit: (child: Descriptor) => Descriptor | undefined,
  image: string,
): Manifest {
  const edited = index.children.map(edit)
  if (edited.every((child, position) => child?.digest === index.children[position]?.digest)) return index
  const { document, entries } = readEntries(index)
  const manifests = entries.flatMap((entry, position) => editEntry(entry, edited[position]))
  return writeManifest({ ...document, manifests }, index.descriptor.mediaType, image)
}

function editEntry(entry: JsonObject, child: Descriptor | undefined): JsonObject[] {
  if (child === undefined) return []
  if (child.digest === entry.digest) return [entry]
  // The bytes that an entry may carry are those of what it led to before.
  const { data: _, ...rest } = entry
  return [{ ...rest, ...pointerTo(child) }]
}

/** What every descriptor says, in the order in which Docker writes it. */
export function pointerTo({ mediaType, size, digest }: Descriptor): {
  readonly mediaType: string
  readonly size: number
  readonly digest: Digest
} {
  return { mediaType, size, digest }
}
