import { Failure, type FailureCode } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import type { Descriptor } from '../oci/manifest.ts'
import { BEFORE_ATTACHMENT_TAGS, cosignTags, isAttachmentTag, referrersTag } from '../oci/referrers.ts'
import type { HasTag } from '../registry/repository.ts'
import { createSchedule } from './schedule.ts'
import type { Source } from './source-share.ts'

/** Something that belongs to a manifest: a signature, an attestation, a bill of materials. */
export interface Attachment {
  /** The manifest that it belongs to. */
  readonly subject: Digest
  /** What the source says of it. */
  readonly descriptor: Descriptor
  /** The tag by which cosign attaches it; without one it names its subject itself. */
  readonly tag?: string
}

/** What is looked through at most. No image that is meant well comes near it. */
export const ATTACHMENT_LIMITS = {
  /** How long a chain may be, of what is attached to what is attached. */
  depth: 4,
  /** Attachments of one image. */
  count: 1_000,
  /** Bytes of their manifests, some of which are in memory at the same time. */
  bytes: 32 * 1024 * 1024,
  /** Manifests of one image that the source is asked about at once: it may be slow, and is nobody else's then. */
  atOnce: 4,
  /** Tags of a repository, and the pages that they come on. */
  tags: 100_000,
  tagPages: 10,
}

/**
 * Finds what is attached to manifests of a source, and to that in turn, nearest first. One list of tags tells of all
 * that is attached by a tag; a source without a referrers API is asked for it once.
 * @param manifests those of an image, its root first
 * @throws Failure `image-too-complex`, `manifest-too-deep`, `manifest-too-large`, and those of the source
 */
export async function findAttachments(source: Source, manifests: readonly Digest[]): Promise<readonly Attachment[]> {
  const hasTag = tagFinder(source, manifests[0])
  const found = new Map<string, Attachment>()
  const asked = new Set<Digest>()
  const tally = tallyOf(source)
  const turns = createSchedule(ATTACHMENT_LIMITS.atOnce)
  const ask = (subject: Digest) =>
    turns.request(async () => {
      const attached = await attachmentsOf(source, subject, hasTag, tally)
      tally.add(attached)
      return attached
    })
  let level = manifests
  for (let depth = 0; level.length > 0; depth += 1) {
    for (const digest of level) asked.add(digest)
    const next = await askEach(level, ask)
    if (next.length > 0 && depth === ATTACHMENT_LIMITS.depth) throw tooDeep(source)
    for (const one of next) found.set(`${one.subject} ${one.tag ?? one.descriptor.digest}`, one)
    level = [...new Set(next.map(({ descriptor }) => descriptor.digest))].filter((digest) => !asked.has(digest))
  }
  return [...found.values()]
}

/** The first alone: what it teaches of the source spares requests for the others. */
async function askEach<Item>(
  digests: readonly Digest[],
  ask: (digest: Digest) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const [first, ...rest] = digests
  const found = first === undefined ? [] : await ask(first)
  return [...found, ...(await Promise.all(rest.map(ask))).flat()]
}

async function attachmentsOf(
  source: Source,
  subject: Digest,
  hasTag: HasTag,
  tally: Tally,
): Promise<readonly Attachment[]> {
  tally.check()
  const referrers = await firstOf(source.referrers(subject, hasTag), ATTACHMENT_LIMITS.count + 1)
  const tagged = await Promise.all(
    cosignTags(subject).map(async (tag): Promise<readonly Attachment[]> => {
      const descriptor = (await hasTag(tag)) ? await source.head(tag) : undefined
      return descriptor === undefined ? [] : [{ subject, descriptor, tag }]
    }),
  )
  return [...referrers.map((descriptor) => ({ subject, descriptor })), ...tagged.flat()]
}

type Tally = ReturnType<typeof tallyOf>

/** Counts what is listed, also what is listed again; once that is too much nothing more is asked for. */
function tallyOf({ name: image }: Source) {
  const limits = ATTACHMENT_LIMITS
  let [count, bytes] = [0, 0]
  const check = () => {
    if (count > limits.count) throw new Failure('image-too-complex', { image, limit: limits.count })
    if (bytes > limits.bytes) throw new Failure('manifest-too-large', { image, limit: limits.bytes })
  }
  return {
    check,
    add(attached: readonly Attachment[]) {
      count += attached.length
      bytes += attached.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
      check()
    },
  }
}

function tooDeep({ name: image }: Source): Failure {
  return new Failure('manifest-too-deep', { image, limit: ATTACHMENT_LIMITS.depth })
}

/**
 * Says of a tag whether the source has it, from one list of its tags. Where that is not to be had, the tags of the
 * root are asked for one by one, and others are taken not to be there.
 */
function tagFinder(source: Source, root: Digest | undefined): HasTag {
  const ofRoot = root === undefined ? [] : [referrersTag(root), ...cosignTags(root)]
  let listed: Promise<ReadonlySet<string> | undefined> | undefined
  return async (tag) => {
    listed ??= listAttachmentTags(source)
    const tags = await listed
    return tags === undefined ? ofRoot.includes(tag) && hasTagByHead(source, tag) : tags.has(tag)
  }
}

/** What a registry says that does not list its tags, or has no end of them. */
const UNLISTED: readonly FailureCode[] = ['image-unknown', 'pull-denied', 'registry-error', 'registry-untrusted']

async function listAttachmentTags(source: Source): Promise<ReadonlySet<string> | undefined> {
  const { tags: most, tagPages: pages } = ATTACHMENT_LIMITS
  try {
    const tags = await firstOf(source.tags({ after: BEFORE_ATTACHMENT_TAGS, pages }), most + 1)
    return tags.length > most ? undefined : new Set(tags.filter(isAttachmentTag))
  } catch (error) {
    if (error instanceof Failure && UNLISTED.includes(error.code)) return undefined
    throw error
  }
}

/** Some registries forbid what is not there. */
async function hasTagByHead(source: Source, tag: string): Promise<boolean> {
  try {
    return (await source.head(tag)) !== undefined
  } catch (error) {
    if (Failure.is(error, 'pull-denied')) return false
    throw error
  }
}

/** The first items of what may have no end. */
export async function firstOf<Item>(items: AsyncIterable<Item>, count: number): Promise<readonly Item[]> {
  const first: Item[] = []
  for await (const item of items) {
    first.push(item)
    if (first.length >= count) break
  }
  return first
}
