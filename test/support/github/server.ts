import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { answerRequest, type Api } from './api.ts'
import { authenticate, type Token } from './auth.ts'
import { Faults, type Fault } from './faults.ts'
import { ApiError, type Answer } from './http.ts'
import { RateLimiter } from './rate-limit.ts'
import { Store, type StoreOptions } from './store.ts'

export interface GitHubOptions extends StoreOptions {
  /** Secret to what it opens. */
  readonly tokens?: Readonly<Record<string, Token>>
  /** Requests an hour for each token; GitHub's own numbers unless told. */
  readonly rateLimit?: number
}

/** One request in the log. `status` is absent while it is under way, and where its answer was lost. */
export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: string
  /** Whose token it carried. */
  readonly login: string | undefined
  readonly userAgent: string | undefined
  status?: number
}

export interface GitHub {
  /** Base address of the API. */
  readonly url: string
  readonly graphqlUrl: string
  /** Address of the pages that people look at; nothing listens there. */
  readonly serverUrl: string
  /** `owner/name`. */
  readonly repository: string
  /** All that it remembers; tests may look and change. */
  readonly state: Store
  /** Secrets to what they open; adding and removing works at once. */
  readonly tokens: Map<string, Token>
  /** All requests so far, in the order in which they came. */
  readonly requests: readonly LoggedRequest[]
  /** Makes requests to come fail. */
  failNext(fault: Fault): void
  close(): Promise<void>
}

/** Starts a stand-in for GitHub's API on a free port of 127.0.0.1, as strict as the real one. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const state = new Store(options)
  const tokens = new Map(Object.entries(options.tokens ?? {}))
  const faults = new Faults()
  const requests: LoggedRequest[] = []
  const api: Api = { store: state, tokens, limiter: new RateLimiter(options.rateLimit) }

  const server = createServer((request, response) => {
    serve(api, faults, requests, request, response).catch((error: unknown) => {
      // A bug here, or a client that went away: a test sees the connection end.
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The stand-in for GitHub has no port')
  state.apiUrl = `http://127.0.0.1:${address.port}`

  return {
    url: state.apiUrl,
    graphqlUrl: `${state.apiUrl}/graphql`,
    serverUrl: state.pagesUrl,
    repository: state.fullName,
    state,
    tokens,
    requests,
    failNext: (fault) => faults.failNext(fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  api: Api,
  faults: Faults,
  log: LoggedRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', headers } = request
  const url = new URL(request.url ?? '/', api.store.apiUrl)
  const body = await text(request)
  const entry: LoggedRequest = {
    method,
    path: url.pathname,
    query: url.search,
    body,
    login: loginOf(api, headers.authorization),
    userAgent: headers['user-agent'],
  }
  log.push(entry)

  const fault = faults.take(method, url.pathname)
  await fault?.until
  if (fault?.drop === 'before') return void response.destroy()
  const answer = scripted(fault) ?? answerRequest(api, { method, url, headers, body })
  if (fault?.drop === 'after') return void response.destroy()
  entry.status = send(api, request, response, answer)
}

function scripted(fault: Fault | undefined): Answer | undefined {
  if (fault?.status === undefined) return undefined
  const { status, headers = {}, body = { message: 'Scripted', status: String(status) } } = fault
  return { status, headers, body }
}

/** Sends an answer, or 304 where the client has it already; returns the status. */
function send(api: Api, request: IncomingMessage, response: ServerResponse, answer: Answer): number {
  const { status, body, headers = {} } = answer
  const content = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body)
  const etag = `W/"${createHash('sha256').update(content).digest('hex')}"`
  const known = request.method === 'GET' && status === 200 && request.headers['if-none-match'] === etag
  if (known) api.limiter.giveBack(authenticate(api.tokens, request.headers.authorization))
  response.writeHead(known ? 304 : status, {
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': '2022-11-28',
    'x-github-request-id': `0:${Date.now().toString(16)}`,
    ...(content !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    ...(request.method === 'GET' && status === 200 && { etag }),
    ...headers,
  })
  response.end(known ? '' : content)
  return known ? 304 : status
}

function loginOf(api: Api, authorization: string | undefined): string | undefined {
  try {
    return authenticate(api.tokens, authorization)?.login
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}
