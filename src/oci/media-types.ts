/** Manifest media types that a registry may answer with; the order is the order of preference in `Accept`. */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_ARTIFACT = 'application/vnd.oci.artifact.manifest.v1+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const DOCKER_SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+json'
const DOCKER_SCHEMA_1_SIGNED = 'application/vnd.docker.distribution.manifest.v1+prettyjws'

export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json'
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json'
export const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip'

/** All manifest types at once: a registry asked for fewer converts, and a conversion changes the digest. */
export const MANIFEST_TYPES: readonly string[] = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST, OCI_ARTIFACT]

/** An index or list: a manifest whose entries are manifests. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST
}

/** Any manifest type that this program copies. */
export function isManifestType(mediaType: string): boolean {
  return MANIFEST_TYPES.includes(mediaType)
}

/** Docker's schema 1, whose digest is not over its bytes: it cannot be copied faithfully. */
export function isSchema1Type(mediaType: string): boolean {
  return mediaType === DOCKER_SCHEMA_1 || mediaType === DOCKER_SCHEMA_1_SIGNED
}

/** Layers that carry `urls` and are not to be redistributed (image-spec, layer.md, "Non-Distributable Layers"). */
export function isForeignLayerType(mediaType: string): boolean {
  return mediaType.includes('.image.layer.nondistributable.') || mediaType.includes('.image.rootfs.foreign.diff.')
}

/** A `Content-Type` without its parameters, in lower case. */
export function bareMediaType(header: string): string {
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase()
}
