import * as z from 'zod'
import { changeIssue, openIssue, type IssueChange } from '../changes.ts'
import { created, ok, validationFailed, type Answer, type Call } from '../http.ts'
import { fullIssueJson, issueJson } from '../objects.ts'
import { page } from '../pagination.ts'
import type { Route } from '../router.ts'
import type { Issue } from '../store.ts'
import { numberOf, readBody } from '../validate.ts'

const ISSUES = '/repos/{owner}/{repo}/issues'
const ISSUE = `${ISSUES}/{issue_number}`
const WRITE = ['issues=write', 'pull_requests=write'] as const
const READ = ['issues=read', 'pull_requests=read'] as const

const TITLE = z.union([z.string(), z.number()])
const LABELS = z.array(z.union([z.string(), z.object({ name: z.string() })]))
const NEW_ISSUE = z.object({ title: TITLE, body: z.string().nullish(), labels: LABELS.optional() })
const CHANGED_ISSUE = z.object({
  title: TITLE.nullish(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
  labels: LABELS.optional(),
})

export const issueRoutes: readonly Route[] = [
  { method: 'GET', path: ISSUES, needs: READ, docs: 'issues/issues#list-repository-issues', handle: list },
  { method: 'POST', path: ISSUES, needs: ['issues=write'], docs: 'issues/issues#create-an-issue', handle: create },
  { method: 'GET', path: ISSUE, needs: READ, docs: 'issues/issues#get-an-issue', handle: get },
  { method: 'PATCH', path: ISSUE, needs: WRITE, docs: 'issues/issues#update-an-issue', handle: update },
]

/** The issue that a call's path names. @throws ApiError 404, 410 */
export function issueOf(call: Call): Issue {
  return call.store.issue(numberOf(call.params.issue_number))
}

/** Names of labels in either of the forms that GitHub takes. */
export function labelNames(labels: z.infer<typeof LABELS>): string[] {
  return labels.map((label) => (typeof label === 'string' ? label : label.name))
}

function get(call: Call): Answer {
  return ok(fullIssueJson(call.store, issueOf(call)))
}

function list(call: Call): Answer {
  const { query, store } = call
  const state = query.get('state') ?? 'open'
  const wanted = (query.get('labels') ?? '').split(',').filter((name) => name !== '')
  const creator = query.get('creator')
  const found = store.issues.filter(
    (issue) =>
      !issue.deleted &&
      (state === 'all' || issue.state === state) &&
      (creator === null || issue.author === creator) &&
      wanted.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())) &&
      issue.updatedAt >= (query.get('since') ?? ''),
  )
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  const ascending = found.toSorted((a, b) => a[key].localeCompare(b[key]))
  const sorted = query.get('direction') === 'asc' ? ascending : ascending.toReversed()
  return page(call, 'issues', sorted, (issue) => issueJson(store, issue))
}

function create(call: Call): Answer {
  const { title, body, labels } = readBody(call, NEW_ISSUE)
  const issue = openIssue(call.store, loginOf(call), {
    title: String(title),
    ...(body !== undefined && { body }),
    ...(labels && mayLabel(call) && { labels: labelNames(labels) }),
  })
  return created(fullIssueJson(call.store, issue))
}

function update(call: Call): Answer {
  const issue = issueOf(call)
  const given = readBody(call, CHANGED_ISSUE)
  const reason = given.state_reason
  if (given.state === 'closed' && reason === 'reopened') {
    throw validationFailed({ resource: 'Issue', field: 'state_reason', code: 'invalid', value: reason })
  }
  const change: IssueChange = {
    ...(given.title !== undefined && given.title !== null && { title: String(given.title) }),
    ...(given.body !== undefined && { body: given.body }),
    ...(given.labels && mayLabel(call) && { labels: labelNames(given.labels) }),
    ...(given.state && { state: given.state }),
    ...(reason !== undefined && { stateReason: reason }),
  }
  changeIssue(call.store, loginOf(call), issue, change)
  return ok(fullIssueJson(call.store, issue))
}

/** Labels of those who may not push are dropped without a word, as the reference says. */
function mayLabel({ token, store }: Call): boolean {
  return token?.kind === 'installation' || store.mayPush(token?.login ?? '')
}

function loginOf(call: Call): string {
  return call.token?.login ?? ''
}
