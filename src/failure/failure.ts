import type { ConfigFault } from './config-fault.ts'
import { failuresEn } from './texts.en.ts'

/** What can be wrong with the text of an image reference. */
export type ReferenceFault = 'empty' | 'grammar' | 'uppercase' | 'digest' | 'tag' | 'too-long' | 'identifier' | 'scheme'

/** Why no answer came from a registry. */
export type UnreachableReason =
  'unknown-host' | 'refused' | 'timeout' | 'reset' | 'certificate' | 'not-tls' | 'protocol' | 'malformed'

/** Why a registry's word was not followed. */
export type UntrustedReason =
  'redirect-loop' | 'not-an-address' | 'leaves-tls' | 'realm' | 'private-address' | 'foreign-link'

/** What runs a registry, where it can be told from its name or its words. */
export type RegistryProduct = 'ecr' | 'harbor'

/** What is wrong with credentials. */
export type CredentialFault = 'not-json' | 'not-a-pair' | 'helper' | 'refused'

/** What keeps a directory from being used as an OCI image layout. */
export type LayoutFault = 'absent' | 'not-a-directory' | 'not-empty' | 'version' | 'index'

/** What is wrong with a manifest. */
export type ManifestFault =
  | 'not-json'
  | 'ambiguous'
  | 'media-type'
  | 'not-a-list'
  | 'no-descriptor'
  | 'no-digest'
  | 'size'
  | 'inline-data'
  | 'nesting'

/** What of an image has a media type of its own. */
export type ImagePart = 'manifest' | 'entry' | 'config' | 'layer'

/** The option by which an image gets a form that more registries take. */
export type HelpfulForm = 'drop-attestations' | 'docker-media-types'

/** How what was read back differs from what was copied. */
export type VerificationFault = 'absent' | 'other-digest' | 'manifest-absent' | 'blob-absent'

/** What is wanted where an input is missing. */
export type MissingInput = 'mirror' | 'platforms' | 'immutable' | 'issue' | 'repository' | 'token' | 'directory'

/** Why two settings exclude one another: one keeps the digest that the other changes, or it is not for requests. */
export type ConflictReason = 'digest' | 'request'

/** What each kind of failure is about: the facts that its message is made from, in every language. */
export interface FailureFacts {
  // names
  'reference-invalid': { text: string; reason: ReferenceFault }
  'platform-invalid': { text: string }
  'address-too-long': { address: string; limit: number }
  'target-invalid': { text: string }
  // what the caller gave
  'input-invalid': { name: string; value: string; expected: string }
  'input-missing': { name: string; need: MissingInput }
  'input-conflict': { name: string; other: string; reason: ConflictReason }
  'usage-invalid': { command: string; detail: string }
  'config-invalid': { file: string; line: number; column: number; reason: ConfigFault }
  'file-unreadable': { path: string; reason: string }
  'credentials-ambiguous': { hosts: string }
  'credentials-unusable': { host: string; reason: CredentialFault }
  // policy
  'not-allowed': { image: string; allowlist: string }
  'allowlist-empty': { allowlist: string }
  'images-none': { [none: string]: never }
  'images-too-many': { count: number; limit: number }
  'image-too-large': { image: string; size: number; limit: number }
  // the image
  'image-unknown': { image: string; host: string }
  'platform-missing': { image: string; wanted: string; available: string }
  'manifest-invalid': { image: string; reason: ManifestFault; detail: string }
  'manifest-unsupported': { image: string; mediaType: string }
  /** `together`: it is the manifests of one image together that are too large, and not a single one. */
  'manifest-too-large': { image: string; limit: number; together?: boolean }
  'not-expressible': { image: string; part: ImagePart; mediaType: string }
  'only-attestations': { image: string }
  'manifest-too-deep': { image: string; limit: number }
  'image-too-complex': { image: string; limit: number }
  'blob-unknown': { where: string; digest: string }
  /** `because`: what the last of its places said. */
  'foreign-layer-unavailable': { digest: string; because: Failure }
  'digest-mismatch': { where: string; expected: string; actual: string }
  'size-mismatch': { where: string; digest: string; expected: number; actual: number }
  // registries
  'registry-unreachable': { host: string; reason: UnreachableReason; detail: string }
  'registry-stalled': { host: string; seconds: number }
  'registry-throttled': { host: string; seconds?: number }
  /** `remaining` pulls are left, for others; in so many `seconds`, at the latest, there are more. */
  'pull-limit-reached': { host: string; remaining: number; seconds?: number }
  'registry-error': { host: string; status: number; detail: string }
  'registry-untrusted': { host: string; reason: UntrustedReason; leadsTo?: string }
  'pull-denied': { host: string; repository: string; detail: string }
  'push-denied': { host: string; repository: string; detail: string }
  'repository-missing': { host: string; repository: string; detail: string; product?: RegistryProduct }
  'tag-immutable': { host: string; repository: string; tag: string; detail: string }
  /** `helps`: the form in which the registry may take the image, where it can be told. */
  'manifest-refused': { host: string; repository: string; mediaType: string; detail: string; helps?: HelpfulForm }
  /** `digest`: what the manifest lists and the registry lacks, where it says so. */
  'manifest-incomplete': { host: string; repository: string; detail: string; digest?: string }
  'sparse-refused': { where: string; detail: string }
  /** `least`: the shortest chunk, in bytes, that the registry takes, where it says so. */
  'blob-too-large': { host: string; digest: string; size: number; least?: number }
  'digest-refused': { host: string; digest: string; detail: string }
  'repository-unlisted': { where: string }
  /** `present` and `wanted`: the digest that the tag leads to, and the one that it was to lead to. */
  'tag-protected': { address: string; tag: string; present: string; wanted: string }
  // directories
  'disk-full': { path: string }
  'directory-unwritable': { path: string; reason: string }
  'layout-invalid': { path: string; reason: LayoutFault }
  'layout-locked': { path: string; holder: string }
  'port-taken': { address: string }
  // afterwards
  'not-verified': { address: string; fault: VerificationFault; digest: string }
  /** `status` 0: no answer came. `need`: the permission that the job lacks, as in `issues: write`, or nothing. */
  'github-error': { status: number; detail: string; need: string }
  cancelled: { [none: string]: never }
  /** `milliseconds`: the time that the run had. */
  'deadline-reached': { milliseconds: number }
  internal: { detail: string }
}

export type FailureCode = keyof FailureFacts

/** Who can do something about a failure: the one who asked, the one who runs the mirror, or time. */
export type Remedy = 'requester' | 'maintainer' | 'retry'

const REQUESTER: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'reference-invalid',
  'platform-invalid',
  'address-too-long',
  'not-allowed',
  'images-none',
  'images-too-many',
  'image-too-large',
  'image-unknown',
  'platform-missing',
  'manifest-invalid',
  'manifest-unsupported',
  'manifest-too-large',
  'manifest-too-deep',
  'image-too-complex',
])

const RETRY: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'registry-unreachable',
  'registry-stalled',
  'registry-throttled',
  'pull-limit-reached',
  'foreign-layer-unavailable',
  'cancelled',
  'deadline-reached',
])

const END_OF_RUN: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'pull-limit-reached',
  'cancelled',
  'deadline-reached',
])

/**
 * The one error class. `code` is for programs, `message` (English) for logs; people get the catalogue's sentence
 * and next step in their language. What is refused as expected is a value, not a Failure.
 */
export class Failure<Code extends FailureCode = FailureCode> extends Error {
  override readonly name = 'Failure'

  constructor(
    readonly code: Code,
    readonly facts: FailureFacts[Code],
    options?: { cause?: unknown },
  ) {
    const { sentence, next } = failuresEn[code](facts)
    super(`${sentence} ${next}`, options)
  }

  /** Who can mend it. */
  get remedy(): Remedy {
    if (REQUESTER.has(this.code)) return 'requester'
    return RETRY.has(this.code) ? 'retry' : 'maintainer'
  }

  /** Whether nothing is wrong with what the run was at, only that it can go no further: no other place or try helps. */
  get endsRun(): boolean {
    return END_OF_RUN.has(this.code)
  }

  /** Narrows to one kind, with its facts. */
  static is<Wanted extends FailureCode>(error: unknown, code: Wanted): error is Failure<Wanted> {
    return error instanceof Failure && error.code === code
  }

  /** Whatever was thrown, as a Failure; what is not one is a bug, and says so. */
  static from(error: unknown): Failure {
    if (error instanceof Failure) return error
    const detail = error instanceof Error ? error.message : String(error)
    return new Failure('internal', { detail }, { cause: error })
  }
}
