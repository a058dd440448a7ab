import type { Issue } from './api.ts'
import type { IssueAction, SkipReason } from './event.ts'
import type { RequestState, Run } from './state.ts'

/** Our comment on an issue, the one that carries its state. */
export interface OwnComment {
  readonly id: number
  readonly url: string
  /** Milliseconds since the Unix epoch. */
  readonly updatedAt: number
  /** Absent where it was written by another version, or mangled. */
  readonly state?: RequestState
}

/** All that bears on whether there is something to do. */
export interface Situation {
  readonly action: IssueAction
  readonly issue: Pick<Issue, 'state'>
  readonly run: Run
  /** Whoever started the run wants the work done anew, whatever the answer was. */
  readonly again: boolean
  /** Of the request as the issue puts it now. */
  readonly fingerprint: string
  readonly comment?: OwnComment | undefined
  /** What GitHub says of the run that the comment names; undefined where it does not tell. */
  readonly holder?: 'active' | 'completed' | undefined
  /** Milliseconds since the Unix epoch. */
  readonly now: number
}

/** The next step: a first comment, the work anew under the one that is there, or nothing. */
export type Step =
  | { readonly do: 'create' }
  | { readonly do: 'take'; readonly comment: OwnComment }
  | { readonly do: 'stop'; readonly reason: SkipReason }

/** A holder of whom GitHub says nothing counts as dead when its comment has not moved for so long. */
const SILENCE = 15 * 60_000

/** Decides whether a run has to work on an issue. Pure: everything that it looks at is in the situation. */
export function decide(situation: Situation): Step {
  const { action, again, issue, run, comment, fingerprint } = situation
  if (comment === undefined) {
    return issue.state === 'closed' && !again ? { do: 'stop', reason: 'closed' } : { do: 'create' }
  }
  const { state } = comment
  const take: Step = { do: 'take', comment }
  if (state === undefined) return take
  if (state.phase === 'working') return isHeld(situation, comment, state) ? { do: 'stop', reason: 'held' } : take
  if (state.fingerprint !== fingerprint) return take
  const isReopened = action === 'reopened' && issue.state === 'open'
  const isRunAgain = run.attempt > 1 && !isSameRun(state.run, run) && state.result !== 'done'
  return again || isReopened || isRunAgain ? take : { do: 'stop', reason: 'answered' }
}

/** Whether two stand for one attempt of one run. */
export function isSameRun(one: Run, other: Run): boolean {
  return one.id === other.id && one.attempt === other.attempt
}

function isHeld({ run, holder, now }: Situation, comment: OwnComment, state: RequestState): boolean {
  // A run is only started again once it has ended.
  if (state.run.id === run.id) return state.run.attempt >= run.attempt
  if (holder !== undefined) return holder === 'active'
  return now - comment.updatedAt < SILENCE
}
