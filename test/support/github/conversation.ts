import type { Issue } from './store.ts'

const RULE = '-'.repeat(72)

const REASONS = { completed: 'completed', not_planned: 'not planned', duplicate: 'duplicate', reopened: '' } as const

/** An issue as a reader finds it, in plain text; the Markdown is left as it was written. */
export function renderConversation(issue: Issue): string {
  const labels = issue.labels.map(({ name }) => `[${name}]`).join(' ')
  const head = [`${issue.title}  #${issue.number}`, `${stateOf(issue)}${labels && `  ${labels}`}`]
  const posts = [
    post(issue.author, 'opened this', issue.body ?? ''),
    ...issue.comments.map((comment) =>
      post(comment.author, comment.updatedAt === comment.createdAt ? 'wrote' : 'wrote (edited)', comment.body),
    ),
  ]
  return [...head, ...posts, RULE, ''].join('\n')
}

function stateOf(issue: Issue): string {
  if (issue.state === 'open') return 'Open'
  const reason = REASONS[issue.stateReason ?? 'completed']
  return reason === '' ? 'Closed' : `Closed as ${reason}`
}

function post(author: string, verb: string, body: string): string {
  return `${RULE}\n${author} ${verb}:\n\n${body.trim() === '' ? 'No description provided.' : body.trimEnd()}\n`
}
