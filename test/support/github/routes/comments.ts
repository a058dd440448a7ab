import * as z from 'zod'
import { addComment, changeComment } from '../changes.ts'
import { created, noContent, ok, type Answer, type Call } from '../http.ts'
import { commentJson } from '../objects.ts'
import { page } from '../pagination.ts'
import type { Route } from '../router.ts'
import type { Comment } from '../store.ts'
import { numberOf, readBody } from '../validate.ts'
import { issueOf } from './issues.ts'

const OF_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}'
const WRITE = ['issues=write', 'pull_requests=write'] as const
const READ = ['issues=read', 'pull_requests=read'] as const
const BODY = z.object({ body: z.string() })

export const commentRoutes: readonly Route[] = [
  { method: 'GET', path: OF_ISSUE, needs: READ, docs: 'issues/comments#list-issue-comments', handle: list },
  { method: 'POST', path: OF_ISSUE, needs: WRITE, docs: 'issues/comments#create-an-issue-comment', handle: create },
  { method: 'GET', path: COMMENT, needs: READ, docs: 'issues/comments#get-an-issue-comment', handle: get },
  { method: 'PATCH', path: COMMENT, needs: WRITE, docs: 'issues/comments#update-an-issue-comment', handle: update },
  { method: 'DELETE', path: COMMENT, needs: WRITE, docs: 'issues/comments#delete-an-issue-comment', handle: remove },
]

/** The comment that a call's path names. @throws ApiError 404 */
export function commentOf(call: Call): Comment {
  return call.store.comment(numberOf(call.params.comment_id))
}

function list(call: Call): Answer {
  const issue = issueOf(call)
  const since = call.query.get('since') ?? ''
  const comments = issue.comments.filter(({ updatedAt }) => updatedAt >= since)
  return page(call, `issues/${issue.number}/comments`, comments, (comment) => commentJson(call.store, comment))
}

function create(call: Call): Answer {
  const issue = issueOf(call)
  const { body } = readBody(call, BODY)
  return created(commentJson(call.store, addComment(call.store, call.token?.login ?? '', issue, body)))
}

function get(call: Call): Answer {
  return ok(commentJson(call.store, commentOf(call)))
}

function update(call: Call): Answer {
  const comment = commentOf(call)
  changeComment(call.store, comment, readBody(call, BODY).body)
  return ok(commentJson(call.store, comment))
}

function remove(call: Call): Answer {
  const comment = commentOf(call)
  const issue = call.store.issue(comment.issue)
  issue.comments.splice(issue.comments.indexOf(comment), 1)
  issue.updatedAt = call.store.timestamp()
  return noContent
}
