import { Failure } from '../../failure/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import { header, type Exchange, type RegistryResponse } from './exchange.ts'

/** Seconds for which a limit is believed that does not say over how long it counts. */
const UNTOLD_WINDOW = 60

export interface PullLimitOptions {
  /** The registry, whose answers alone are believed. */
  readonly origin: URL
  /** How many pulls are left to others. */
  readonly reserve: number
  readonly clock: Clock
}

/**
 * Keeps within what a registry says is left of its pull limit (Docker Hub's `ratelimit-remaining: 76;w=21600`): each
 * GET of a manifest takes one, all else is free. Who is asked, and by whom, makes the limit: this is for one registry
 * and one credential. A registry that says nothing is not limited.
 * @throws Failure `pull-limit-reached` instead of sending a GET that would cut into the reserve
 */
export function withPullLimit(exchange: Exchange, options: PullLimitOptions): Exchange {
  const limit = new PullLimit(options)
  return async (request) => {
    if (request.reads !== 'manifest') return exchange(request)
    const response = await (request.method === 'GET' ? limit.spend(() => exchange(request)) : exchange(request))
    limit.learn(response)
    return response
  }
}

class PullLimit {
  #known: { readonly remaining: number; readonly until: number; readonly seconds?: number } | undefined
  #underWay = 0

  constructor(private readonly options: PullLimitOptions) {}

  async spend<Result>(pull: () => Promise<Result>): Promise<Result> {
    this.#take()
    this.#underWay += 1
    try {
      return await pull()
    } finally {
      this.#underWay -= 1
    }
  }

  /** While other pulls are under way an answer may not have counted them: then the lower figure holds. */
  learn(response: RegistryResponse): void {
    if (response.url.origin !== this.options.origin.origin) return
    const told = readLimit(response)
    if (told === undefined) return
    const { remaining, seconds } = told
    const known = this.#current()
    this.#known = {
      ...told,
      remaining: known && this.#underWay > 0 ? Math.min(known.remaining, remaining) : remaining,
      until: this.options.clock.now() + (seconds ?? UNTOLD_WINDOW) * 1000,
    }
  }

  #take(): void {
    const known = this.#current()
    if (known === undefined) return
    const { remaining, seconds } = known
    const { origin, reserve } = this.options
    if (remaining <= reserve) {
      throw new Failure('pull-limit-reached', {
        host: origin.host,
        remaining,
        ...(seconds !== undefined && { seconds }),
      })
    }
    this.#known = { ...known, remaining: remaining - 1 }
  }

  /** Who has heard nothing for as long as the limit counts back knows nothing any more. */
  #current() {
    return this.#known && this.options.clock.now() < this.#known.until ? this.#known : undefined
  }
}

/** `76;w=21600`, or a bare number; the window, in seconds, may stand with the limit alone. Else undefined. */
function readLimit(response: RegistryResponse): { readonly remaining: number; readonly seconds?: number } | undefined {
  const value = header(response, 'ratelimit-remaining') ?? ''
  const remaining = /^\s*(\d+)/.exec(value)?.[1]
  if (remaining === undefined) return undefined
  const window = [value, header(response, 'ratelimit-limit') ?? ''].map(windowIn).find((seconds) => seconds)
  return { remaining: Number(remaining), ...(window !== undefined && { seconds: window }) }
}

function windowIn(value: string): number | undefined {
  const seconds = /;\s*w=(\d+)/.exec(value)?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}
