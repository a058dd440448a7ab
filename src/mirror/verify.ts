import { Failure } from '../failure/failure.ts'
import type { Digest } from '../oci/digest.ts'
import type { ImageFacts } from '../outcome/outcome.ts'
import type { Repository } from '../registry/repository.ts'
import { factsOf } from './facts.ts'
import type { Schedule } from './schedule.ts'
import { readTree, type LeaveOut, type TreeChoices } from './tree.ts'

/**
 * Asks the target what the tag, or the digest, leads to now.
 * @throws Failure `not-verified` where it is not `expected`
 */
export async function verifyHead(target: Repository, key: string, expected: Digest): Promise<void> {
  const found = await target.head(key)
  if (found?.digest === expected) return
  const address = addressOf(target, key)
  throw new Failure('not-verified', {
    address,
    fault: found ? 'other-digest' : 'absent',
    digest: found?.digest ?? expected,
  })
}

export interface VerifyOptions extends TreeChoices {
  readonly schedule: Schedule
  /** Entries of indexes that need not be there. */
  readonly leaveOut?: LeaveOut | undefined
}

/**
 * Reads an image back whole: every manifest by digest, its bytes hashed, and every blob by HEAD; but for the entries
 * of its indexes that were left out.
 * @throws Failure `not-verified` naming the first digest that is missing
 */
export async function verifyWhole(
  target: Repository,
  key: string,
  expected: Digest,
  { schedule, ...choices }: VerifyOptions,
): Promise<ImageFacts> {
  await verifyHead(target, key, expected)
  const address = addressOf(target, key)
  try {
    const tree = await readTree(target, await target.manifest(expected), choices)
    const present = await Promise.all(tree.blobs.map((blob) => schedule.request(() => target.hasBlob(blob))))
    const lost = tree.blobs.find((_, index) => !present[index])
    if (lost) throw new Failure('not-verified', { address, fault: 'blob-absent', digest: lost.digest })
    return await factsOf(target, tree)
  } catch (cause) {
    if (!Failure.is(cause, 'image-unknown')) throw cause
    throw new Failure('not-verified', { address, fault: 'manifest-absent', digest: expected }, { cause })
  }
}

/** Whether someone without credentials gets the same: `unchecked` where that could not be found out. */
export async function checkAccess(
  stranger: Repository,
  key: string,
  expected: Digest,
): Promise<'public' | 'private' | 'unchecked'> {
  try {
    const found = await stranger.head(key)
    return found?.digest === expected ? 'public' : 'private'
  } catch (error) {
    return Failure.is(error, 'pull-denied') ? 'private' : 'unchecked'
  }
}

function addressOf(target: Repository, key: string): string {
  return `${target.name}${key.includes(':') ? '@' : ':'}${key}`
}
