/** What goes wrong with requests to come. */
export interface Fault {
  /**
   * Which requests, by `METHOD /path`: a pattern, or a text in which `*` stands for any part of a path. All
   * requests where it is absent.
   */
  readonly match?: string | RegExp
  /** How many of them; 1 unless told. */
  readonly times?: number
  /** The answer instead of the real one; nothing is changed then. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** The connection is lost: before the request was acted on, or after, when its answer is lost. */
  readonly drop?: 'before' | 'after'
  /** The request is acted on only when this is fulfilled: for races that end as the test wants. */
  readonly until?: Promise<unknown>
}

/** Faults in the order in which they were asked for; each is used up, then gone. */
export class Faults {
  #waiting: { readonly fault: Fault; left: number }[] = []

  failNext(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 })
  }

  /** The fault that meets this request, if any. */
  take(method: string, path: string): Fault | undefined {
    const entry = this.#waiting.find(({ fault }) => matches(fault.match, `${method} ${path}`))
    if (entry === undefined) return undefined
    entry.left -= 1
    this.#waiting = this.#waiting.filter(({ left }) => left > 0)
    return entry.fault
  }
}

/** GitHub's secondary rate limit, which has a way to be told: `retry-after`, in seconds. */
export function secondaryRateLimit(retryAfter: number): Fault {
  return {
    status: 403,
    headers: { 'retry-after': String(retryAfter) },
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url:
        'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
      status: '403',
    },
  }
}

function matches(pattern: string | RegExp | undefined, request: string): boolean {
  if (pattern === undefined) return true
  if (pattern instanceof RegExp) return pattern.test(request)
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^/]*')}$`).test(request)
}
