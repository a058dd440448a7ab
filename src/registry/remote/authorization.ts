import { Failure } from '../../failure/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import { parseChallenges, type Challenge } from './challenge.ts'
import type { Credential } from './credentials.ts'
import { detached, headerValues, type Exchange, type RegistryRequest, type RegistryResponse } from './exchange.ts'
import { mergeScopes } from './scopes.ts'
import { createTokens, type Tokens } from './tokens.ts'

const LONGEST_REFUSAL = 64 * 1024

export interface AuthorizationOptions {
  /** The registry's own origin: the only place that credentials are shown to, besides its token service. */
  readonly origin: URL
  /** Looked up once, when a registry first asks. */
  readonly credential: () => Promise<Credential | undefined>
  /** Reaches the token service: with retries, without redirects, since a body with a secret must not be led away. */
  readonly tokenExchange: Exchange
  readonly clock: Clock
}

/**
 * Answers a registry's challenges. Nothing is shown before the registry asks; from then on requests carry what
 * it wants from the start. A second refusal with fresh credentials is final.
 */
export function withAuthorization(exchange: Exchange, options: AuthorizationOptions): Exchange {
  const { origin } = options
  let scheme: Promise<Scheme> | undefined

  return async (request) => {
    if (request.url.origin !== origin.origin) return exchange(request)
    const known = scheme === undefined ? undefined : await scheme
    const shown = await known?.authorize(request.scopes ?? [])
    const answer = await exchange(withHeader(request, shown))
    // A host that the registry redirects to speaks for itself: it must not say where the credentials go.
    if (answer.status !== 401 || answer.url.origin !== origin.origin) return answer

    const first = await detached(answer, LONGEST_REFUSAL)
    const challenges = await challengesOf(first, exchange, origin)
    scheme ??= schemeFor(challenges, options)
    const agreed = await scheme
    const fresh = await agreed.authorize(scopesOf(request, challenges), shown)
    if (fresh === undefined || (fresh === shown && agreed.final)) return first
    return exchange(withHeader(request, fresh))
  }
}

/** How a registry wants to be spoken to: the value for `Authorization`, another one than `refused` if it can. */
interface Scheme {
  readonly final: boolean
  authorize(scopes: readonly string[], refused?: string): Promise<string | undefined>
}

const none: Scheme = { final: true, authorize: () => Promise.resolve(undefined) }

async function schemeFor(
  challenges: readonly Challenge[],
  { origin, credential, tokenExchange, clock }: AuthorizationOptions,
): Promise<Scheme> {
  const found = await credential()
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
  if (found?.kind === 'bearer') return fixed(`Bearer ${found.token}`)
  if (bearer) {
    const realm = realmOf(bearer, origin)
    return bearerScheme(
      createTokens({ exchange: tokenExchange, realm, service: bearer.parameters.service, credential: found, clock }),
    )
  }
  const basic = challenges.some(({ scheme }) => scheme === 'basic')
  if (!basic || found?.kind !== 'basic') return none
  return fixed(`Basic ${Buffer.from(`${found.username}:${found.password}`).toString('base64')}`)
}

function fixed(value: string): Scheme {
  return { final: true, authorize: () => Promise.resolve(value) }
}

function bearerScheme(tokens: Tokens): Scheme {
  return {
    final: false,
    authorize: async (scopes, refused) => {
      const token = await tokens.get(scopes, refused?.slice('Bearer '.length))
      return token && `Bearer ${token}`
    },
  }
}

/** The token service's address. Credentials go there, so it may not be less protected than the registry is. */
function realmOf({ parameters }: Challenge, origin: URL): URL {
  const { realm = '' } = parameters
  const url = URL.canParse(realm) ? new URL(realm) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && origin.protocol === 'http:')
  if (!url || !isSafe) throw new Failure('registry-untrusted', { host: origin.host, reason: 'realm' })
  return url
}

/** Some registries refuse without a word; their `/v2/` then says what they want. */
async function challengesOf(response: RegistryResponse, exchange: Exchange, origin: URL): Promise<Challenge[]> {
  const own = parseChallenges(headerValues(response, 'www-authenticate'))
  if (own.length > 0) return own
  const ping = await exchange({ method: 'GET', url: new URL('/v2/', origin) })
  await ping.discard()
  if (ping.url.origin !== origin.origin) return []
  return parseChallenges(headerValues(ping, 'www-authenticate'))
}

/** What is needed here, and what the registry says is needed: it may name its scopes in a way of its own. */
function scopesOf(request: RegistryRequest, challenges: readonly Challenge[]): string[] {
  const asked = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters.scope ?? ''
  return mergeScopes([...(request.scopes ?? []), ...asked.split(' ').filter(Boolean)])
}

function withHeader(request: RegistryRequest, authorization: string | undefined): RegistryRequest {
  return authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } }
}
