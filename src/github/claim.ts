import type { Clock } from '../ports/clock.ts'
import { isSameLogin, type GitHubApi, type IssueComment } from './api.ts'
import { isSameRun, type OwnComment } from './decide.ts'
import { hasState, readState, type Run } from './state.ts'

/** Longer than any other run needs from reading a comment to writing it. */
const SETTLING = 2_000

/** Our comment with the issue's state. Whoever else wrote one like it is not believed. */
export async function findOwnComment(api: GitHubApi, issue: number, viewer: string): Promise<OwnComment | undefined> {
  const [oldest] = await listOwnComments(api, issue, viewer)
  return oldest
}

/**
 * Claims an issue that has no comment of ours by writing it. Of several runs that do so at once, the one whose
 * comment came first has the claim; the others take theirs back and get undefined.
 */
export async function claimByCreating(
  api: GitHubApi,
  { issue, viewer, run, body }: { issue: number; viewer: string; run: Run; body: string },
): Promise<OwnComment | undefined> {
  const created = await api.createComment(issue, body)
  const all = await listOwnComments(api, issue, viewer)
  // A request that was sent again after a lost answer may have left two.
  const own = all.filter(({ id, state }) => id === created.id || isHeldBy(state?.run, run))
  const first = all[0] ?? toOwnComment(created)
  const isFirst = first.id === created.id || isHeldBy(first.state?.run, run)
  for (const { id } of own) if (!isFirst || id !== first.id) await api.deleteComment(id)
  return isFirst ? first : undefined
}

/**
 * Claims an issue by writing this run into the comment that is there: whose name stands in it after a moment has
 * the claim (Fischer's mutual exclusion: the moment is longer than the others need from reading to writing).
 * @param write puts this run's claim into the comment
 */
export async function claimByUpdating(
  api: GitHubApi,
  { comment, run, clock, write }: { comment: number; run: Run; clock: Clock; write: () => Promise<void> },
): Promise<boolean> {
  await write()
  await clock.sleep(SETTLING)
  return (await holds(api, comment, run)) === 'held'
}

/** Whether a comment still is this run's: another one may have taken this run for dead, or a person deleted it. */
export async function holds(api: GitHubApi, comment: number, run: Run): Promise<'held' | 'lost' | 'deleted'> {
  const current = await api.getComment(comment)
  if (current === undefined) return 'deleted'
  return isHeldBy(readState(current.body)?.run, run) ? 'held' : 'lost'
}

async function listOwnComments(api: GitHubApi, issue: number, viewer: string): Promise<OwnComment[]> {
  const comments = await api.listComments(issue)
  return comments
    .filter(({ author, body }) => isSameLogin(viewer, author) && hasState(body))
    .map(toOwnComment)
    .toSorted((one, other) => one.id - other.id)
}

function toOwnComment({ id, url, updatedAt, body }: IssueComment): OwnComment {
  const state = readState(body)
  return { id, url, updatedAt, ...(state && { state }) }
}

function isHeldBy(holder: Run | undefined, run: Run): boolean {
  return holder !== undefined && isSameRun(holder, run)
}
