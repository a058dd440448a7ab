import { Failure } from '../../failure/failure.ts'
import type { ByteStream } from '../repository.ts'
import type { Exchange, RegistryRequest, RegistryResponse } from './exchange.ts'
import type { Hosts, LaneName, Place } from './hosts.ts'
import { abortFailure, endOf } from './signals.ts'

/**
 * Lets requests out when their host can take them, and learns from what it answers. It stands around the exchange
 * itself, so that every hop, token and retry passes it. A place is held until the answer has been read.
 * @param run ends all waiting
 * @throws Failure `registry-throttled` where the host wants to be left alone for too long
 */
export function withGate(exchange: Exchange, hosts: Hosts, run?: AbortSignal): Exchange {
  return async (request) => {
    const place = await placeFor(request, hosts, run)
    try {
      const response = await exchange(request)
      place.answered(response)
      return leavingAfter(response, place)
    } catch (error) {
      if (isBroken(error)) place.suspected()
      place.leave()
      throw error
    }
  }
}

async function placeFor(request: RegistryRequest, hosts: Hosts, run?: AbortSignal): Promise<Place> {
  const end = endOf(request, run)
  const { signal } = end
  try {
    return await hosts.at(request.url).enter(laneOf(request), signal, request.urgent)
  } catch (error) {
    throw signal?.aborted ? abortFailure(signal) : error
  } finally {
    end.release()
  }
}

function laneOf({ method, reads, body }: RegistryRequest): LaneName {
  if (body && 'open' in body) return 'upload'
  return method === 'GET' && reads === 'blob' ? 'download' : 'small'
}

/** Docker Hub is known to refuse those who ask too much with headers that no strict parser takes. */
function isBroken(error: unknown): boolean {
  return Failure.is(error, 'registry-unreachable') && error.facts.reason === 'malformed'
}

function leavingAfter(response: RegistryResponse, place: Place): RegistryResponse {
  return {
    ...response,
    body: leavingAtEnd(response.body, place),
    discard: () => response.discard().finally(() => place.leave()),
  }
}

async function* leavingAtEnd(body: ByteStream, place: Place): ByteStream {
  try {
    yield* body
  } finally {
    place.leave()
  }
}
