import { algorithmOf, hexOf, type Digest } from './digest.ts'
import { isJsonObject, parseJsonObject, textMembers } from './json.ts'
import { encodeDocument, readManifest, type Descriptor, type Manifest } from './manifest.ts'
import { OCI_INDEX } from './media-types.ts'

/** What cosign adds to the tag of a digest for its signatures, attestations and bills of materials. */
const COSIGN_SUFFIXES = ['.sig', '.att', '.sbom']
const LONGEST_ENCODED = 64
const REFERRERS_TAG = /^sha(?:256|512)-[0-9a-f]{64}$/
const ATTACHMENT_TAG = /^sha(?:256|512)-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/

/** Where tags of digests begin in a sorted list of tags. */
export const BEFORE_ATTACHMENT_TAGS = 'sha256-'

/** Whether a tag is one of those of `referrersTag`. */
export function isReferrersTag(tag: string): boolean {
  return REFERRERS_TAG.test(tag)
}

/**
 * The tag under which a repository without a referrers API lists what refers to a manifest (distribution-spec,
 * "Referrers Tag Schema"): its digest, of which at most 64 characters count.
 */
export function referrersTag(digest: Digest): string {
  return `${algorithmOf(digest)}-${hexOf(digest).slice(0, LONGEST_ENCODED)}`
}

/** The tags that cosign gives to what it attaches to a manifest. With sha512 they would be too long to be tags. */
export function cosignTags(digest: Digest): string[] {
  if (algorithmOf(digest) !== 'sha256') return []
  return COSIGN_SUFFIXES.map((suffix) => `${referrersTag(digest)}${suffix}`)
}

/** Whether a tag is one of those of `referrersTag` and `cosignTags`: it names no image of its own. */
export function isAttachmentTag(tag: string): boolean {
  return ATTACHMENT_TAG.test(tag)
}

/** A list of referrers is an index, and never the manifest itself that it is about. */
export function isReferrersList(manifest: Manifest, subject: Digest): boolean {
  return manifest.kind === 'index' && manifest.descriptor.digest !== subject
}

/**
 * A list of referrers with some more of them; whatever it says already stays as it was written.
 * @param image names the list in messages
 * @returns undefined where it has them all
 * @throws Failure `manifest-invalid` where the list is nested too deep to be written
 */
export function withReferrers(
  list: Manifest | undefined,
  referrers: readonly Manifest[],
  image: string,
): Manifest | undefined {
  const listed = new Set(list?.children.map(({ digest }) => digest))
  const added = new Map(
    referrers
      .filter(({ descriptor }) => !listed.has(descriptor.digest))
      .map((referrer) => [referrer.descriptor.digest, entryOf(referrer)]),
  )
  if (added.size === 0) return undefined
  const document = (list && parseJsonObject(list.bytes)) ?? EMPTY
  const manifests: readonly unknown[] = Array.isArray(document.manifests) ? document.manifests : []
  const bytes = encodeDocument({ ...document, manifests: [...manifests, ...added.values()] }, image)
  return readManifest(bytes, { image, contentType: list?.descriptor.mediaType ?? OCI_INDEX })
}

const EMPTY = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }

/** What a list of referrers says of one of them (distribution-spec, "Listing Referrers"). */
function entryOf({ bytes, descriptor }: Manifest): Descriptor {
  const { artifactType, config, annotations } = parseJsonObject(bytes) ?? {}
  const { mediaType, digest, size } = descriptor
  const type = typeof artifactType === 'string' && artifactType !== '' ? artifactType : configType(config)
  return {
    mediaType,
    digest,
    size,
    ...(type !== undefined && { artifactType: type }),
    ...(isJsonObject(annotations) && { annotations: textMembers(annotations) }),
  }
}

function configType(config: unknown): string | undefined {
  return isJsonObject(config) && typeof config.mediaType === 'string' ? config.mediaType : undefined
}
