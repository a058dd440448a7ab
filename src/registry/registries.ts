import { setMaxListeners } from 'node:events'
import { Failure } from '../failure/failure.ts'
import type { Address, Place } from '../oci/place.ts'
import type { Clock } from '../ports/clock.ts'
import type { ProcessTable } from '../ports/process-table.ts'
import { locateImage, type LocatedImage } from './layout/locate.ts'
import { LayoutStore } from './layout/store.ts'
import { withAuthorization } from './remote/authorization.ts'
import { anonymous, type CredentialSource } from './remote/credentials.ts'
import type { Network } from './remote/connectors.ts'
import { endpointFor, namedHosts, type Endpoint, type EndpointOptions } from './remote/endpoint.ts'
import type { Exchange } from './remote/exchange.ts'
import { createHttpClient, type HttpClient } from './remote/http-client.ts'
import { withRedirects } from './remote/redirects.ts'
import { RemoteRepository } from './remote/remote-repository.ts'
import { withRetries } from './remote/retries.ts'
import type { Repository } from './repository.ts'

/**
 * As whom a repository is opened: a source is read with its own credentials, a mirror is read and written with
 * its own, a stranger has none. What one role may do, no other learns.
 */
export type Role = 'source' | 'mirror' | 'stranger'

export interface RegistriesOptions extends EndpointOptions {
  /**
   * Which registries the operator named, besides endpoints and insecure ones: all that are opened, or these alone. The
   * others are named by strangers, and are contacted only on the internet; so is any host that a registry leads to.
   */
  readonly operatorRegistries: 'all' | readonly string[]
  readonly sourceCredentials: CredentialSource
  readonly mirrorCredentials: CredentialSource
  readonly clock: Clock
  readonly processes: ProcessTable
  readonly userAgent: string
  /** This machine's unless told. */
  readonly network?: Network
  /** Most connections to one host. */
  readonly connections: number
  /** Longest time without a byte, in milliseconds; 60 s unless told. */
  readonly patience?: number
  /** Ends all that is under way. */
  readonly signal?: AbortSignal
}

/** Opens repositories, on registries and in directories alike. */
export interface Registries {
  /** @throws Failure `input-invalid` for a bad endpoint, `layout-invalid` */
  open(place: Place, role: Role): Promise<Repository>
  /**
   * A source image: its repository, and the tag or digest to ask that for.
   * @throws Failure as `open`, and where a directory does not say which of its images is meant
   */
  locate(address: Address): Promise<LocatedImage>
  close(): Promise<void>
}

const PATIENCE = 60_000

/** Connections, tokens and directories are shared by all that is opened here. */
export function createRegistries(options: RegistriesOptions): Registries {
  const closing = new AbortController()
  const end = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal
  // Every request listens to it; Node would take the eleventh for a leak.
  setMaxListeners(0, end)
  const clock = clockUntil(end, options.clock)
  const { operatorRegistries } = options
  const named = new Set(namedHosts(operatorRegistries === 'all' ? [] : operatorRegistries, options))
  const client = createHttpClient({ ...options, signal: end, isNamed: (host) => named.has(host) })
  const exchanges = new Map<string, Exchange>()
  const stores = new Map<string, Promise<LayoutStore>>()

  function exchangeFor(endpoint: Endpoint, role: Role): Exchange {
    const key = `${role} ${endpoint.credentialHost} ${endpoint.origin.origin}`
    const exchange = exchanges.get(key) ?? registryExchange(client, endpoint, credentialFor(endpoint, role), clock)
    exchanges.set(key, exchange)
    return exchange
  }

  function credentialFor(endpoint: Endpoint, role: Role) {
    const sources = { source: options.sourceCredentials, mirror: options.mirrorCredentials, stranger: anonymous }
    return () => sources[role](endpoint.credentialHost)
  }

  function storeAt(directory: string): Promise<LayoutStore> {
    const store =
      stores.get(directory) ?? LayoutStore.open(directory, { processes: options.processes, clock, signal: end })
    stores.set(directory, store)
    return store
  }

  function openRemote(registry: string, repository: string, role: Role): Repository {
    const endpoint = endpointFor(registry, options)
    if (operatorRegistries === 'all') named.add(endpoint.origin.host)
    return new RemoteRepository({
      exchange: exchangeFor(endpoint, role),
      clock,
      registry,
      repository,
      origin: endpoint.origin,
      prefix: endpoint.prefix,
      writes: role === 'mirror',
      patience: options.patience ?? PATIENCE,
    })
  }

  return {
    async open(place, role) {
      if (place.kind === 'registry') return openRemote(place.registry, place.repository, role)
      return (await storeAt(place.directory)).repository(place.repository)
    },
    async locate(address) {
      const { place, tag, digest } = address
      if (place.kind === 'layout') return locateImage(await storeAt(place.directory), address)
      return { repository: openRemote(place.registry, place.repository, 'source'), key: digest ?? tag ?? 'latest' }
    },
    close() {
      // What nobody waits for any more must not be tried again: it would keep the process.
      closing.abort(new Failure('cancelled', {}))
      return client.close()
    },
  }
}

/** The whole transport of one registry: authorization, which asks a token service, around retries around redirects. */
function registryExchange(
  client: HttpClient,
  endpoint: Endpoint,
  credential: Parameters<typeof withAuthorization>[1]['credential'],
  clock: Clock,
): Exchange {
  const exchange: Exchange = (request) => client.exchange({ ...request, registry: endpoint.origin })
  // Retries outside of it would multiply those that the token service has had.
  return withAuthorization(withRetries(withRedirects(exchange), clock), {
    origin: endpoint.origin,
    credential,
    tokenExchange: withRetries(exchange, clock),
    clock,
  })
}

/** A clock whose waits end with the run: a pause that a registry asked for may last minutes. */
function clockUntil(end: AbortSignal, clock: Clock): Clock {
  return {
    now: () => clock.now(),
    random: () => clock.random(),
    async sleep(milliseconds, signal) {
      try {
        await clock.sleep(milliseconds, signal ? AbortSignal.any([end, signal]) : end)
      } catch (cause) {
        throw end.aborted ? new Failure('cancelled', {}, { cause }) : cause
      }
    },
  }
}
