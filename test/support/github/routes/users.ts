import * as z from 'zod'
import { ApiError, notFound, ok, type Answer, type Call } from '../http.ts'
import { publicUserJson } from '../objects.ts'
import type { Route } from '../router.ts'
import { readBody } from '../validate.ts'

const QUERY = z.object({ query: z.string() })
const VIEWER = /^\s*(?:query\s*\w*\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/

export const userRoutes: readonly Route[] = [
  { method: 'GET', path: '/user', needs: [], docs: 'users/users#get-the-authenticated-user', handle: self },
  { method: 'GET', path: '/users/{username}', needs: [], docs: 'users/users#get-a-user', handle: user },
  { method: 'POST', path: '/graphql', needs: [], docs: 'graphql', handle: graphql },
]

function self({ store, token }: Call): Answer {
  if (token === undefined) throw new ApiError(401, 'Requires authentication')
  if (token.kind === 'installation') throw new ApiError(403, 'Resource not accessible by integration')
  return ok(publicUserJson(store, store.person(token.login)))
}

function user({ store, params }: Call): Answer {
  const person = store.people.get(params.username ?? '')
  if (person === undefined) throw notFound()
  return ok(publicUserJson(store, person))
}

/** One query of all of GraphQL: who am I, which REST does not tell a workflow's token. */
function graphql(call: Call): Answer {
  if (call.token === undefined) throw new ApiError(401, 'This endpoint requires you to be authenticated.')
  const { query } = readBody(call, QUERY)
  if (VIEWER.test(query)) return ok({ data: { viewer: { login: call.token.login } } })
  return ok({ errors: [{ type: 'NOT_IMPLEMENTED', message: 'Of GraphQL, only { viewer { login } } is here.' }] })
}
