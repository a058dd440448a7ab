import { Failure, type FailureCode } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'

/** Why the image at the mirror has another digest than `sourceDigest`, the source's own. */
export interface DigestChange {
  readonly kind:
    /** Only some platforms were asked for, and the index is a smaller one. */
    | 'platforms-chosen'
    /** What described the images of the index was left out. */
    | 'attestations-dropped'
    /** The manifests were written in Docker's media types. */
    | 'media-types-changed'
  readonly sourceDigest: Digest
}

/** Something that the person should know about a copy that went well. */
export type Note =
  | DigestChange
  /** The index is the source's own, but so many images that it lists were not brought: they were not asked for. */
  | { readonly kind: 'platforms-left-out'; readonly count: number }
  /**
   * Both tag and digest were asked for but the source's tag names another digest now, or does not exist (no `digest`):
   * the mirror's tag was left alone.
   */
  | { readonly kind: 'tag-elsewhere'; readonly tag: string; readonly digest?: Digest }
  /** Layers that their licence forbids to redistribute stay with their publisher. */
  | { readonly kind: 'foreign-layers'; readonly count: number }
  /** The mirror's tag led to another digest before, which is kept under a dated tag. */
  | { readonly kind: 'tag-backed-up'; readonly tag: string; readonly digest: Digest }
  /** Signatures, attestations and the like that came along. */
  | { readonly kind: 'referrers'; readonly count: number }
  /** So many of them did not, 0 where it is not known how many there are; `code` says why. */
  | { readonly kind: 'referrers-failed'; readonly count: number; readonly code: FailureCode }

/** What an image holds. */
export interface ImageFacts {
  readonly digest: Digest
  readonly mediaType: string
  /** As `linux/arm64/v8`; empty where the manifests do not say. */
  readonly platforms: readonly string[]
  /** Bytes of all its manifests and blobs, each counted once. */
  readonly size: number
}

/** Blobs and their bytes. */
export interface Amount {
  readonly blobs: number
  readonly bytes: number
}

/** The image can be had from the mirror. */
export interface Delivered {
  readonly status: 'copied' | 'unchanged'
  /** The image that was asked for, in canonical form. */
  readonly image: string
  /** Where the mirror serves it, with its tag where it has one, else with its digest. */
  readonly address: string
  readonly digest: Digest
  /** Absent where the mirror had the image, so that it was not read. */
  readonly facts?: ImageFacts
  readonly sent: Amount
  readonly milliseconds: number
  /** How much was read back: the tag's digest, or every manifest and blob. */
  readonly verified: 'tag' | 'everything'
  /** Whether it can be pulled without credentials. */
  readonly access: 'public' | 'private' | 'unchecked'
  readonly notes: readonly Note[]
}

/** What a dry run would do. */
export interface Planned {
  readonly status: 'planned'
  readonly image: string
  readonly address: string
  readonly digest: Digest
  readonly facts?: ImageFacts
  /** Nothing is to be done: the mirror has it. */
  readonly upToDate: boolean
  readonly toSend: Amount
  readonly notes: readonly Note[]
}

/** A rule that comes near to a refused name. */
export interface NearRule {
  readonly pattern: string
  /** Line in the allowlist, from 1. */
  readonly line: number
}

/** Policy says no. */
export interface Refused {
  readonly status: 'refused'
  readonly image: string
  readonly failure: Failure<'not-allowed' | 'allowlist-empty'>
  readonly nearest: readonly NearRule[]
}

/** It was tried and did not come about. `image` may be text that is no image at all: escape it. */
export interface Failed {
  readonly status: 'failed'
  readonly image: string
  readonly address?: string
  readonly failure: Failure
}

/** The run came to its end before this image was done, or had begun: another run goes on from there. */
export interface Left {
  readonly status: 'left'
  readonly image: string
  readonly address?: string
  readonly failure: Failure<'deadline-reached' | 'pull-limit-reached'>
}

/** What happened to one image at one mirror. */
export type Outcome = Delivered | Planned | Refused | Failed | Left

/** The outcome of an image that a failure kept from its mirror. */
export function undelivered(image: string, failure: Failure, address?: string): Failed | Left {
  const known = { image, ...(address !== undefined && { address }) }
  if (Failure.is(failure, 'deadline-reached')) return { status: 'left', ...known, failure }
  if (Failure.is(failure, 'pull-limit-reached')) return { status: 'left', ...known, failure }
  return { status: 'failed', ...known, failure }
}

/** Whether the image can be had from the mirror now. */
export function isDelivered(outcome: Outcome): outcome is Delivered {
  return outcome.status === 'copied' || outcome.status === 'unchanged'
}

/** How far the copy of one image to one mirror is. */
export interface Progress {
  readonly image: string
  readonly address: string
  readonly stage: 'copying' | 'verifying'
  readonly done: Amount
  readonly total: Amount
}
