import { Failure } from '../failure/failure.ts'
import { formatReference, type ImageReference } from '../oci/reference.ts'
import type { Refused } from '../outcome/outcome.ts'
import { judge, type Allowlist } from '../policy/allowlist.ts'
import { nearestRules } from '../policy/nearest.ts'

/** The rules and where they stand, for the answers. */
export interface AllowlistFile {
  readonly path: string
  readonly allowlist: Allowlist
}

/** Why an image may not be copied, with the rules that come near; undefined where it may. */
export function refusalOf(reference: ImageReference, { path, allowlist }: AllowlistFile): Refused | undefined {
  const verdict = judge(allowlist, reference)
  if (verdict.allowed) return undefined
  const image = formatReference(reference)
  const failure =
    verdict.reason === 'empty'
      ? new Failure('allowlist-empty', { allowlist: path })
      : new Failure('not-allowed', { image, allowlist: path })
  return { status: 'refused', image, failure, nearest: nearestRules(allowlist, reference) }
}
