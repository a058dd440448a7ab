import type { IncomingMessage } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { startLoopback } from '../loopback.ts'
import { errorAnswer, type Guard } from './call.ts'

/** One request for a token. */
export interface TokenRequest {
  readonly method: string
  readonly scopes: readonly string[]
  readonly service: string | undefined
  readonly authorization: string | undefined
  /** The form of a POST. */
  readonly form: URLSearchParams
}

export interface TokenServiceOptions {
  readonly now: () => number
  /** Who may have tokens for all; strangers get them for reading. */
  readonly users?: Readonly<Record<string, string>>
  /** What strangers get: the right to read (`pull`), a token that is good for nothing, or none. */
  readonly strangers?: 'pull' | 'useless' | 'refused'
  /** An identity token that may be exchanged by POST; without one, POST is answered with 404. */
  readonly identityToken?: string
  /** Scopes that nobody is given a token for, alone or among others. */
  readonly forbidden?: RegExp
  /** How long tokens live, in seconds; 300 unless told. */
  readonly lifetime?: number
  /** The document that is answered, made from the token. */
  readonly document?: (token: string) => Readonly<Record<string, unknown>>
}

/** A service that gives out tokens (distribution's token specification), and a guard that asks for them. */
export interface TokenService {
  readonly origin: string
  readonly requests: readonly TokenRequest[]
  /** Lets in who shows a token that is good for what is asked. */
  readonly guard: Guard
  /** No token given out so far is good any longer. */
  revoke(): void
  close(): Promise<void>
}

interface Grant {
  readonly scopes: readonly string[]
  readonly until: number
}

export async function startTokenService(options: TokenServiceOptions): Promise<TokenService> {
  const { now, lifetime = 300, document = (token) => ({ token, expires_in: lifetime }) } = options
  const grants = new Map<string, Grant>()
  const requests: TokenRequest[] = []
  let count = 0

  const loopback = await startLoopback((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request)
      const status = judge(request, options)
      response.writeHead(status, { 'content-type': 'application/json' })
      if (status !== 200) return response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED' }] }))
      count += 1
      const token = `token-${count}`
      grants.set(token, { scopes: grantedScopes(request, options), until: now() + lifetime * 1000 })
      return response.end(JSON.stringify(document(token)))
    })
  })

  return {
    origin: loopback.origin,
    requests,
    guard(request) {
      const scope = scopeOf(request)
      const grant = grants.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
      if (grant && grant.until > now() && grant.scopes.some((granted) => covers(granted, scope))) return undefined
      const challenge = `Bearer realm="${loopback.origin}/token",service="test",scope="${scope}"`
      return errorAnswer(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge })
    },
    revoke: () => grants.clear(),
    close: () => loopback.close(),
  }
}

/** Lets in who shows this user's name and password. */
export function basicGuard(username: string, password: string): Guard {
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return (request) =>
    request.headers.authorization === wanted
      ? undefined
      : errorAnswer(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': 'Basic realm="test"' })
}

async function readRequest(incoming: IncomingMessage): Promise<TokenRequest> {
  const form = new URLSearchParams(await textOf(incoming))
  const { searchParams } = new URL(incoming.url ?? '', 'http://localhost')
  return {
    method: incoming.method ?? '',
    scopes: incoming.method === 'POST' ? (form.get('scope') ?? '').split(' ') : searchParams.getAll('scope'),
    service: form.get('service') ?? searchParams.get('service') ?? undefined,
    authorization: incoming.headers.authorization,
    form,
  }
}

function judge(
  request: TokenRequest,
  { users = {}, strangers, identityToken, forbidden }: TokenServiceOptions,
): number {
  if (forbidden && request.scopes.some((scope) => forbidden.test(scope))) return 403
  if (request.method === 'POST') {
    if (identityToken === undefined) return 404
    return request.form.get('refresh_token') === identityToken ? 200 : 401
  }
  if (request.authorization === undefined) return strangers === 'refused' ? 401 : 200
  const [name = '', ...password] = Buffer.from(request.authorization.slice('Basic '.length), 'base64')
    .toString()
    .split(':')
  return users[name] === password.join(':') ? 200 : 401
}

function grantedScopes({ method, authorization, scopes }: TokenRequest, { strangers }: TokenServiceOptions): string[] {
  if (method === 'POST' || authorization !== undefined) return [...scopes]
  return strangers === 'useless' ? [] : scopes.map((scope) => scope.replace(/:[^:]*$/, ':pull'))
}

/** What a request needs: `repository:library/app:pull`. */
function scopeOf({ method, url = '' }: IncomingMessage): string {
  const repository = /^\/v2\/(.+?)\/(?:blobs|manifests|tags|referrers)\//.exec(url)?.[1] ?? ''
  return `repository:${repository}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'push'}`
}

function covers(granted: string, wanted: string): boolean {
  const [resource, actions] = splitScope(granted)
  const [wantedResource, wantedActions] = splitScope(wanted)
  return resource === wantedResource && wantedActions.every((action) => actions.includes(action))
}

function splitScope(scope: string): [string, string[]] {
  const colon = scope.lastIndexOf(':')
  return [scope.slice(0, colon), scope.slice(colon + 1).split(',')]
}
