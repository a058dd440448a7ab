import { ApiError, type Schemas } from './http.ts'
import type { Token } from './auth.ts'

const WINDOW_SECONDS = 3600
const LIMITS = { anonymous: 60, installation: 1000, user: 5000 } as const

/** Counts requests per token, as GitHub's primary rate limit does. Its window never ends while a test runs. */
export class RateLimiter {
  readonly #used = new Map<Token | undefined, number>()
  readonly #reset = Math.floor(Date.now() / 1000) + WINDOW_SECONDS
  readonly #limit: number | undefined

  /** @param limit requests an hour for everybody; GitHub's own numbers unless told */
  constructor(limit?: number) {
    this.#limit = limit
  }

  /** Counts one request. @throws ApiError 403 where none is left */
  take(token: Token | undefined): void {
    const { remaining, used } = this.state(token)
    if (remaining === 0) throw new ApiError(403, `API rate limit exceeded for ${token?.login ?? '127.0.0.1'}.`)
    this.#used.set(token, used + 1)
  }

  /** Takes one back: an answer of 304 is not counted. */
  giveBack(token: Token | undefined): void {
    this.#used.set(token, this.state(token).used - 1)
  }

  state(token: Token | undefined): Schemas['rate-limit'] {
    const limit = this.#limit ?? LIMITS[token?.kind ?? 'anonymous']
    const used = this.#used.get(token) ?? 0
    return { limit, used, remaining: limit - used, reset: this.#reset }
  }

  headers(token: Token | undefined): Record<string, string> {
    const { limit, used, remaining, reset } = this.state(token)
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
    }
  }
}
