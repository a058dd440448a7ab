import { authenticate, authorize, type Token } from './auth.ts'
import { ApiError, notFound, ok, type Answer } from './http.ts'
import type { RateLimiter } from './rate-limit.ts'
import { findRoute, type Match, type Route } from './router.ts'
import { commentRoutes } from './routes/comments.ts'
import { issueRoutes } from './routes/issues.ts'
import { labelRoutes } from './routes/labels.ts'
import { reactionRoutes } from './routes/reactions.ts'
import { repositoryRoutes } from './routes/repository.ts'
import { userRoutes } from './routes/users.ts'
import type { Store } from './store.ts'

/** A request as it came in. */
export interface ApiRequest {
  readonly method: string
  readonly url: URL
  readonly headers: {
    readonly authorization?: string | undefined
    readonly 'user-agent'?: string | undefined
    readonly accept?: string | undefined
  }
  readonly body: string
}

export interface Api {
  readonly store: Store
  readonly tokens: ReadonlyMap<string, Token>
  readonly limiter: RateLimiter
}

const DOCS = 'https://docs.github.com/rest'

const ROUTES: readonly Route[] = [
  ...commentRoutes,
  ...reactionRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...repositoryRoutes,
  ...userRoutes,
]

/** Answers one request, in the order of GitHub's checks: agent, token, limit, endpoint, repository, right, body. */
export function answerRequest(api: Api, request: ApiRequest): Answer {
  if (!request.headers['user-agent']?.trim()) return withoutAgent()
  let token: Token | undefined
  let match: Match | undefined
  try {
    token = authenticate(api.tokens, request.headers.authorization)
    if (request.method === 'GET' && request.url.pathname === '/rate_limit') return rateLimit(api, token)
    api.limiter.take(token)
    match = findRoute(ROUTES, request.method, canonicalPath(api.store, request.url.pathname))
    if (match === undefined) throw notFound()
    checkRepository(api.store, token, match.params)
    authorize(token, match.route.needs)
    return withHeaders(api, token, match, handle(api, request, token, match))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return withHeaders(api, token, match, error.answer(docsOf(match)))
  }
}

function handle(api: Api, request: ApiRequest, token: Token | undefined, { route, params }: Match): Answer {
  return route.handle({
    store: api.store,
    params,
    query: request.url.searchParams,
    accept: request.headers.accept ?? '',
    body: parseBody(request.body),
    token,
  })
}

function parseBody(text: string): unknown {
  if (text === '') return {}
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new ApiError(400, 'Problems parsing JSON')
  }
  if (typeof body !== 'object' || body === null) throw new ApiError(400, 'Body should be a JSON object')
  return body
}

/** A repository that is not there and one that one may not see answer alike. */
function checkRepository(store: Store, token: Token | undefined, params: Match['params']): void {
  const { owner, repo } = params
  if (owner === undefined || repo === undefined) return
  const named = `${owner}/${repo}`.toLowerCase() === store.fullName.toLowerCase()
  if (!named || (store.private && token === undefined)) throw notFound()
}

/** The addresses in `Link` headers name the repository by its number. */
function canonicalPath(store: Store, path: string): string {
  return path.replace(`/repositories/${store.repositoryId}/`, `/repos/${store.fullName}/`)
}

function withHeaders(api: Api, token: Token | undefined, match: Match | undefined, answer: Answer): Answer {
  const needs = match?.route.needs ?? []
  const headers = {
    ...api.limiter.headers(token),
    ...(needs.length > 0 && { 'x-accepted-github-permissions': needs.join('; ') }),
    ...answer.headers,
  }
  return { ...answer, headers }
}

function rateLimit({ limiter }: Api, token: Token | undefined): Answer {
  const core = limiter.state(token)
  return { ...ok({ resources: { core, search: core }, rate: core }), headers: limiter.headers(token) }
}

function withoutAgent(): Answer {
  const body =
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header ' +
    '(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required).\n'
  return { status: 403, body, headers: { 'content-type': 'text/html; charset=utf-8' } }
}

function docsOf(match: Match | undefined): string {
  return match === undefined ? DOCS : `${DOCS}/${match.route.docs}`
}
