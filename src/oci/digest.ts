import { createHash, type Hash } from 'node:crypto'

/**
 * A content digest as the OCI image spec writes it (image-spec, descriptor.md, "Digests"):
 * lower-case hexadecimal of a registered algorithm's full length.
 */
export type Digest = `sha256:${string}` | `sha512:${string}`

type Algorithm = 'sha256' | 'sha512'

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/

/** True for a whole, well-formed digest of an algorithm that can be checked here. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text)
}

/** The algorithm that a digest was made with. */
export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** The hexadecimal part of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1)
}

/** The digest of some bytes, sha256 unless told otherwise. */
export function digestOf(bytes: Uint8Array, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** A running hash for checking bytes against `digest` as they pass. */
export function hasherFor(digest: Digest): Hash {
  return createHash(algorithmOf(digest))
}

/** Whether the bytes hash to `digest`. */
export function matchesDigest(bytes: Uint8Array, digest: Digest): boolean {
  return digestOf(bytes, algorithmOf(digest)) === digest
}
