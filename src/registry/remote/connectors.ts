import { lookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { isPublicAddress } from './trust.ts'

const CONNECT_TIMEOUT = 30_000

type Connector = ReturnType<typeof buildConnector>

/** How names become addresses, and which of those anybody may send this program to. */
export interface Network {
  readonly lookup: LookupFunction
  readonly isPublic: (address: string) => boolean
}

/** The network of this machine. */
export const systemNetwork: Network = { lookup, isPublic: isPublicAddress }

/** A host whose addresses are none of the internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError'
}

/**
 * Connects to public addresses alone. A name is judged by the very addresses that are then connected to: a name
 * server that gives another answer the next time gains nothing.
 */
export function publicConnector(network: Network): Connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT, lookup: publicLookup(network) })
  return (options, callback) => {
    // Nobody looks up what is an address already.
    if (isIP(options.hostname) !== 0 && !network.isPublic(options.hostname)) callback(new PrivateAddressError(), null)
    else connect(options, callback)
  }
}

/**
 * Connects to any address.
 * @param onPrivate is told of origins that turned out not to be on the internet, once any TLS with them stands
 */
export function anyConnector(network: Network, onPrivate: (origin: string) => void): Connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT, lookup: network.lookup })
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null)
      const { protocol, hostname, host = hostname } = options
      const isPrivate = socket.remoteAddress !== undefined && !network.isPublic(socket.remoteAddress)
      if (isPrivate) onPrivate(new URL(`${protocol}//${host}`).origin)
      callback(null, socket)
    })
  }
}

/** Finds only public addresses; of a name that has others too, those are not tried. */
export function publicLookup(network: Network): LookupFunction {
  return (hostname, options, callback) => {
    network.lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const addresses = listOf(found).filter(({ address }) => network.isPublic(address))
      const [first] = addresses
      if (first === undefined) callback(new PrivateAddressError(), [])
      else if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

function listOf(found: string | LookupAddress[]): LookupAddress[] {
  return typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found
}
