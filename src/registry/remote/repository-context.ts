import type { Clock } from '../../ports/clock.ts'
import type { Exchange } from './exchange.ts'
import type { SegmentPool } from './segment-pool.ts'

/** What reading from a repository and writing to it need to know of it. */
export interface RepositoryContext {
  readonly exchange: Exchange
  readonly clock: Clock
  /** The registry, the path within it, and both together, for people. */
  readonly host: string
  readonly repository: string
  readonly name: string
  /** What tokens must allow. */
  readonly scopes: readonly string[]
  /** Longest time without enough bytes, in milliseconds, and how many bytes a second are enough. */
  readonly patience: number
  readonly leastRate: number
  /** How many downloads from the host of an address could begin right now; none while it has asked for less. */
  readonly idleDownloads?: (url: URL) => number
  /** Shared by all repositories of a run. */
  readonly segments: SegmentPool
}
