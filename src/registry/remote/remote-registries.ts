import type { Clock } from '../../ports/clock.ts'
import type { Repository } from '../repository.ts'
import { withAuthorization } from './authorization.ts'
import type { Network } from './connectors.ts'
import { anonymous, type CredentialSource } from './credentials.ts'
import { endpointFor, namedHosts, type Endpoint, type EndpointOptions } from './endpoint.ts'
import type { Exchange } from './exchange.ts'
import { withGate } from './gate.ts'
import { Hosts } from './hosts.ts'
import { createHttpClient, type HttpClient } from './http-client.ts'
import { Linking } from './linking.ts'
import { withPullLimit } from './pull-limits.ts'
import { withRedirects } from './redirects.ts'
import { createReferrersMemory } from './referrers.ts'
import { RemoteRepository } from './remote-repository.ts'
import { withRetries } from './retries.ts'
import { SegmentPool } from './segment-pool.ts'
import { withWatch } from './watch.ts'
import { LEAST_RATE, PATIENCE } from './watchdog.ts'

/**
 * As whom a repository is opened: a source is read with its own credentials, a mirror is read and written with
 * its own, a stranger has none. What one role may do, no other learns.
 */
export type Role = 'source' | 'mirror' | 'stranger'

export interface RemoteOptions extends EndpointOptions {
  /**
   * Which registries the operator named, besides endpoints and insecure ones: all that are opened, or these alone. The
   * others are named by strangers, and are contacted only on the internet; so is any host that a registry leads to.
   */
  readonly operatorRegistries: 'all' | readonly string[]
  readonly sourceCredentials: CredentialSource
  readonly mirrorCredentials: CredentialSource
  readonly clock: Clock
  readonly userAgent: string
  /** This machine's unless told. */
  readonly network?: Network
  /** Most requests of a kind to one host at once: small ones, downloads, uploads. */
  readonly concurrency: number
  /** Longest time without enough bytes, in milliseconds; 60 s unless told. */
  readonly patience?: number
  /** Bytes a second that are enough, on average over the patience; 1 KiB/s unless told. */
  readonly leastRate?: number
  /** How many units of a pull limit are left to others, where a registry says how many there are; 0 unless told. */
  readonly pullReserve?: number
  /** Bytes of the largest manifest that is read. */
  readonly largestManifest?: number
  /** When the run must have ended, in milliseconds since the Unix epoch: no pause is waited for beyond. */
  readonly until?: number
  /** Ends all that is under way. */
  readonly signal?: AbortSignal
}

/** Each host has a lane for small requests, one for downloads and one for uploads. */
const LANES = 3

/** Opens repositories on registries; connections, tokens and what is known of hosts are shared by all of them. */
export class RemoteRegistries {
  readonly #options: RemoteOptions
  readonly #named: Set<string>
  readonly #client: HttpClient
  readonly #hosts: Hosts
  /** One request at a time when its host can take it, watched. */
  readonly #exchange: Exchange
  readonly #publishers: Exchange
  readonly #exchanges = new Map<string, Exchange>()
  readonly #linking = new Map<string, Linking>()
  readonly #segments = new SegmentPool()
  readonly #referrers = createReferrersMemory()

  constructor(options: RemoteOptions) {
    const { operatorRegistries } = options
    const named = new Set(namedHosts(operatorRegistries === 'all' ? [] : operatorRegistries, options))
    this.#options = options
    this.#named = named
    this.#hosts = new Hosts(options)
    this.#client = createHttpClient({
      ...options,
      connections: options.concurrency * LANES,
      isNamed: (host) => named.has(host),
    })
    const watched = withWatch(this.#client.exchange, { ...options, patience: options.patience ?? PATIENCE })
    this.#exchange = withGate(watched, this.#hosts, options.signal)
    this.#publishers = withRetries(withRedirects(this.#exchange), options.clock)
  }

  /** @throws Failure `input-invalid` for an endpoint that is no address */
  open(registry: string, repository: string, role: Role): Repository {
    const { clock, operatorRegistries, largestManifest } = this.#options
    const { patience = PATIENCE, leastRate = LEAST_RATE } = this.#options
    const endpoint = endpointFor(registry, this.#options)
    if (operatorRegistries === 'all') this.#named.add(endpoint.origin.host)
    return new RemoteRepository({
      exchange: this.#exchangeFor(endpoint, role),
      publishers: this.#publishers,
      clock,
      registry,
      repository,
      origin: endpoint.origin,
      prefix: endpoint.prefix,
      writes: role === 'mirror',
      patience,
      ...(largestManifest !== undefined && { largestManifest }),
      linking: this.#linkingAt(endpoint),
      leastRate,
      idleDownloads: (url) => this.#hosts.at(url).idleDownloads,
      segments: this.#segments,
      referrers: this.#referrers,
    })
  }

  /** Closes all connections. */
  close(): Promise<void> {
    return this.#client.close()
  }

  #linkingAt({ origin }: Endpoint): Linking {
    const linking = this.#linking.get(origin.origin) ?? new Linking()
    this.#linking.set(origin.origin, linking)
    return linking
  }

  #exchangeFor(endpoint: Endpoint, role: Role): Exchange {
    const key = `${role} ${endpoint.credentialHost} ${endpoint.origin.origin}`
    const exchange = this.#exchanges.get(key) ?? this.#connect(endpoint, role)
    this.#exchanges.set(key, exchange)
    return exchange
  }

  /**
   * The whole transport of one registry: authorization, which asks a token service, around retries, each within the
   * pull limit, around redirects.
   */
  #connect(endpoint: Endpoint, role: Role): Exchange {
    const { sourceCredentials, mirrorCredentials, clock, pullReserve: reserve = 0 } = this.#options
    const { origin, credentialHost } = endpoint
    const sources = { source: sourceCredentials, mirror: mirrorCredentials, stranger: anonymous }
    const exchange: Exchange = (request) => this.#exchange({ ...request, registry: origin })
    const limited = withPullLimit(withRedirects(exchange), { origin, reserve, clock })
    // Retries outside of it would multiply those that the token service has had.
    return withAuthorization(withRetries(limited, clock), {
      origin,
      credential: () => sources[role](credentialHost),
      tokenExchange: withRetries(exchange, clock),
      clock,
    })
  }
}
