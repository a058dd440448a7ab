import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import { formatAddress, type Address } from '../../oci/place.ts'
import { isAttachmentTag } from '../../oci/referrers.ts'
import type { Repository } from '../repository.ts'
import type { LayoutIndex } from './index-file.ts'
import type { LayoutStore } from './store.ts'

/** An image that was found: the repository that has it, and the tag or digest to ask that for. */
export interface LocatedImage {
  readonly repository: Repository
  readonly key: string
}

const SHOWN_NAMES = 10

/**
 * Finds a source image in a layout. Beside `REPOSITORY:TAG` it knows how other tools write layouts: an entry whose
 * whole name is what was asked for (`oci:DIR:1.27`), and a directory with one image and no name for it (`oci:DIR`).
 * @throws Failure `layout-invalid` where there is no layout; `image-unknown`, `input-invalid` where no name was
 *   given and the directory does not have exactly one image. A name that is not there is left for the repository
 *   to say.
 */
export async function locateImage(store: LayoutStore, address: Address): Promise<LocatedImage> {
  if (!(await store.isLayout())) throw new Failure('layout-invalid', { path: store.directory, reason: 'absent' })
  const { place, tag, digest } = address
  const repository = store.repository(place.repository)
  if (digest !== undefined) return { repository, key: digest }
  const index = await store.index.read()
  if (tag === undefined) return onlyImage(store, index, address)

  const { byName } = index
  const bare = tag === 'latest' ? byName.get(place.repository) : undefined
  if (bare === undefined || byName.has(`${place.repository}:${tag}`)) return { repository, key: tag }
  // What is attached to it has a name without a repository, too.
  return { repository: store.repository(''), key: bare.digest }
}

function onlyImage(store: LayoutStore, index: LayoutIndex, address: Address): LocatedImage {
  const names = [...index.byName.keys()].filter((name) => !isOfAttachment(name))
  const [only, ...others] = imagesOf(index, names)
  const text = formatAddress(address)
  if (only === undefined) throw new Failure('image-unknown', { image: text, host: store.directory })
  if (others.length === 0) {
    const name = names.find((one) => index.byName.get(one)?.digest === only.digest) ?? ''
    return { repository: store.repository(name.slice(0, Math.max(0, name.lastIndexOf(':')))), key: only.digest }
  }
  const shown = names.toSorted().slice(0, SHOWN_NAMES)
  const expected = shown.map((name) => `${text}:${name}`).join(', ')
  throw new Failure('input-invalid', { name: 'image', value: text, expected })
}

/** What is under one of the names, or under none at all: signatures and lists of them are no images. */
function imagesOf({ byDigest, byName }: LayoutIndex, names: readonly string[]): readonly Descriptor[] {
  const named = new Set(names.map((name) => byName.get(name)?.digest))
  const attached = new Set([...byName.values()].map(({ digest }) => digest).filter((digest) => !named.has(digest)))
  return [...byDigest.values()].filter(({ digest }) => !attached.has(digest))
}

function isOfAttachment(name: string): boolean {
  return isAttachmentTag(name.slice(name.lastIndexOf(':') + 1))
}
