import type { Issue } from '../test/support/github/index.ts'
import { renderMarkdown } from './markdown.ts'
import { prefixed, type Style } from './terminal.ts'

const STATES = { completed: 'Closed as completed', not_planned: 'Closed as not planned' } as const

/** An issue as its page shows it: title and labels, what was asked, what was answered, and how it ended. */
export function renderConversation(issue: Issue, style: Style): string[] {
  const labels = issue.labels.map(({ name }) => `[${name}]`).join(' ')
  return [
    `${style.bold(issue.title)} ${style.dim(`#${issue.number}`)}`,
    '',
    ...post(issue.author, 'opened this issue', issue.body ?? '', style),
    ...issue.comments.flatMap(({ author, body }) => post(author, 'answered', body, style)),
    `${stateOf(issue, style)}  ${style.dim(labels)}`,
  ]
}

function post(author: string, verb: string, body: string, style: Style): string[] {
  const lines = [`${style.bold(author)} ${style.dim(verb)}`, '', ...renderMarkdown(body, style)]
  return [...prefixed(style.dim('│ '), lines), '']
}

function stateOf({ state, stateReason }: Issue, style: Style): string {
  if (state === 'open') return style.green('Open')
  return stateReason === 'not_planned' ? style.dim(STATES.not_planned) : style.green(STATES.completed)
}
