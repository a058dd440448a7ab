import type { Digest } from '../oci/digest.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'

/** Bytes as they arrive. Reading it to the end, or leaving the loop early, releases what stands behind it. */
export type ByteStream = AsyncIterable<Uint8Array>

/** How a blob came to be in a repository: already there, linked from another one, or sent. */
export type BlobArrival = 'present' | 'mounted' | 'sent'

/** What may spare the bytes of a blob their way, and what has to come before it. */
export interface PutBlobOptions {
  /** Names of repositories of the same registry that may have the blob. */
  readonly mountFrom?: readonly string[]
  /** Waited for before the bytes are opened, once it is known that they have to be sent. */
  readonly prepare?: () => Promise<void>
}

/** A part of a list of tags. */
export interface TagRange {
  /** Only tags that come after this one in the list's order. Some registries give all of them nevertheless. */
  readonly after?: string
  /** The most pages that are asked for; a list that goes on then is an error. */
  readonly pages?: number
}

/** Whether a repository has a tag, for those who know. */
export type HasTag = (tag: string) => Promise<boolean>

/**
 * One repository of images, wherever it lives: on a registry, or in a directory. Every copy goes from one of
 * these to another. All methods throw `Failure`; what is merely absent is `undefined` or `false`, but for
 * `manifest` and `blob`, whose callers cannot go on without it.
 *
 * A `key` is a tag or a digest; the two cannot be confused, since only a digest holds a colon.
 */
export interface Repository {
  /** Its full name, for people: `docker.io/library/nginx`, `oci:./mirror:docker.io/library/nginx`. */
  readonly name: string

  /** What a tag or digest leads to, without its bytes; undefined where it is not there. */
  head(key: string): Promise<Descriptor | undefined>

  /**
   * A manifest's exact bytes, read and checked against its digest. Throws `image-unknown` where it is not there.
   * `size` is how many bytes it is said to have: of a longer one no more is read over a network, and it is an error.
   */
  manifest(key: string, size?: number): Promise<Manifest>

  /**
   * Publishes a manifest under its digest and, given one, under a tag. All that it lists must be there before: throws
   * `manifest-incomplete` where a registry says that it is not.
   */
  putManifest(manifest: Manifest, tag?: string): Promise<void>

  /** Whether a blob is there. */
  hasBlob(blob: Descriptor): Promise<boolean>

  /**
   * A blob's bytes from `offset` (0 unless told) to its end. Length and, from offset 0, digest are checked before
   * the last bytes are handed on: a stream that ends is right. Throws `blob-unknown` where it is not there.
   */
  blob(blob: Descriptor, offset?: number): ByteStream

  /**
   * Sees to it that a blob is there, by the cheapest way: nobody need ask before whether it is. `open` gives its bytes
   * from an offset on and is called anew for every try.
   */
  putBlob(blob: Descriptor, open: (offset: number) => ByteStream, options?: PutBlobOptions): Promise<BlobArrival>

  /** All tags, or those of a range, in the order in which they are listed. */
  tags(range?: TagRange): AsyncIterable<string>

  /**
   * Manifests that refer to this one as their subject, as the repository lists them: what it says of them is to be
   * checked. A list may be kept under a tag; `hasTag` spares the request for one that is not there.
   */
  referrers(subject: Digest, hasTag?: HasTag): AsyncIterable<Descriptor>

  /**
   * Publishes manifests that refer to `subject`, so that `referrers` lists them. All that they list themselves must be
   * there before; the subject need not be.
   */
  putReferrers(subject: Digest, referrers: readonly Manifest[]): Promise<void>
}
