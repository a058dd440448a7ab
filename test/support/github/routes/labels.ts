import * as z from 'zod'
import { changeIssue, makeLabel } from '../changes.ts'
import { ApiError, created, noContent, notFound, ok, type Answer, type Call } from '../http.ts'
import { checkLabel } from '../limits.ts'
import { labelJson } from '../objects.ts'
import { page } from '../pagination.ts'
import type { Route } from '../router.ts'
import type { Issue, Label } from '../store.ts'
import { readBody } from '../validate.ts'
import { issueOf, labelNames } from './issues.ts'

const LABELS = '/repos/{owner}/{repo}/labels'
const LABEL = `${LABELS}/{name}`
const OF_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/labels'
const ONE_OF_ISSUE = `${OF_ISSUE}/{name}`
const WRITE = ['issues=write', 'pull_requests=write'] as const
const READ = ['issues=read', 'pull_requests=read'] as const

const NEW_LABEL = z.object({
  name: z.string(),
  color: z.string().optional(),
  description: z.string().nullish(),
})
const CHANGED_LABEL = NEW_LABEL.omit({ name: true }).extend({ new_name: z.string().optional() })
const NAMES = z.array(z.union([z.string(), z.object({ name: z.string() })]))
const NAMED = z.union([NAMES, z.object({ labels: NAMES.optional() })])

export const labelRoutes: readonly Route[] = [
  { method: 'GET', path: LABELS, needs: READ, docs: 'issues/labels#list-labels-for-a-repository', handle: list },
  { method: 'POST', path: LABELS, needs: WRITE, docs: 'issues/labels#create-a-label', handle: create },
  { method: 'GET', path: LABEL, needs: READ, docs: 'issues/labels#get-a-label', handle: get },
  { method: 'PATCH', path: LABEL, needs: WRITE, docs: 'issues/labels#update-a-label', handle: update },
  { method: 'DELETE', path: LABEL, needs: WRITE, docs: 'issues/labels#delete-a-label', handle: remove },
  { method: 'GET', path: OF_ISSUE, needs: READ, docs: 'issues/labels#list-labels-for-an-issue', handle: listOfIssue },
  { method: 'POST', path: OF_ISSUE, needs: WRITE, docs: 'issues/labels#add-labels-to-an-issue', handle: add },
  { method: 'PUT', path: OF_ISSUE, needs: WRITE, docs: 'issues/labels#set-labels-for-an-issue', handle: set },
  {
    method: 'DELETE',
    path: OF_ISSUE,
    needs: WRITE,
    docs: 'issues/labels#remove-all-labels-from-an-issue',
    handle: clear,
  },
  {
    method: 'DELETE',
    path: ONE_OF_ISSUE,
    needs: WRITE,
    docs: 'issues/labels#remove-a-label-from-an-issue',
    handle: removeFromIssue,
  },
]

function list(call: Call): Answer {
  return page(call, 'labels', call.store.labels, (label) => labelJson(call.store, label))
}

function create(call: Call): Answer {
  const { name, color, description = null } = readBody(call, NEW_LABEL)
  checkLabel(call.store, { name, color, description })
  return created(labelJson(call.store, makeLabel(call.store, { name, description, ...(color && { color }) })))
}

function get(call: Call): Answer {
  return ok(labelJson(call.store, labelOf(call)))
}

function update(call: Call): Answer {
  const label = labelOf(call)
  const {
    new_name: name = label.name,
    color = label.color,
    description = label.description,
  } = readBody(call, CHANGED_LABEL)
  checkLabel(call.store, { name, color, description }, label)
  Object.assign(label, { name, color, description })
  return ok(labelJson(call.store, label))
}

function remove(call: Call): Answer {
  const label = labelOf(call)
  call.store.labels.splice(call.store.labels.indexOf(label), 1)
  for (const issue of call.store.issues) issue.labels = issue.labels.filter((other) => other !== label)
  return noContent
}

function listOfIssue(call: Call): Answer {
  const issue = issueOf(call)
  return page(call, `issues/${issue.number}/labels`, issue.labels, (label) => labelJson(call.store, label))
}

function add(call: Call): Answer {
  const issue = issueOf(call)
  const names = issue.labels.map(({ name }) => name)
  return setLabels(call, issue, [...names, ...namesIn(call)])
}

function set(call: Call): Answer {
  return setLabels(call, issueOf(call), namesIn(call))
}

function clear(call: Call): Answer {
  setLabels(call, issueOf(call), [])
  return noContent
}

function removeFromIssue(call: Call): Answer {
  const issue = issueOf(call)
  const label = call.store.label(call.params.name ?? '')
  if (label === undefined || !issue.labels.includes(label)) throw new ApiError(404, 'Label does not exist')
  const left = issue.labels.filter((other) => other !== label)
  return setLabels(
    call,
    issue,
    left.map(({ name }) => name),
  )
}

function setLabels(call: Call, issue: Issue, names: readonly string[]): Answer {
  changeIssue(call.store, call.token?.login ?? '', issue, { labels: names })
  return ok(issue.labels.map((label) => labelJson(call.store, label)))
}

function namesIn(call: Call): string[] {
  const body = readBody(call, NAMED)
  return labelNames(Array.isArray(body) ? body : (body.labels ?? []))
}

function labelOf(call: Call): Label {
  const label = call.store.label(call.params.name ?? '')
  if (label === undefined) throw notFound()
  return label
}
