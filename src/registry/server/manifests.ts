import { Failure, type FailureCode } from '../../failure/failure.ts'
import { isDigest } from '../../oci/digest.ts'
import { readManifest, type Descriptor } from '../../oci/manifest.ts'
import { isTag } from '../../oci/reference.ts'
import type { LayoutStore } from '../layout/store.ts'
import { LARGEST_MANIFEST_WRITTEN } from '../limits.ts'
import { refusal, type Answer, type AnswerHeaders, type ErrorCode } from './answer.ts'
import { bodyWithin, type RegistryRequest } from './request.ts'

/** What can be wrong with a manifest that someone pushes, in the spec's words. */
const REFUSED: Partial<Record<FailureCode, ErrorCode>> = {
  'manifest-invalid': 'MANIFEST_INVALID',
  'manifest-unsupported': 'MANIFEST_INVALID',
  'digest-mismatch': 'DIGEST_INVALID',
  // By now only the list of what refers to the same manifest can be.
  'manifest-too-large': 'SIZE_INVALID',
  'blob-unknown': 'MANIFEST_BLOB_UNKNOWN',
}

/** GET and HEAD of a manifest, by tag or digest. `Accept` is not looked at: nothing is ever converted. */
export async function getManifest(
  store: LayoutStore,
  name: string,
  key: string,
  request: RegistryRequest,
): Promise<Answer> {
  const repository = store.repository(name)
  const found = isTag(key) || isDigest(key) ? await repository.head(key) : undefined
  if (found === undefined) return unknownManifest(store, name, key)
  if (request.method === 'HEAD') return { status: 200, headers: headersOf(found) }
  try {
    const { bytes, descriptor } = await repository.manifest(key)
    return { status: 200, headers: headersOf(descriptor), body: bytes }
  } catch (error) {
    // A list of referrers that has grown on since it was looked for.
    if (Failure.is(error, 'image-unknown')) return unknownManifest(store, name, key)
    throw error
  }
}

/** PUT of a manifest under a tag or under its digest. */
export async function putManifest(
  store: LayoutStore,
  name: string,
  key: string,
  request: RegistryRequest,
): Promise<Answer> {
  if (!isTag(key) && !isDigest(key)) return refusal(...badKey(key))
  const bytes = await bodyWithin(LARGEST_MANIFEST_WRITTEN, request)
  if (bytes === undefined) return refusal('SIZE_INVALID', 'the manifest is larger than 4 MiB', { status: 413 })
  try {
    const contentType = request.headers['content-type'] ?? ''
    const digest = isDigest(key) ? { digest: key } : {}
    const manifest = readManifest(bytes, { image: `${name}:${key}`, contentType, ...digest })
    const { descriptor, subject } = manifest
    const repository = store.repository(name)
    if (subject !== undefined) await repository.putReferrers(subject.digest, [manifest])
    if (subject === undefined || isTag(key)) await repository.putManifest(manifest, isTag(key) ? key : undefined)
    const location = `/v2/${name}/manifests/${descriptor.digest}`
    const listed = subject && { 'oci-subject': subject.digest }
    return { status: 201, headers: { location, 'docker-content-digest': descriptor.digest, ...listed } }
  } catch (error) {
    const failure = Failure.from(error)
    const code = REFUSED[failure.code]
    if (code === undefined) throw error
    return refusal(code, Failure.is(error, 'blob-unknown') ? `${error.facts.digest} is not there` : failure.message)
  }
}

async function unknownManifest(store: LayoutStore, name: string, key: string): Promise<Answer> {
  const isKnown = (await store.repositories()).includes(name)
  return isKnown
    ? refusal('MANIFEST_UNKNOWN', `${name} has no manifest ${key}`)
    : refusal('NAME_UNKNOWN', `there is no repository ${name}`)
}

function headersOf({ mediaType, digest, size }: Descriptor): AnswerHeaders {
  return { 'content-type': mediaType, 'content-length': size, 'docker-content-digest': digest }
}

function badKey(key: string): [ErrorCode, string] {
  return key.includes(':') ? ['DIGEST_INVALID', 'not a digest'] : ['MANIFEST_INVALID', 'not a tag']
}
