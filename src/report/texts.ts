import type { Language } from '../failure/catalogue.ts'
import type { Remedy } from '../failure/failure.ts'
import type { Amount, Delivered, Note, Outcome, Progress } from '../outcome/outcome.ts'
import type { Markdown } from './markdown.ts'
import type { Tally } from './tally.ts'
import { textsEn } from './texts.en.ts'
import { textsZhCn } from './texts.zh-cn.ts'

/**
 * Everything that comments, summaries and logs say, but for failures, which have their own catalogue. Arguments of
 * type `Markdown` are escaped already; no other argument holds text from outside.
 */
export interface Texts {
  // the first line of a comment, without its icon
  readonly queued: (images: number) => string
  readonly working: (ended: number, total: number) => string
  readonly ready: (images: number) => string
  readonly private: (images: number) => string
  readonly refused: (images: number) => string
  readonly failed: (images: number) => string
  readonly planned: (images: number) => string
  readonly left: (images: number) => string
  readonly mixed: (tally: Tally) => string
  /** Headline of a request that could not be taken up at all. */
  readonly faulty: string

  // single words
  readonly status: Readonly<Record<Outcome['status'] | Progress['stage'] | 'queued', string>>
  readonly heading: Readonly<Record<Heading, string>>

  // how phrases are put together
  readonly labelled: (label: string, value: Markdown) => Markdown
  readonly aside: (text: Markdown) => Markdown
  readonly joined: (phrases: readonly Markdown[]) => Markdown

  // one image
  readonly pullBy: { readonly tag: string; readonly digest: string }
  readonly sameDigest: string
  readonly platforms: (count: number) => string
  readonly more: (count: number) => string
  readonly duration: (milliseconds: number) => string
  readonly layers: (done: number, total: number) => string
  readonly bytes: (done: string, total: string) => string
  readonly unchanged: string
  /** What had to be sent of an image of `size` bytes, and how long that took. */
  readonly sent: (bytes: number, milliseconds: number) => string
  readonly toSend: (amount: Amount) => string
  readonly upToDate: string
  /** What was read back; of a sparse index everything is what was asked for. */
  readonly verified: Readonly<Record<Delivered['verified'] | 'sparse', string>>
  readonly access: Readonly<Record<Delivered['access'], string>>
  readonly privateAdvice: (registry: string, quote: Quote) => readonly string[]
  readonly note: (note: Note, quote: Quote) => string

  // the commands
  readonly commands: string
  readonly keepName: string
  readonly forKubelet: string

  // what did not come about
  readonly notAllowed: (allowlist: Markdown) => string
  readonly nearest: string
  readonly line: (line: number) => string
  readonly askForRule: (words: (label: string) => Markdown) => string
  /** The same, where rules that come near stand above it. */
  readonly editOrAskForRule: (words: (label: string) => Markdown) => string
  readonly next: Readonly<Record<Remedy, string>>
  /** How whoever filed a request has the work go on. */
  readonly askAgain: string

  // around it
  readonly runLog: string
  readonly smallPrint: string
  readonly leftOut: (count: number) => string
  readonly summaryTitle: string
  readonly total: (tally: Tally) => string
}

export type Heading = 'image' | 'result' | 'address' | 'digest' | 'platforms' | 'size' | 'sent' | 'time' | 'verified'

/** Shows text from outside within a phrase, in the way of the place where it is shown: a code span, or as it is. */
export type Quote = (raw: string) => string

const TEXTS: Readonly<Record<Language, Texts>> = { en: textsEn, 'zh-CN': textsZhCn }

/** The phrases of one language. */
export function textsFor(language: Language): Texts {
  return TEXTS[language]
}
