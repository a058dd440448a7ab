import { Failure } from '../failure/failure.ts'
import { deliver } from '../mirror/deliver.ts'
import type { Holdings } from '../mirror/holdings.ts'
import { digestAt } from '../mirror/plan.ts'
import type { ReferrersChoice } from '../mirror/referrers.ts'
import type { Schedules } from '../mirror/schedule.ts'
import type { LocatedSource, Source, SourceShare } from '../mirror/source-share.ts'
import type { TreeLimits } from '../mirror/tree.ts'
import type { Digest } from '../oci/digest.ts'
import { formatAddress, formatPlace, type Address } from '../oci/place.ts'
import type { Platform } from '../oci/platform.ts'
import { undelivered, type Note, type Outcome, type Progress } from '../outcome/outcome.ts'
import type { TagPolicy } from '../policy/tag-policy.ts'
import type { Clock } from '../ports/clock.ts'
import type { Registries } from '../registry/registries.ts'

/** What copies need of the world; one set serves a whole run. */
export interface CopyPorts {
  readonly registries: Registries
  readonly clock: Clock
  /** What happens at once in the whole run, for each mirror. */
  readonly schedules: Schedules
  /** What the run has learned of its mirrors. */
  readonly holdings: Holdings
  /** Reads each source once for all its mirrors. */
  readonly sources: SourceShare
  /** Aborted when nothing more is to begin; its reason says why. */
  readonly end?: AbortSignal
}

/** One image and where it shall be. */
export interface CopyTask {
  /** As the caller named it. */
  readonly image: string
  readonly source: Address
  readonly target: Address
  /**
   * The target's tag is the source's own. It is then only set where the source's tag leads to the digest that was
   * asked for: who asks for an old digest by tag and digest must not turn the mirror's tag back.
   */
  readonly followsTag: boolean
}

export interface CopyImageOptions {
  readonly platforms?: readonly Platform[]
  /** Platforms that the mirror's tag has already stay. */
  readonly keepPlatforms?: boolean
  /** With `platforms`: the index stays as it is, with its digest, and the other platforms are left out of the mirror. */
  readonly sparse?: boolean
  /** Leave out of indexes what describes other entries; the digest is then a new one. */
  readonly dropAttestations?: boolean
  /** Write manifests in Docker's media types; the digest is then a new one. */
  readonly dockerMediaTypes?: boolean
  /** What becomes of signatures and the like; `auto` unless told. */
  readonly referrers?: ReferrersChoice
  /** Fetch layers that stay with their publisher, too. */
  readonly foreignLayers?: boolean
  /** Which tags of the mirror may be moved; all unless told. */
  readonly tags?: TagPolicy
  /** Move tags that `tags` protects. */
  readonly force?: boolean
  /** Keep what a moved tag led to under a dated tag. */
  readonly backupTags?: boolean
  /** What an image may hold at most. */
  readonly limits?: Partial<TreeLimits>
  /** Most bytes that an image may have. */
  readonly maxSize?: number
  readonly dryRun?: boolean
  /** Read everything back, and the tag once more without credentials. */
  readonly proof?: boolean
  readonly onProgress?: (progress: Progress) => void
}

/** Copies one image to one place. It never throws: what goes wrong is the outcome. */
export async function copyImage(task: CopyTask, options: CopyImageOptions, ports: CopyPorts): Promise<Outcome> {
  const { image, target } = task
  const address = formatAddress(shownAddress(target))
  try {
    ports.end?.throwIfAborted()
    return await ports.sources.use(task.source, (source) => copyFrom(source, task, options, ports))
  } catch (error) {
    return undelivered(image, sparseRefusal(error, task, options) ?? Failure.from(error), address)
  }
}

/** Most registries, and directories, want all that an index lists: then it is the sparse form that they refuse. */
function sparseRefusal(
  error: unknown,
  { target }: CopyTask,
  { sparse, platforms }: CopyImageOptions,
): Failure | undefined {
  if (!sparse || platforms === undefined) return undefined
  const where = formatPlace(target.place)
  const isMissing = Failure.is(error, 'blob-unknown') && error.facts.where === where
  if (!isMissing && !Failure.is(error, 'manifest-incomplete')) return undefined
  const detail = 'detail' in error.facts ? error.facts.detail : error.facts.digest
  return new Failure('sparse-refused', { where, detail }, { cause: error })
}

async function copyFrom(
  { repository: source, key }: LocatedSource,
  task: CopyTask,
  options: CopyImageOptions,
  { registries, schedules, holdings, clock }: CopyPorts,
): Promise<Outcome> {
  const { image, target, followsTag } = task
  const moved = followsTag ? await movedTag(task.source, source) : undefined
  const tag = moved ? undefined : target.tag
  const isRemote = target.place.kind === 'registry'
  const outcome = await deliver(
    {
      image,
      source,
      key,
      target: await registries.open(target.place, 'mirror'),
      ...(tag !== undefined && { tag }),
      // Within one registry blobs need not travel.
      ...(target.place.kind === 'registry' && { registry: target.place.registry, mountFrom: [source.name] }),
    },
    {
      ...options,
      schedule: schedules(target.place.kind === 'registry' ? target.place.registry : target.place.directory),
      holdings,
      now: () => clock.now(),
      address: formatAddress(shownAddress(target)),
      ...(options.proof && isRemote && { stranger: await registries.open(target.place, 'stranger') }),
    },
  )
  // The digest that was asked for is not the one that is there when platforms were chosen.
  const { digest } = outcome
  const address = tag === undefined ? formatAddress({ place: target.place, digest }) : outcome.address
  return { ...outcome, address, notes: moved ? [...outcome.notes, moved] : outcome.notes }
}

/** The tag where there is one, since that is what people type; else the digest. */
function shownAddress(target: Address): Address {
  return target.tag === undefined ? target : { place: target.place, tag: target.tag }
}

async function movedTag({ tag, digest }: Address, source: Source): Promise<Note | undefined> {
  if (tag === undefined || digest === undefined) return undefined
  const now = await tagDigest(source, tag)
  if (now === digest) return undefined
  return { kind: 'tag-elsewhere', tag, ...(now !== undefined && { digest: now }) }
}

/** What a tag leads to; undefined where there is none of that name. */
async function tagDigest(source: Source, tag: string): Promise<Digest | undefined> {
  try {
    return await digestAt(source, tag)
  } catch (error) {
    if (Failure.is(error, 'image-unknown')) return undefined
    throw error
  }
}
