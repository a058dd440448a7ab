import type { Language } from '../failure/catalogue.ts'
import type { Failure } from '../failure/failure.ts'
import type { GitHubApi } from '../github/api.ts'
import type { SkipReason } from '../github/event.ts'
import type { Run } from '../github/state.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { AllowlistProblem } from '../policy/allowlist.ts'
import type { Mirror } from '../policy/mirror.ts'
import type { Clock } from '../ports/clock.ts'
import type { RequestView } from '../report/request-view.ts'
import type { CopyImage } from './request-tasks.ts'

/** How a request is answered. */
export interface RequestOptions {
  /** The webhook's name and its payload, which nobody has checked yet. */
  readonly event: { readonly name: string; readonly payload: unknown }
  readonly run: Run
  /** Answer anew what is answered or closed already. */
  readonly again?: boolean
  readonly mirrors: readonly Mirror[]
  /** The label that makes an issue a request. */
  readonly requestLabel: string
  /** Most images that one request may name. */
  readonly maxImages: number
  readonly language: Language
  /** Where people are sent: the run's log, the allowlist, the form for new rules. */
  readonly links: Pick<RequestView, 'runUrl' | 'allowlist' | 'newRuleUrl'>
  /** Plans, and writes nothing anywhere. */
  readonly dryRun: boolean
}

/** What a request is answered through. */
export interface RequestPorts {
  readonly github: GitHubApi
  readonly copyImage: CopyImage
  /** The allowlist's text; undefined where there is no such file. */
  readonly readAllowlist: () => Promise<string | undefined>
  readonly clock: Clock
  /** A line for the run's log; never one with text from an issue in it. */
  readonly log: (line: string) => void
}

/** What became of a request. */
export interface RequestResult {
  /** Why nothing was done, or why what was done is left without an answer. */
  readonly skipped?: SkipReason
  /** Why the request could not be taken up as a whole. */
  readonly fault?: Failure
  /** One for each image and mirror, in the request's order; an image that is not to be copied has one. */
  readonly outcomes: readonly Outcome[]
  /** Lines of the allowlist that are no rules. */
  readonly warnings: readonly AllowlistProblem[]
  /** Why the answer, the labels or the state could not be written on GitHub. */
  readonly unsaid: readonly Failure[]
  readonly commentUrl?: string
}
