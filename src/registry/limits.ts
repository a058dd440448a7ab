const MEBIBYTE = 1024 * 1024

/** The largest manifest that is read, in bytes. Some publishers exceed what a registry is bound to take. */
export const LARGEST_MANIFEST_READ = 8 * MEBIBYTE

/** The largest manifest that is taken in, in bytes (distribution-spec, "Pushing Manifests"). */
export const LARGEST_MANIFEST_WRITTEN = 4 * MEBIBYTE
