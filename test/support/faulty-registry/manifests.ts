import { digestOf } from '../../../src/oci/digest.ts'
import { attestedDigest } from '../../../src/oci/index-entries.ts'
import { readManifest, type Manifest } from '../../../src/oci/manifest.ts'
import { OCI_INDEX } from '../../../src/oci/media-types.ts'
import type { LayoutStore } from '../../../src/registry/layout/store.ts'
import { errorAnswer, plainAnswer, type Answer, type Call, type Fault } from './call.ts'

/** Refuses what newer versions of BuildKit attest images with, as Aliyun's registry is reported to. */
export const refuseAttestations: Fault = judge(({ blobs, children }) =>
  blobs[0]?.mediaType === 'application/vnd.oci.empty.v1+json' || children.some(attestedDigest)
    ? errorAnswer(400, 'MANIFEST_INVALID', 'unknown manifest class for application/vnd.oci.empty.v1+json')
    : undefined,
)

/** Refuses indexes of OCI's type, as Huawei's SWR is reported to. */
export const refuseOciIndexes: Fault = judge(({ descriptor }) =>
  descriptor.mediaType === OCI_INDEX
    ? errorAnswer(400, 'UNKNOWN', "Invalid image, fail to parse 'manifest.json'")
    : undefined,
)

/** Takes any manifest, though not all that it lists is there, as registries do that take sparse indexes. */
export function takeSparse(store: LayoutStore): Fault {
  return async (call) => {
    const { bytes, descriptor } = await manifestOf(call)
    const [, repository, key = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(call.seen.path) ?? []
    await store.blobs.write(descriptor.digest, (file) => file.write(bytes))
    if (!key.includes(':')) await store.index.put(descriptor, `${repository}:${key}`)
    return plainAnswer(201, { 'docker-content-digest': digestOf(bytes) })
  }
}

/** Reads what is put, and lets it through unless there is something against it. */
function judge(refusal: (manifest: Manifest) => Answer | undefined): Fault {
  return async (call) => {
    const manifest = await manifestOf(call)
    return refusal(manifest) ?? call.forward({ body: manifest.bytes })
  }
}

async function manifestOf({ request }: Call): Promise<Manifest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return readManifest(Buffer.concat(chunks), { image: 'put', contentType: request.headers['content-type'] ?? '' })
}
