import * as z from 'zod'
import { react } from '../changes.ts'
import { noContent, notFound, type Answer, type Call } from '../http.ts'
import { reactionJson } from '../objects.ts'
import { page } from '../pagination.ts'
import type { Route } from '../router.ts'
import { REACTIONS, type Reaction } from '../store.ts'
import { numberOf, readBody } from '../validate.ts'
import { commentOf } from './comments.ts'
import { issueOf } from './issues.ts'

const CONTENT = z.object({ content: z.enum(REACTIONS) })

export const reactionRoutes: readonly Route[] = [
  ...routesFor('issue', '/repos/{owner}/{repo}/issues/{issue_number}/reactions', (call) => {
    const issue = issueOf(call)
    return { reactions: issue.reactions, path: `issues/${issue.number}/reactions` }
  }),
  ...routesFor('issue-comment', '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', (call) => {
    const comment = commentOf(call)
    return { reactions: comment.reactions, path: `issues/comments/${comment.id}/reactions` }
  }),
]

interface Target {
  readonly reactions: Reaction[]
  /** Within the repository. */
  readonly path: string
}

function routesFor(kind: string, path: string, find: (call: Call) => Target): readonly Route[] {
  const docs = (verb: string): string => `reactions/reactions#${verb}-for-an-${kind}`
  return [
    {
      method: 'GET',
      path,
      needs: ['issues=read'],
      docs: docs('list-reactions'),
      handle: (call) => list(call, find(call)),
    },
    {
      method: 'POST',
      path,
      needs: ['issues=write'],
      docs: docs('create-reaction'),
      handle: (call) => create(call, find(call)),
    },
    {
      method: 'DELETE',
      path: `${path}/{reaction_id}`,
      needs: ['issues=write'],
      docs: `reactions/reactions#delete-an-${kind}-reaction`,
      handle: (call) => remove(call, find(call)),
    },
  ]
}

function list(call: Call, { reactions, path }: Target): Answer {
  return page(call, path, reactions, (reaction) => reactionJson(call.store, reaction))
}

function create(call: Call, { reactions }: Target): Answer {
  const { content } = readBody(call, CONTENT)
  const { reaction, isNew } = react(call.store, call.token?.login ?? '', reactions, content)
  return { status: isNew ? 201 : 200, body: reactionJson(call.store, reaction) }
}

function remove(call: Call, { reactions }: Target): Answer {
  const index = reactions.findIndex(({ id }) => id === numberOf(call.params.reaction_id))
  if (index === -1) throw notFound()
  reactions.splice(index, 1)
  return noContent
}
