import { Failure } from '../../failure/failure.ts'
import { parseJsonObject, type JsonObject } from '../../oci/json.ts'
import type { Clock } from '../../ports/clock.ts'
import { readBounded } from '../bounded.ts'
import type { Credential } from './credentials.ts'
import { failureOf, readProblem } from './problem.ts'
import type { Exchange, RegistryRequest, RegistryResponse } from './exchange.ts'

const SHORTEST_LIFE = 60
const LONGEST_ANSWER = 128 * 1024
/** A token is used for this part of its life: a long upload must not begin with one about to run out. */
const USABLE_PART = 0.7

/** Access tokens of one registry, fetched when they are needed and kept while they are good. */
export interface Tokens {
  /**
   * A token for the scopes, and not the one that was just refused. Undefined where the service gives strangers
   * none: the registry's own refusal then says best what is missing.
   * @throws Failure `credentials-unusable` where the service refuses the credentials
   */
  get(scopes: readonly string[], refused?: string): Promise<string | undefined>
}

export interface TokenOptions {
  readonly exchange: Exchange
  readonly realm: URL
  readonly service: string | undefined
  readonly credential: Credential | undefined
  readonly clock: Clock
}

interface Token {
  readonly value: string | undefined
  readonly until: number
}

/** Requests for the same scopes share one fetch, however many come at once. */
export function createTokens(options: TokenOptions): Tokens {
  const fetched = new Map<string, Promise<Token>>()
  const fetchOnce = (key: string, scopes: readonly string[]): Promise<Token> => {
    const token = fetchToken(options, scopes)
    fetched.set(key, token)
    token.catch(() => fetched.delete(key))
    return token
  }
  return {
    async get(scopes, refused) {
      const key = scopes.join(' ')
      for (;;) {
        const kept = fetched.get(key)
        if (kept === undefined) return (await fetchOnce(key, scopes)).value
        const { value, until } = await kept
        const isRefused = refused !== undefined && value === refused
        if (!isRefused && options.clock.now() < until) return value
        // Only the first to notice throws it away; the others find the new one, or wait for it.
        if (fetched.get(key) === kept) fetched.delete(key)
      }
    },
  }
}

async function fetchToken(options: TokenOptions, scopes: readonly string[]): Promise<Token> {
  const { realm, credential, clock } = options
  const response = await askForToken(options, scopes)
  if (response.status === 200) {
    const answer = await readAnswer(response)
    const value = answer.token ?? answer.access_token
    if (typeof value === 'string' && value !== '') {
      return { value, until: clock.now() + lifeOf(answer.expires_in) * 1000 * USABLE_PART }
    }
    throw new Failure('registry-error', { host: realm.host, status: 200, detail: 'no token in the answer' })
  }
  const problem = await readProblem(response, clock.now())
  const isRefusal = problem.status === 400 || problem.status === 401 || problem.status === 403
  if (!isRefusal) throw failureOf(problem, { host: realm.host, repository: realm.pathname, does: 'pull' })
  if (credential !== undefined) {
    throw new Failure('credentials-unusable', { host: realm.host, reason: 'refused' })
  }
  return { value: undefined, until: Infinity }
}

async function askForToken(options: TokenOptions, scopes: readonly string[]): Promise<RegistryResponse> {
  const { exchange, credential } = options
  if (credential?.kind !== 'identity') return exchange(byGet(options, scopes))
  const response = await exchange(byPost(options, scopes, credential.token))
  if (response.status !== 404 && response.status !== 405) return response
  await response.discard()
  return exchange(byGet(options, scopes))
}

/** Seconds, counted from now: `issued_at` is not believed, since a skewed clock would void every token at once. */
function lifeOf(seconds: unknown): number {
  return typeof seconds === 'number' && seconds > SHORTEST_LIFE ? seconds : SHORTEST_LIFE
}

/** Distribution's token specification: scopes repeated, credentials as Basic. */
function byGet({ realm, service, credential }: TokenOptions, scopes: readonly string[]): RegistryRequest {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const pair = credentialPair(credential)
  return {
    method: 'GET',
    url,
    contentWithin: LONGEST_ANSWER,
    ...(pair !== undefined && { headers: { authorization: `Basic ${pair}` } }),
  }
}

function credentialPair(credential: Credential | undefined): string | undefined {
  if (credential === undefined || credential.kind === 'bearer') return undefined
  const pair =
    credential.kind === 'basic' ? `${credential.username}:${credential.password}` : `<token>:${credential.token}`
  return Buffer.from(pair).toString('base64')
}

/** Distribution's OAuth2 specification, for identity tokens. */
function byPost({ realm, service }: TokenOptions, scopes: readonly string[], refreshToken: string): RegistryRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: 'transship',
    scope: scopes.join(' '),
    ...(service !== undefined && { service }),
  })
  return {
    method: 'POST',
    url: realm,
    contentWithin: LONGEST_ANSWER,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: { bytes: new TextEncoder().encode(form.toString()) },
  }
}

async function readAnswer(response: RegistryResponse): Promise<JsonObject> {
  const bytes = await readBounded(response.body, LONGEST_ANSWER)
  return (bytes && parseJsonObject(bytes)) ?? {}
}
