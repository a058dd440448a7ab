import { Failure } from '../../failure/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RegistryResponse } from './exchange.ts'
import { Lane } from './lanes.ts'
import { Pace } from './pace.ts'
import { pauseAsked } from './retry-after.ts'

/** Milliseconds; a host that asks for a longer pause than this is not waited for. */
export const LONGEST_WAIT = 120_000

/**
 * Kinds of requests that do not wait for each other. An upload holds its place while it waits for its source, which
 * may be the same host: downloads have a lane of their own, and wait for nobody. What is small is never stuck behind
 * large blobs.
 */
export type LaneName = 'small' | 'download' | 'upload'

export interface HostsOptions {
  /** Most requests in each lane of a host at once. */
  readonly concurrency: number
  readonly clock: Clock
  /** When the run must have ended, in milliseconds since the Unix epoch: no pause is waited for beyond. */
  readonly until?: number
}

/** What a run knows of the hosts that it talks to, in whatever role. */
export class Hosts {
  readonly #hosts = new Map<string, Host>()

  constructor(private readonly options: HostsOptions) {}

  /** The host of an address; ports are hosts of their own. */
  at({ host }: URL): Host {
    const known = this.#hosts.get(host) ?? new Host(host, this.options)
    this.#hosts.set(host, known)
    return known
  }
}

/** A place in a lane. It is held until the answer has been read, and has to be left. */
export interface Place {
  /** What the host answered decides how much it is sent from now on, and when. */
  answered(response: RegistryResponse): void
  /** The host answered with something that may be a request to slow down. */
  suspected(): void
  /** May be called more than once. */
  leave(): void
}

/** One host: how much it is sent at once, and until when it wants to be left alone. */
export class Host {
  readonly #pace: Pace
  readonly #lanes: Readonly<Record<LaneName, Lane>>
  #quietUntil = 0

  constructor(
    private readonly name: string,
    private readonly options: HostsOptions,
  ) {
    const pace = new Pace(options.concurrency)
    const limit = () => pace.limit
    this.#pace = pace
    this.#lanes = { small: new Lane(limit), download: new Lane(limit), upload: new Lane(limit) }
  }

  /** How many downloads could begin right now; none while the host has asked for less. */
  get idleDownloads(): number {
    return this.#pace.isFull && this.#pauseLeft() <= 0 ? this.#lanes.download.free : 0
  }

  /**
   * Resolves when a request may leave: there is a place for it, and no pause that the host has asked for is left.
   * @param urgent it does not wait for a place, as others who hold one may wait for it
   * @throws Failure `registry-throttled` where the pause is too long to be waited for; else the signal's reason
   */
  async enter(lane: LaneName, signal?: AbortSignal, urgent?: boolean): Promise<Place> {
    this.#refuseLongPause()
    await this.#lanes[lane].enter(signal, urgent)
    try {
      await this.#pauseOver(signal)
      return this.#place(this.#lanes[lane])
    } catch (error) {
      this.#lanes[lane].leave()
      throw error
    }
  }

  #place(lane: Lane): Place {
    const { era } = this.#pace
    let isHeld = true
    return {
      answered: (response) => this.#answered(response, era),
      suspected: () => this.#pace.throttled(era),
      leave: () => {
        // undici takes a connection for free one turn later, and would open another one for who comes before.
        if (isHeld) setImmediate(() => lane.leave())
        isHeld = false
      },
    }
  }

  #answered(response: RegistryResponse, era: number): void {
    const now = this.options.clock.now()
    const pause = pauseAsked(response, now)
    this.#quietUntil = Math.max(this.#quietUntil, now + pause)
    if (response.status === 429 || pause > 0) this.#pace.throttled(era)
    else if (response.status < 500) this.#pace.succeeded(era)
    for (const lane of Object.values(this.#lanes)) lane.admit()
  }

  async #pauseOver(signal?: AbortSignal): Promise<void> {
    for (let left = this.#pauseLeft(); left > 0; left = this.#pauseLeft()) {
      this.#refuseLongPause()
      await this.options.clock.sleep(left, signal)
    }
  }

  #pauseLeft(): number {
    return this.#quietUntil - this.options.clock.now()
  }

  #refuseLongPause(): void {
    const { clock, until = Infinity } = this.options
    const left = this.#pauseLeft()
    if (left <= 0 || left <= Math.min(LONGEST_WAIT, until - clock.now())) return
    throw new Failure('registry-throttled', { host: this.name, seconds: Math.ceil(left / 1000) })
  }
}
