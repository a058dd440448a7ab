import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import type { Descriptor, Manifest } from '../oci/manifest.ts'
import { isIndexType, isManifestType } from '../oci/media-types.ts'
import type { Note } from '../outcome/outcome.ts'
import { ATTACHMENT_LIMITS, findAttachments, firstOf, type Attachment } from './attachments.ts'
import { carryOut, type CopyOptions } from './copy.ts'
import type { Job, Plan, PlanOptions } from './plan.ts'
import { prepareMove } from './tag-move.ts'
import { readTree, treeSize, type ImageTree, type LeaveOut } from './tree.ts'

/**
 * What becomes of the manifests that refer to an image, such as signatures: `auto` takes them along with what is
 * copied, `always` looks for them at tags that are up to date as well, `none` leaves them.
 */
export type ReferrersChoice = 'auto' | 'always' | 'none'

export interface CompanionOptions extends PlanOptions, Pick<CopyOptions, 'onSent'> {
  /** Gives milliseconds since 1970. */
  readonly now: () => number
  /** `auto` unless told. */
  readonly referrers?: ReferrersChoice
}

/**
 * Brings what belongs to an image, once in a run for one image at one target. What goes wrong with a companion is a
 * note: the image is right without it.
 * @throws Failure that ends the run
 */
export async function bringCompanions(job: Job, plan: Plan, options: CompanionOptions): Promise<readonly Note[]> {
  const { referrers: choice = 'auto', holdings } = options
  if (choice === 'none' || (choice === 'auto' && !bringsManifests(plan))) return []
  let notes: readonly Note[] = []
  await holdings.once(job.target, `companions of ${plan.digest}`, async () => {
    notes = await new Errand(job, plan, options).run()
  })
  return notes
}

/** Whether the target gets manifests that it had not; a sparse index may be there before some of its platforms. */
function bringsManifests({ isNew, levels }: Plan): boolean {
  return isNew || levels.flat().length > 1
}

/** One look for companions, and their copy. */
class Errand {
  readonly #job: Job
  readonly #plan: Plan
  readonly #options: CompanionOptions
  /** Manifests that the target has by now, and had not before: nothing can be attached to them there. */
  readonly #fresh: Set<Digest>
  readonly #backups: Note[] = []
  #trees: Promise<unknown> = Promise.resolve()
  #manifestBytes = 0
  #bytes = 0
  #brought = 0
  #lost = 0
  #failure: Failure | undefined

  constructor(job: Job, plan: Plan, options: CompanionOptions) {
    this.#job = job
    this.#plan = plan
    this.#options = options
    const digests = plan.levels.flat().map(({ descriptor }) => descriptor.digest)
    this.#fresh = new Set(digests.filter((digest) => plan.isNew || digest !== plan.digest))
  }

  async run(): Promise<readonly Note[]> {
    await this.#trying(0, async () => {
      const manifests = digestsIn(await this.#levels(), this.#plan.leaveOut)
      const found = await findAttachments(this.#job.source, manifests)
      for (const [subject, attached] of bySubject(found)) {
        await this.#trying(attached.length, () => this.#bringAll(subject, attached))
      }
    })
    return [
      ...this.#backups,
      ...(this.#brought > 0 ? [{ kind: 'referrers', count: this.#brought } as const] : []),
      ...(this.#failure ? [{ kind: 'referrers-failed', count: this.#lost, code: this.#failure.code } as const] : []),
    ]
  }

  /** The image's manifests; where none is to be copied, from the target, which has them all. */
  async #levels(): Promise<ImageTree['levels']> {
    if (bringsManifests(this.#plan)) return this.#plan.levels
    const { target } = this.#job
    const root = await this.#ask(() => target.manifest(this.#plan.digest))
    return (await readTree(target, root, { ...this.#options, leaveOut: this.#plan.leaveOut, prune: isLeaf })).levels
  }

  async #bringAll(subject: Digest, attached: readonly Attachment[]): Promise<void> {
    const { target } = this.#job
    // A platform that was left out has its signatures stay behind with it.
    if (!this.#fresh.has(subject) && (await this.#ask(() => target.head(subject))) === undefined) return
    await this.#bringReferrers(
      subject,
      attached.filter(({ tag }) => tag === undefined).map(({ descriptor }) => descriptor),
    )
    for (const { tag, descriptor } of attached) {
      if (tag !== undefined) await this.#trying(1, () => this.#bringTagged(tag, descriptor))
    }
  }

  async #bringReferrers(subject: Digest, referrers: readonly Descriptor[]): Promise<void> {
    const present = new Set(referrers.length === 0 ? [] : await this.#presentAt(subject))
    const missing = referrers.filter(({ digest }) => !present.has(digest))
    const isMeant = (manifest: Manifest) => manifest.subject?.digest === subject
    const brought = await Promise.all(
      missing.map((referrer) => this.#trying(1, () => this.#bringContents(referrer, isMeant))),
    )
    const manifests = brought.filter((manifest) => manifest !== undefined)
    await this.#put(subject, manifests)
  }

  async #presentAt(subject: Digest): Promise<readonly Digest[]> {
    if (this.#fresh.has(subject)) return []
    const referrers = await this.#ask(() => firstOf(this.#job.target.referrers(subject), ATTACHMENT_LIMITS.count))
    return referrers.map(({ digest }) => digest)
  }

  /** All at once, which takes the fewest requests; one that is refused must not keep the others from being listed. */
  async #put(subject: Digest, manifests: readonly Manifest[]): Promise<void> {
    if (manifests.length === 0) return
    try {
      await this.#ask(() => this.#job.target.putReferrers(subject, manifests))
      this.#countIn(manifests)
    } catch (error) {
      if (manifests.length === 1) return this.#miss(1, error)
      for (const manifest of manifests) await this.#put(subject, [manifest])
    }
  }

  async #bringTagged(tag: string, descriptor: Descriptor): Promise<void> {
    const { target } = this.#job
    if ((await this.#ask(() => target.head(tag)))?.digest === descriptor.digest) return
    const manifest = await this.#bringContents(descriptor, () => true)
    if (manifest === undefined) return
    const { digest } = descriptor
    this.#backups.push(...(await prepareMove({ target, tag }, digest, this.#options, this.#options.now)))
    await this.#ask(() => target.putManifest(manifest, tag))
    this.#countIn([manifest])
  }

  /** Copies all that a companion lists. Undefined where it is gone from the source, or is not what was looked for. */
  async #bringContents(
    descriptor: Descriptor,
    isMeant: (manifest: Manifest) => boolean,
  ): Promise<Manifest | undefined> {
    const { schedule, holdings, onSent } = this.#options
    const manifest = await this.#read(descriptor)
    if (manifest === undefined || !isMeant(manifest)) return undefined
    const { levels, blobs } = await this.#treeOf(manifest)
    // It is not put itself yet: it has a way of its own.
    const contents = { digest: manifest.descriptor.digest, levels: [[], ...levels.slice(1)], blobs }
    const plan = { ...contents, isNew: true, upToDate: false, notes: [] }
    await carryOut(this.#job, plan, { schedule, holdings, onSent })
    return manifest
  }

  /** One after the other, since all together they are held to what one image may have. */
  #treeOf(manifest: Manifest): Promise<ImageTree> {
    const tree = this.#trees.then(() => this.#readTree(manifest))
    this.#trees = tree.catch(() => undefined)
    return tree
  }

  async #readTree(manifest: Manifest): Promise<ImageTree> {
    const manifests = ATTACHMENT_LIMITS.bytes - this.#manifestBytes
    const limits = { ...this.#options.limits, manifests }
    // What cannot be read in the end has been in memory as well.
    const prune = ({ size }: Descriptor) => {
      this.#manifestBytes += size
      return Promise.resolve(false)
    }
    const tree = await readTree(this.#job.source, manifest, { ...this.#options, limits, prune })
    this.#bytes += treeSize(tree)
    const { maxSize: limit } = this.#options
    if (limit === undefined || this.#bytes <= limit) return tree
    throw new Failure('image-too-large', { image: this.#job.image, size: this.#bytes, limit })
  }

  async #read({ digest, size: expected }: Descriptor): Promise<Manifest | undefined> {
    const { source } = this.#job
    try {
      const manifest = await source.manifest(digest, expected)
      const { size: actual } = manifest.descriptor
      if (actual !== expected) throw new Failure('size-mismatch', { where: source.name, digest, expected, actual })
      return manifest
    } catch (error) {
      // Lists outlive what they list.
      if (Failure.is(error, 'image-unknown')) return undefined
      throw error
    }
  }

  #countIn(manifests: readonly Manifest[]): void {
    this.#brought += manifests.length
    for (const { descriptor } of manifests) this.#fresh.add(descriptor.digest)
  }

  /** Of the target: its places are not for a source to hold, which may be slow. */
  #ask<Result>(request: () => Promise<Result>): Promise<Result> {
    return this.#options.schedule.request(request)
  }

  /** Does some work; where it fails, so many companions stay behind. */
  async #trying<Result>(count: number, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work()
    } catch (error) {
      this.#miss(count, error)
      return undefined
    }
  }

  #miss(count: number, error: unknown): void {
    // What ends the run is brought by another one: the tag must not be set before.
    if (!(error instanceof Failure) || error.endsRun) throw error
    this.#lost += count
    this.#failure ??= error
  }
}

function isLeaf({ mediaType }: Descriptor): Promise<boolean> {
  return Promise.resolve(!isIndexType(mediaType))
}

/** The digests of these manifests, and of those that they list, the root first. */
function digestsIn(levels: ImageTree['levels'], leaveOut: LeaveOut = () => false): readonly Digest[] {
  const manifests = levels.flat()
  const children = manifests.flatMap((manifest) => manifest.children)
  const listed = children.filter((child) => isManifestType(child.mediaType) && !leaveOut(child))
  return [...new Set([...manifests.map(({ descriptor }) => descriptor), ...listed].map(({ digest }) => digest))]
}

function bySubject(attachments: readonly Attachment[]): ReadonlyMap<Digest, readonly Attachment[]> {
  const groups = new Map<Digest, Attachment[]>()
  for (const attachment of attachments) {
    groups.set(attachment.subject, [...(groups.get(attachment.subject) ?? []), attachment])
  }
  return groups
}
