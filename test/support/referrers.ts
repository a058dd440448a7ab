import { isDigest, type Digest } from '../../src/oci/digest.ts'
import { readManifest, type Descriptor, type Manifest } from '../../src/oci/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { plainAnswer, type Answer, type Call } from './faulty-registry/call.ts'
import { refuse } from './faulty-registry/faults.ts'
import { blobOf, manifestOf, randomBytes, type TestImage } from './images.ts'
import type { ScriptedRegistry } from './registries.ts'

export interface ReferrerOptions {
  readonly seed?: string
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  /** Bytes of what is attached; 500 by default. */
  readonly size?: number
}

export const SBOM = 'application/spdx+json'

/** Something attached to a manifest: with a subject as the specification has it, or without, as cosign's tags are. */
export function makeReferrer(subject: Descriptor | undefined, options: ReferrerOptions = {}): TestImage {
  const { seed = 'referrer', artifactType = SBOM, annotations, size = 500 } = options
  const config = blobOf(Buffer.from('{}'), 'application/vnd.oci.empty.v1+json')
  const content = blobOf(randomBytes(seed, size), artifactType)
  const root = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType,
    config: config.descriptor,
    layers: [content.descriptor],
    ...(subject && { subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size } }),
    ...(annotations && { annotations }),
  })
  const blobs = new Map([config, content].map((blob) => [blob.descriptor.digest, blob]))
  return { root, manifests: [root], blobs }
}

/** A list of referrers as clients keep it under a tag. */
export function listOfReferrers(
  referrers: readonly TestImage[],
  more: Readonly<Record<string, unknown>> = {},
): Manifest {
  const manifests = referrers.map(({ root }) => root.descriptor)
  return manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests, ...more })
}

/** From now on the registry knows nothing of referrers, as distribution does not. */
export function forgetReferrersApi(registry: ScriptedRegistry): void {
  registry.always('GET', /\/referrers\//, refuse(404, 'UNSUPPORTED'))
  registry.always('PUT', /\/manifests\//, (call) => putPlainly(registry, call))
}

async function putPlainly({ store }: ScriptedRegistry, { seen, request }: Call): Promise<Answer> {
  const [, name = '', key = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(seen.path) ?? []
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const manifest = readManifest(Buffer.concat(chunks), { image: name })
  await store.repository(name).putManifest(manifest, isDigest(key) ? undefined : key)
  return plainAnswer(201, { 'docker-content-digest': manifest.descriptor.digest })
}

/** A digest that nothing has. */
export function strayDigest(seed: string): Digest {
  return blobOf(randomBytes(seed, 10), '').descriptor.digest
}
