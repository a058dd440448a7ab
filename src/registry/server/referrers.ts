import { isDigest } from '../../oci/digest.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import { OCI_INDEX } from '../../oci/media-types.ts'
import type { LayoutStore } from '../layout/store.ts'
import { json, refusal, type Answer } from './answer.ts'
import type { RegistryRequest } from './request.ts'

/**
 * GET of what refers to a manifest, on one page (distribution-spec, "Listing Referrers"): of one type alone where
 * `artifactType` asks for it. What is not there has no referrers.
 */
export async function getReferrers(
  store: LayoutStore,
  name: string,
  digest: string,
  request: RegistryRequest,
): Promise<Answer> {
  if (!isDigest(digest)) return refusal('DIGEST_INVALID', 'not a digest')
  const wanted = request.query.get('artifactType')
  const manifests: unknown[] = []
  for await (const referrer of store.repository(name).referrers(digest)) {
    if (wanted === null || referrer.artifactType === wanted) manifests.push(entryOf(referrer))
  }
  const headers = { 'content-type': OCI_INDEX, ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }) }
  return json(200, { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, headers)
}

function entryOf({ mediaType, digest, size, artifactType, annotations }: Descriptor) {
  return { mediaType, digest, size, artifactType, annotations }
}
