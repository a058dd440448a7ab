import { Failure, type HelpfulForm } from '../../failure/failure.ts'
import { isAttestation } from '../../oci/index-entries.ts'
import type { Manifest } from '../../oci/manifest.ts'
import { failureOf, type Deed, type Problem } from './problem.ts'

/** ECR, Harbor, Quay and GAR say "immutable", each under a status and a code of its own; Nexus does not. */
const IMMUTABLE =
  /immutab|ImageTagAlreadyExists|TAG_INVALID.*already exists|cannot be overwritten|does not allow updating/i
/** What registries say that do not know attestations, indexes or a format: besides the spec's words Aliyun's and SWR's. */
const UNKNOWN_TYPE = /MANIFEST_INVALID|media.?type|unknown manifest class|fail(?:ed)? to parse .?manifest/i

/** What they say of attestations, and of formats: each has an option of its own that helps. */
const OF_ATTESTATIONS = /vnd\.oci\.empty|in-?toto|attestation/i
const OF_FORMATS = /media.?type|manifest.type|vnd\.oci\.image|fail(?:ed)? to parse .?manifest/i

/** How registries say that something which a manifest lists is not there; some call a child a manifest, some a blob. */
const INCOMPLETE = new Set(['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN', 'BLOB_UNKNOWN'])

/** The manifest that was put, and the tag that it was to have, if any. */
export interface RefusedManifest {
  readonly manifest: Manifest
  readonly tag?: string | undefined
}

/**
 * Why a registry did not take a manifest: it lacks what that lists, keeps its tag, does not know its type, or what
 * any request may meet.
 */
export function manifestRefusal(problem: Problem, deed: Deed, { manifest, tag }: RefusedManifest): Failure {
  const { host, repository } = deed
  const { status, codes, detail, digest } = problem
  if ([400, 404].includes(status) && codes.some((code) => INCOMPLETE.has(code))) {
    return new Failure('manifest-incomplete', { host, repository, detail, ...(digest !== undefined && { digest }) })
  }
  const failure = failureOf(problem, deed)
  if (!isAboutManifest(failure, status)) return failure
  const says = (pattern: RegExp) => isSaid(pattern, detail, [repository, tag ?? ''])
  if (tag !== undefined && says(IMMUTABLE)) return new Failure('tag-immutable', { host, repository, tag, detail })
  if (status === 415 || says(UNKNOWN_TYPE)) {
    const { mediaType } = manifest.descriptor
    const helps = helpfulForm(manifest, says)
    return new Failure('manifest-refused', { host, repository, mediaType, detail, ...(helps && { helps }) })
  }
  return failure
}

/** By what was refused, and by the registry's words; undefined where both forms may help. */
function helpfulForm({ blobs, children }: Manifest, says: (pattern: RegExp) => boolean): HelpfulForm | undefined {
  const isAttesting = blobs.some(({ mediaType }) => OF_ATTESTATIONS.test(mediaType))
  if (isAttesting || says(OF_ATTESTATIONS)) return 'drop-attestations'
  return says(OF_FORMATS) || !children.some(isAttestation) ? 'docker-media-types' : undefined
}

/** Names in the registry's words are the requester's: what they hold is not what it says. */
function isSaid(pattern: RegExp, detail: string, names: readonly string[]): boolean {
  const misleading = names.filter((name) => pattern.test(name))
  return pattern.test(misleading.reduce((words, name) => words.replaceAll(name, ''), detail))
}

/** Some registries answer with "forbidden" what others call a bad request, a conflict or a failed precondition. */
function isAboutManifest(failure: Failure, status: number): boolean {
  return failure.code !== 'repository-missing' && [400, 401, 403, 405, 409, 412, 415].includes(status)
}
