import type {
  IssueCommentCreatedEvent,
  IssuesEditedEvent,
  IssuesLabeledEvent,
  IssuesOpenedEvent,
  IssuesReopenedEvent,
} from '@octokit/webhooks-types'
import { commentJson, issueJson, labelJson, userJson } from './objects.ts'
import { repositoryJson } from './repository-json.ts'
import type { Comment, Issue, Label, Store } from './store.ts'

/** What starts a workflow: the name of an event and its payload. */
export interface WebhookEvent<Payload = object> {
  readonly name: 'issues' | 'issue_comment'
  readonly payload: Payload
}

export function openedEvent(store: Store, issue: Issue): WebhookEvent<IssuesOpenedEvent> {
  const shown = { ...issueJson(store, issue), state: 'open' as const, closed_at: null }
  return { name: 'issues', payload: { action: 'opened', issue: shown, ...around(store, issue.author) } }
}

export function reopenedEvent(store: Store, issue: Issue, by: string): WebhookEvent<IssuesReopenedEvent> {
  const shown = { ...issueJson(store, issue), state: 'open' as const }
  return { name: 'issues', payload: { action: 'reopened', issue: shown, ...around(store, by) } }
}

export function labeledEvent(store: Store, issue: Issue, label: Label, by: string): WebhookEvent<IssuesLabeledEvent> {
  return {
    name: 'issues',
    payload: {
      action: 'labeled',
      issue: issueJson(store, issue),
      label: labelJson(store, label),
      ...around(store, by),
    },
  }
}

/** @param changes what title and body were before, where they changed */
export function editedEvent(
  store: Store,
  issue: Issue,
  changes: IssuesEditedEvent['changes'],
  by: string,
): WebhookEvent<IssuesEditedEvent> {
  return {
    name: 'issues',
    payload: { action: 'edited', issue: issueJson(store, issue), changes, ...around(store, by) },
  }
}

export function commentedEvent(store: Store, issue: Issue, comment: Comment): WebhookEvent<IssueCommentCreatedEvent> {
  return {
    name: 'issue_comment',
    payload: {
      action: 'created',
      issue: issueJson(store, issue),
      comment: commentJson(store, comment),
      ...around(store, comment.author),
    },
  }
}

function around(store: Store, by: string) {
  return { repository: repositoryJson(store), sender: userJson(store, by) }
}
