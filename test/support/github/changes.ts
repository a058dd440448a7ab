import { ApiError } from './http.ts'
import { checkCommentBody, checkIssueText, checkLabelNames } from './limits.ts'
import type { CloseReason, Comment, Issue, Label, Reaction, ReactionContent, Store } from './store.ts'

const NEW_LABEL_COLOR = 'ededed'

/** What can be changed about an issue; what is absent stays. */
export interface IssueChange {
  readonly title?: string
  readonly body?: string | null
  readonly labels?: readonly string[]
  readonly state?: 'open' | 'closed'
  readonly stateReason?: CloseReason | 'reopened' | null
}

/** Opens an issue. @throws ApiError 422 */
export function openIssue(
  store: Store,
  by: string,
  given: { readonly title: string; readonly body?: string | null; readonly labels?: readonly string[] },
): Issue {
  checkIssueText(given)
  const at = store.timestamp()
  const issue: Issue = {
    id: store.nextId(),
    number: store.issues.length + 1,
    author: store.person(by).login,
    title: given.title,
    body: given.body ?? null,
    labels: labelsNamed(store, given.labels ?? []),
    state: 'open',
    stateReason: null,
    closedAt: null,
    closedBy: null,
    locked: false,
    deleted: false,
    createdAt: at,
    updatedAt: at,
    comments: [],
    reactions: [],
  }
  store.issues.push(issue)
  return issue
}

/** Changes an issue: all of it, or on an error nothing. @throws ApiError 422 */
export function changeIssue(store: Store, by: string, issue: Issue, change: IssueChange): void {
  checkIssueText(change)
  if (change.labels) issue.labels = labelsNamed(store, change.labels)
  if (change.title !== undefined) issue.title = change.title
  if (change.body !== undefined) issue.body = change.body
  issue.updatedAt = store.timestamp()
  // GitHub ignores a reason that comes without a change of state.
  if (change.state === undefined || change.state === issue.state) return
  issue.state = change.state
  const closed = change.state === 'closed'
  issue.stateReason = closed ? (change.stateReason ?? 'completed') : 'reopened'
  issue.closedAt = closed ? issue.updatedAt : null
  issue.closedBy = closed ? by : null
}

/**
 * The labels of those names, in that order and each once; one that the repository lacks is made.
 * @throws ApiError 422
 */
export function labelsNamed(store: Store, names: readonly string[]): Label[] {
  checkLabelNames(names)
  return [...new Set(names.map((name) => store.label(name) ?? makeLabel(store, { name })))]
}

/** Adds a label to the repository, without a check. */
export function makeLabel(
  store: Store,
  given: { readonly name: string; readonly color?: string; readonly description?: string | null },
): Label {
  const { name, color = NEW_LABEL_COLOR, description = null } = given
  const label: Label = { id: store.nextId(), name, color, description }
  store.labels.push(label)
  return label
}

/** Adds a comment. @throws ApiError 403 where the conversation is locked, 422 */
export function addComment(store: Store, by: string, issue: Issue, body: string): Comment {
  checkCommentBody(body)
  if (issue.locked && !store.mayPush(by)) {
    throw new ApiError(403, 'Unable to create comment because issue is locked.', {
      docs: 'https://docs.github.com/articles/locking-conversations/',
    })
  }
  const at = store.timestamp()
  const id = store.nextId()
  const author = store.person(by).login
  const comment: Comment = { id, issue: issue.number, author, body, createdAt: at, updatedAt: at, reactions: [] }
  issue.comments.push(comment)
  issue.updatedAt = at
  return comment
}

/** Replaces a comment's text. @throws ApiError 422 */
export function changeComment(store: Store, comment: Comment, body: string): void {
  checkCommentBody(body)
  comment.body = body
  comment.updatedAt = store.timestamp()
}

/** Adds a reaction, or finds the same one by the same person. */
export function react(
  store: Store,
  by: string,
  reactions: Reaction[],
  content: ReactionContent,
): { reaction: Reaction; isNew: boolean } {
  const known = reactions.find((reaction) => reaction.by === by && reaction.content === content)
  if (known !== undefined) return { reaction: known, isNew: false }
  const reaction: Reaction = { id: store.nextId(), content, by: store.person(by).login, createdAt: store.timestamp() }
  reactions.push(reaction)
  return { reaction, isNew: true }
}
