import type { Outcome, Progress } from '../outcome/outcome.ts'

/** One image of a request, as its comment shows it. `image` may be any text at all: escape it. */
export type ItemView =
  | { readonly state: 'queued'; readonly image: string }
  | { readonly state: 'running'; readonly progress: Progress }
  | { readonly state: 'ended'; readonly outcome: Outcome }

/** A whole request at one moment: all that its comment is made from. */
export interface RequestView {
  readonly phase: 'queued' | 'working' | 'finished'
  readonly items: readonly ItemView[]
  /** The workflow run that does the work. */
  readonly runUrl?: string
  /** The allowlist's path in the repository, and where to look at it. */
  readonly allowlist: { readonly path: string; readonly url?: string }
  /** Where to ask for a new rule. */
  readonly newRuleUrl?: string
}
