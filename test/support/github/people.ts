import type {
  IssueCommentCreatedEvent,
  IssuesEditedEvent,
  IssuesLabeledEvent,
  IssuesOpenedEvent,
  IssuesReopenedEvent,
} from '@octokit/webhooks-types'
import { addComment, changeIssue, labelsNamed, openIssue } from './changes.ts'
import { commentedEvent, editedEvent, labeledEvent, openedEvent, reopenedEvent, type WebhookEvent } from './payloads.ts'
import type { Comment, Issue, Store } from './store.ts'

// What people do on the pages, each with the events that GitHub sends for it. What a workflow's own token does
// through the API starts no workflows, so that there are no events for it.

/** Opens an issue. With labels, as an issue form gives them, GitHub sends `opened` and one `labeled` for each. */
export function createIssue(
  store: Store,
  given: {
    readonly author: string
    readonly title: string
    readonly body?: string | null
    readonly labels?: readonly string[]
  },
): { issue: Issue; opened: WebhookEvent<IssuesOpenedEvent>; labeled: readonly WebhookEvent<IssuesLabeledEvent>[] } {
  const issue = openIssue(store, given.author, given)
  return {
    issue,
    opened: openedEvent(store, issue),
    labeled: issue.labels.map((label) => labeledEvent(store, issue, label, given.author)),
  }
}

/** Edits an issue's title, body or both, by its author unless told. */
export function editIssue(
  store: Store,
  issue: Issue,
  change: { readonly title?: string; readonly body?: string },
  by = issue.author,
): WebhookEvent<IssuesEditedEvent> {
  const changes = {
    ...(change.title !== undefined && { title: { from: issue.title } }),
    ...(change.body !== undefined && { body: { from: issue.body ?? '' } }),
  }
  changeIssue(store, by, issue, change)
  return editedEvent(store, issue, changes, by)
}

/** Opens a closed issue again, by its author unless told. */
export function reopenIssue(store: Store, issue: Issue, by = issue.author): WebhookEvent<IssuesReopenedEvent> {
  changeIssue(store, by, issue, { state: 'open' })
  return reopenedEvent(store, issue, by)
}

/** Puts one more label on an issue, by the repository's owner unless told. */
export function labelIssue(
  store: Store,
  issue: Issue,
  name: string,
  by = store.owner,
): WebhookEvent<IssuesLabeledEvent> {
  changeIssue(store, by, issue, { labels: [...issue.labels.map((label) => label.name), name] })
  const [label] = labelsNamed(store, [name])
  if (label === undefined) throw new Error(`The label ${name} was not made`)
  return labeledEvent(store, issue, label, by)
}

/** Writes a comment. */
export function commentOnIssue(
  store: Store,
  issue: Issue,
  by: string,
  body: string,
): { comment: Comment; created: WebhookEvent<IssueCommentCreatedEvent> } {
  const comment = addComment(store, by, issue, body)
  return { comment, created: commentedEvent(store, issue, comment) }
}
