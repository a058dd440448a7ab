import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import type { Descriptor } from '../oci/manifest.ts'
import { isReferrersTag } from '../oci/referrers.ts'
import type { Note } from '../outcome/outcome.ts'
import { isProtected, type TagPolicy } from '../policy/tag-policy.ts'
import type { Repository } from '../registry/repository.ts'

const LONGEST_TAG = 128
/** Tags that are tried for a backup; more moves of one tag within a second are none that anybody means. */
const MOST_NAMES = 9

/** What is to be minded where a tag of the target leads elsewhere already. */
export interface TagMoveOptions {
  /** Which tags may be moved; all unless told. */
  readonly tags?: TagPolicy
  /** Move tags that `tags` protects. */
  readonly force?: boolean
  /** Keep what a moved tag led to under a dated tag. */
  readonly backupTags?: boolean
}

/** A tag of a repository that shall be set. */
export interface TagTarget {
  readonly target: Repository
  /** Absent where the image is there by digest alone. */
  readonly tag?: string
}

/**
 * Refuses to move a tag that has to stay where it is: the rule of registry.k8s.io.
 * @param present what the tag leads to now; undefined where it is not set
 * @throws Failure `tag-protected`
 */
export function requireMovable(
  { target, tag }: TagTarget,
  present: Descriptor | undefined,
  wanted: Digest,
  options: TagMoveOptions,
): void {
  if (tag === undefined || present === undefined || present.digest === wanted || !guards(tag, options)) return
  throw new Failure('tag-protected', { address: `${target.name}:${tag}`, tag, present: present.digest, wanted })
}

/**
 * To be done right before a tag is set: hours may have passed since the plan was made, and others move tags too. What
 * the tag leads to by now is kept under a dated tag where that is asked for.
 * @param now gives milliseconds since 1970
 * @throws Failure `tag-protected`, and whatever keeps the dated tag from being set: then the tag must not be moved
 */
export async function prepareMove(
  { target, tag }: TagTarget,
  wanted: Digest,
  options: TagMoveOptions,
  now: () => number,
): Promise<Note[]> {
  if (tag === undefined || !(options.backupTags === true || guards(tag, options))) return []
  const present = await ledTo(target, tag)
  requireMovable({ target, tag }, present, wanted, options)
  if (!options.backupTags || present === undefined || present.digest === wanted) return []
  return [{ kind: 'tag-backed-up', tag: await backUp(target, tag, present.digest, now()), digest: present.digest }]
}

/** A list of what refers to an image grows by itself; another one in its place would lose what only this one lists. */
function guards(tag: string, { tags, force }: TagMoveOptions): boolean {
  return force !== true && (isReferrersTag(tag) || (tags !== undefined && isProtected(tags, tag)))
}

/** Some registries have no HEAD, or answer it wrongly: what must not be lost is not there only if GET says so, too. */
async function ledTo(target: Repository, tag: string): Promise<Descriptor | undefined> {
  const found = await target.head(tag)
  if (found !== undefined) return found
  try {
    return (await target.manifest(tag)).descriptor
  } catch (error) {
    // What no writer may read can only be tried.
    if (Failure.is(error, 'image-unknown') || Failure.is(error, 'push-denied')) return undefined
    throw error
  }
}

/** Gives a manifest that is there already one more tag, and tells which. */
async function backUp(target: Repository, tag: string, digest: Digest, time: number): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = backupTag(tag, time, number)
    const taken = await ledTo(target, name)
    if (taken?.digest === digest) return name
    if (taken === undefined) {
      await target.putManifest(await target.manifest(digest), name)
      return name
    }
    if (number === MOST_NAMES) {
      throw new Failure('tag-protected', {
        address: `${target.name}:${name}`,
        tag: name,
        present: taken.digest,
        wanted: digest,
      })
    }
  }
}

/** `v1-20260131T235959Z`, the time in UTC; the tag is cut where the whole would be too long for one. */
function backupTag(tag: string, time: number, number: number): string {
  const stamp = new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
  const suffix = `-${stamp}${number === 1 ? '' : `-${number}`}`
  return `${tag.slice(0, LONGEST_TAG - suffix.length)}${suffix}`
}
