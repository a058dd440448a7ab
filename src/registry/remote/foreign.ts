import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import { checked } from '../checked.ts'
import type { ByteStream } from '../repository.ts'
import { download } from './download.ts'
import type { Exchange } from './exchange.ts'
import type { RepositoryContext } from './repository-context.ts'

/** Publishers name one place or two; a manifest could name thousands. */
const MOST_PUBLISHERS = 8

export interface ForeignLayerContext extends RepositoryContext {
  /** Without credentials. No registry vouches for these hosts, so its being inside opens nothing inside to them. */
  readonly publishers: Exchange
}

/**
 * The bytes, from `offset` on, of a layer that may stay with its publisher: of the registry where it has them, else of
 * the layer's `urls`, http and https, in their order (image-spec, descriptor.md). Where one place ends early, the next
 * one goes on from there; wrong bytes are final once some of them have been handed on.
 * @param url where the registry would have it
 * @throws Failure `foreign-layer-unavailable`, or what the registry said where there is no other place
 */
export function foreignLayer(context: ForeignLayerContext, url: URL, blob: Descriptor, offset: number): ByteStream {
  const stream = fromAnyPlace(placesOf(context, url, blob), blob, offset)
  return checked(stream, blob, context.name, offset === 0 ? undefined : { offset })
}

interface Place {
  readonly context: RepositoryContext
  readonly url: URL
  readonly isPublisher: boolean
}

function placesOf({ publishers, ...registry }: ForeignLayerContext, url: URL, blob: Descriptor): Place[] {
  const urls = (blob.urls ?? []).filter(isWebAddress).slice(0, MOST_PUBLISHERS)
  const places = urls.map((text) => {
    const place = new URL(text)
    const { host } = place
    return {
      isPublisher: true,
      url: place,
      context: { ...registry, exchange: publishers, host, name: host, repository: blob.digest, scopes: [] },
    }
  })
  return [{ context: registry, url, isPublisher: false }, ...places]
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}

async function* fromAnyPlace([place, ...others]: readonly Place[], blob: Descriptor, offset: number): ByteStream {
  if (place === undefined) return
  let received = offset
  try {
    for await (const chunk of download(place.context, place.url, blob, received)) {
      received += chunk.byteLength
      yield chunk
    }
    return
  } catch (error) {
    const failure = Failure.from(error)
    if (failure.endsRun || Failure.is(failure, 'internal')) throw failure
    const isSpoilt = received > offset && Failure.is(failure, 'digest-mismatch')
    if (others.length === 0 || isSpoilt) throw place.isPublisher ? unavailable(blob, failure) : failure
  }
  yield* fromAnyPlace(others, blob, received)
}

function unavailable({ digest }: Descriptor, cause: Failure): Failure {
  // A publisher lists nothing: it only does not have it.
  const because = Failure.is(cause, 'blob-unknown')
    ? new Failure('registry-error', { host: cause.facts.where, status: 404, detail: '' }, { cause })
    : cause
  return new Failure('foreign-layer-unavailable', { digest, because }, { cause })
}
