import type { Descriptor, Manifest } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { DigestChange, Note } from '../outcome/outcome.ts'
import { choosePlatforms, platformsOf, platformsThere, requirePlatforms } from './platforms.ts'
import {
  asItIs,
  inDockerTypes,
  withEntries,
  withoutArtifacts,
  withoutAttestations,
  type KnownImage,
  type Origin,
} from './rewrite.ts'
import type { Source } from './source-share.ts'
import type { LeaveOut } from './tree.ts'

/** How an image shall stand at the mirror; as it is at the source, with its digest, unless told otherwise. */
export interface FormOptions {
  /** All platforms where undefined. */
  readonly platforms?: readonly Platform[]
  /** Platforms that the target's tag has already stay, so that no request takes another's away. */
  readonly keepPlatforms?: boolean
  /** The index stays as it is, and with it the digest, though not all platforms are brought. */
  readonly sparse?: boolean
  /** Leave out of indexes what describes other entries. */
  readonly dropAttestations?: boolean
  /** Write manifests in Docker's media types. */
  readonly dockerMediaTypes?: boolean
}

/** An image in the form that was asked for. */
export interface FormedImage extends KnownImage {
  /** What a sparse copy does without. */
  readonly leaveOut?: LeaveOut
  readonly notes: readonly Note[]
}

/** The way of the image that is formed: where it is read, and where it goes. */
export interface FormOrigin extends Origin {
  readonly target: Source
}

/** Whether the source's own digest at the mirror is all that could be asked for. */
export function isAsAsked({
  platforms,
  keepPlatforms,
  sparse,
  dropAttestations,
  dockerMediaTypes,
}: FormOptions): boolean {
  if (dropAttestations || dockerMediaTypes) return false
  // A whole image in the place of the chosen platforms is right unless exactly those were asked for.
  return platforms === undefined || (keepPlatforms === true && !sparse)
}

/** Whether the image goes with the digest that it has at the source. */
export function keepsDigest({ platforms, sparse, dropAttestations, dockerMediaTypes }: FormOptions): boolean {
  return !dropAttestations && !dockerMediaTypes && (platforms === undefined || sparse === true)
}

/**
 * Gives an image the form that was asked for. Platforms are chosen first, so that what is not wanted is neither read
 * nor in the way; a sparse copy leaves them out last, since its index goes on listing them.
 * @param present what the target's tag leads to now
 * @throws Failure `platform-missing`, `only-attestations`, `not-expressible`
 */
export async function formImage(
  origin: FormOrigin,
  original: Manifest,
  present: Descriptor | undefined,
  options: FormOptions,
): Promise<FormedImage> {
  const wanted = await wantedPlatforms(origin, original, present, options)
  const whole = asItIs(original)
  const chosen = wanted && !options.sparse ? await strip(origin, whole, wanted) : whole
  const bare = await dropDescriptions(origin, chosen, options)
  const formed = options.dockerMediaTypes ? await inDockerTypes(origin, bare) : bare
  const sparse = wanted && options.sparse ? await leaveOutOthers(origin, formed, wanted) : { notes: [] }
  const changed = (kind: DigestChange['kind'], before: KnownImage, after: KnownImage): Note[] =>
    before.root === after.root ? [] : [{ kind, sourceDigest: original.descriptor.digest }]
  return {
    ...formed,
    ...sparse,
    notes: [
      ...changed('platforms-chosen', whole, chosen),
      ...changed('attestations-dropped', chosen, bare),
      ...changed('media-types-changed', bare, formed),
      ...sparse.notes,
    ],
  }
}

async function wantedPlatforms(
  origin: FormOrigin,
  original: Manifest,
  present: Descriptor | undefined,
  { platforms, keepPlatforms, sparse }: FormOptions,
): Promise<readonly Platform[] | undefined> {
  if (platforms === undefined) return undefined
  await requirePlatforms(origin, original, platforms)
  // A single image has no more than that, and an index that stays the same loses nothing.
  const stays = original.kind === 'image' || (sparse === true && present?.digest === original.descriptor.digest)
  if (!keepPlatforms || present === undefined || stays) return platforms
  const mirrored = { ...origin, source: origin.target }
  const there = await origin.target.manifest(present.digest)
  return [...platforms, ...(await (sparse ? platformsThere(mirrored, there) : platformsOf(mirrored, there)))]
}

async function strip(origin: Origin, image: KnownImage, wanted: readonly Platform[]): Promise<KnownImage> {
  const { isChosen } = await choosePlatforms(origin, image, wanted)
  return withEntries(origin, image, isChosen)
}

function dropDescriptions(origin: Origin, image: KnownImage, options: FormOptions): Promise<KnownImage> {
  if (options.dockerMediaTypes) return withoutArtifacts(origin, image)
  return options.dropAttestations ? withoutAttestations(origin, image) : Promise.resolve(image)
}

async function leaveOutOthers(
  origin: Origin,
  image: KnownImage,
  wanted: readonly Platform[],
): Promise<Pick<FormedImage, 'leaveOut' | 'notes'>> {
  if (image.root.kind === 'image') return { notes: [] }
  const { isChosen, leftOut } = await choosePlatforms(origin, image, wanted)
  const notes: Note[] = leftOut > 0 ? [{ kind: 'platforms-left-out', count: leftOut }] : []
  return { leaveOut: (child) => !isChosen(child), notes }
}
