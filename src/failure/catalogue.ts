import type { FailureCode, FailureFacts } from './failure.ts'

/** One clear sentence on what happened, and one on what to do next. Plain text: whoever shows it escapes it. */
export interface FailureText {
  readonly sentence: string
  readonly next: string
}

/** A text for every kind of failure: a missing one is a type error. */
export type FailureCatalogue = {
  readonly [Code in FailureCode]: (facts: FailureFacts[Code]) => FailureText
}

/** The languages that people are answered in. */
export type Language = 'en' | 'zh-CN'
