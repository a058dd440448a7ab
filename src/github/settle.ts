import type { Failure } from '../failure/failure.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { GitHubApi, Issue, IssueState } from './api.ts'
import { isSameLabel } from './event.ts'
import { ENDING_LABELS } from './labels.ts'
import type { Ending } from './state.ts'

/** How a request ended, as far as labels and closing depend on it. */
export interface Result {
  /** What there was of each, the worst first. */
  readonly endings: readonly Ending[]
  readonly failures: readonly Failure[]
}

/** Sums up what happened. `fault` is what keeps a request from being carried out at all. */
export function resultOf(outcomes: readonly Outcome[], fault?: Failure): Result {
  const failed = outcomes.flatMap((outcome) =>
    // What is left stands open like what failed, and is taken up again in the same ways.
    outcome.status === 'failed' || outcome.status === 'left' ? [outcome.failure] : [],
  )
  const failures = fault === undefined ? failed : [fault, ...failed]
  const isRefused = outcomes.some(({ status }) => status === 'refused')
  const isDone = outcomes.some(({ status }) => status === 'copied' || status === 'unchanged')
  const endings: [Ending, boolean][] = [
    ['failed', failures.length > 0],
    ['refused', isRefused],
    ['done', isDone],
  ]
  return { endings: endings.filter(([, occurs]) => occurs).map(([ending]) => ending), failures }
}

/**
 * The state that an issue should have. It stays open where somebody else than the requester has something to
 * mend; what the requester can mend is closed, and taken up again when the request is edited.
 */
export function closingOf({ endings, failures }: Result): IssueState {
  if (failures.some(({ remedy }) => remedy !== 'requester')) return { state: 'open' }
  const isCompleted = failures.length === 0 && endings.includes('done')
  return { state: 'closed', reason: isCompleted ? 'completed' : 'not_planned' }
}

/** Gives an issue the labels of what its request came to, and takes those of an earlier answer away. */
export async function settleLabels(api: GitHubApi, issue: Issue, endings: readonly Ending[]): Promise<void> {
  const carried = (name: string) => issue.labels.some((label) => isSameLabel(label, name))
  const wanted = endings.map((ending) => ENDING_LABELS[ending])
  const stale = Object.values(ENDING_LABELS).filter((label) => !wanted.includes(label) && carried(label.name))
  const missing = wanted.filter(({ name }) => !carried(name))
  for (const { name } of stale) await api.removeLabel(issue.number, name)
  for (const label of missing) await api.ensureLabel(label)
  const names = missing.map(({ name }) => name)
  if (names.length > 0) await api.addLabels(issue.number, names)
}

/** Closes or opens an issue as its result asks for; one that is so already is left alone. */
export async function settleState(api: GitHubApi, issue: Issue, result: Result): Promise<void> {
  const wanted = closingOf(result)
  const isSet = issue.state === wanted.state && (wanted.state === 'open' || issue.stateReason === wanted.reason)
  if (isSet) return
  // GitHub takes a reason only together with a change of state.
  if (issue.state === wanted.state) await api.setState(issue.number, { state: 'open' })
  await api.setState(issue.number, wanted)
}
