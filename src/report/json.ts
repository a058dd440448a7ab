import { failureText } from '../failure/texts.ts'
import type { Failure, FailureCode } from '../failure/failure.ts'
import type { Amount, Delivered, Failed, Left, NearRule, Note, Outcome, Planned, Refused } from '../outcome/outcome.ts'

/**
 * An outcome for programs. The names and meanings of its fields are stable: fields may be added, none is renamed or
 * removed. Which of them are there depends on `status` alone, but for `mediaType`, `platforms` and `size`, which are
 * missing where the mirror had an image, so that it was not read.
 */
export interface OutcomeJson {
  /** What happened: everything is as it should be after `copied` and `unchanged`. */
  readonly status: Outcome['status']
  /** The image that was asked for, in canonical form; after `failed` and `left` it may be text that names no image. */
  readonly image: string
  /** Where the mirror serves it, or would: copied, unchanged, planned, and failed and left where it was known by then. */
  readonly address?: string
  /** `sha256:…` of the manifest or index at that address: copied, unchanged, planned. */
  readonly digest?: string
  /** Media type of that manifest or index: copied, unchanged, planned. */
  readonly mediaType?: string
  /** As `linux/arm64/v8`: copied, unchanged, planned. */
  readonly platforms?: readonly string[]
  /** Bytes of all manifests and blobs, each counted once: copied, unchanged, planned. */
  readonly size?: number
  /** Blobs and their bytes that had to be sent: copied, unchanged. */
  readonly sent?: Amount
  /** Time taken: copied, unchanged. */
  readonly milliseconds?: number
  /** What was read back from the mirror, `tag` or `everything`: copied, unchanged. */
  readonly verified?: Delivered['verified']
  /** Whether it can be pulled without credentials: copied, unchanged. */
  readonly access?: Delivered['access']
  /** Whether the mirror has it already: planned. */
  readonly upToDate?: boolean
  /** Blobs and their bytes that would be sent: planned. */
  readonly toSend?: Amount
  /** What else there is to know, each with a `kind`: copied, unchanged, planned. */
  readonly notes?: readonly Note[]
  /** Why not, and what to do next; `code` is stable, the English sentences are not: refused, failed, left. */
  readonly error?: ErrorJson
  /** Rules of the allowlist that come near: refused. */
  readonly nearest?: readonly NearRule[]
}

export interface ErrorJson {
  readonly code: FailureCode
  readonly message: string
  readonly next: string
}

/** An outcome as plain data, ready for `JSON.stringify`. */
export function outcomeToJson(outcome: Outcome): OutcomeJson {
  switch (outcome.status) {
    case 'copied':
    case 'unchanged':
      return deliveredToJson(outcome)
    case 'planned':
      return plannedToJson(outcome)
    case 'refused':
      return refusedToJson(outcome)
    case 'failed':
    case 'left':
      return undeliveredToJson(outcome)
  }
}

/** A failure as plain data, for what fails before there is an outcome. */
export function failureToJson(failure: Failure): ErrorJson {
  const { sentence, next } = failureText(failure, 'en')
  return { code: failure.code, message: sentence, next }
}

function deliveredToJson(outcome: Delivered): OutcomeJson {
  const { status, image, address, digest, sent, milliseconds, verified, access, notes } = outcome
  return { status, image, address, digest, ...factsToJson(outcome), sent, milliseconds, verified, access, notes }
}

function plannedToJson(outcome: Planned): OutcomeJson {
  const { status, image, address, digest, upToDate, toSend, notes } = outcome
  return { status, image, address, digest, ...factsToJson(outcome), upToDate, toSend, notes }
}

function refusedToJson({ status, image, failure, nearest }: Refused): OutcomeJson {
  return { status, image, error: failureToJson(failure), nearest }
}

function undeliveredToJson({ status, image, address, failure }: Failed | Left): OutcomeJson {
  return { status, image, ...(address !== undefined && { address }), error: failureToJson(failure) }
}

function factsToJson({ facts }: Delivered | Planned): Pick<OutcomeJson, 'mediaType' | 'platforms' | 'size'> {
  if (facts === undefined) return {}
  const { mediaType, platforms, size } = facts
  return { mediaType, platforms, size }
}
