import { Failure } from '../../failure/failure.ts'
import { isDigest, type Digest } from '../../oci/digest.ts'
import type { LayoutStore } from '../layout/store.ts'
import { refusal, type Answer } from './answer.ts'
import { parseContentRange } from './byte-range.ts'
import type { RegistryRequest } from './request.ts'
import type { UploadSessions } from './upload-sessions.ts'
import type { Upload } from './upload.ts'

/** Where blobs go, and where they wait until they are whole. */
export interface UploadContext {
  readonly store: LayoutStore
  readonly uploads: UploadSessions
}

/**
 * POST: starts an upload. With `mount` the blob is there at once if any repository has it, since all share their
 * blobs; with `digest` the body is the whole blob (distribution-spec, "Pushing blobs").
 */
export async function startUpload(context: UploadContext, name: string, request: RegistryRequest): Promise<Answer> {
  const mount = request.query.get('mount')
  const digest = request.query.get('digest')
  const wanted = mount ?? digest
  if (wanted !== null && !isDigest(wanted)) return refusal('DIGEST_INVALID', 'not a digest')
  if (mount !== null && wanted !== null && (await context.store.blobs.size(wanted)) !== undefined) {
    return created(name, wanted)
  }
  const upload = await context.uploads.start(name)
  if (upload === undefined) {
    return refusal('TOOMANYREQUESTS', 'too many uploads are open', { headers: { 'retry-after': 60 } })
  }
  if (mount !== null || wanted === null) return progress(202, name, upload)
  try {
    return await withUpload(context, name, upload.id, () => finish(name, upload, wanted, request))
  } finally {
    await context.uploads.end(upload)
  }
}

/** GET: how far an upload is. */
export function uploadStatus(context: UploadContext, name: string, id: string): Answer {
  const upload = context.uploads.find(name, id)
  return upload === undefined ? unknownUpload() : progress(204, name, upload)
}

/** PATCH: the next bytes of an upload. */
export function appendChunk(
  context: UploadContext,
  name: string,
  id: string,
  request: RegistryRequest,
): Promise<Answer> {
  return withUpload(context, name, id, async (upload) => {
    const fault = misplaced(name, upload, request)
    if (fault !== undefined) return fault
    await upload.append(request.body)
    return progress(202, name, upload)
  })
}

/** PUT: the last bytes of an upload, if any are left, and the digest of them all. */
export function finishUpload(
  context: UploadContext,
  name: string,
  id: string,
  request: RegistryRequest,
): Promise<Answer> {
  return withUpload(context, name, id, async (upload) => {
    const digest = request.query.get('digest') ?? ''
    if (!isDigest(digest)) return refusal('DIGEST_INVALID', 'not a digest')
    const fault = misplaced(name, upload, request)
    if (fault !== undefined) return fault
    const answer = await finish(name, upload, digest, request)
    await context.uploads.end(upload)
    return answer
  })
}

/** DELETE: gives an upload up. */
export async function cancelUpload({ uploads }: UploadContext, name: string, id: string): Promise<Answer> {
  const upload = uploads.find(name, id)
  if (upload === undefined) return unknownUpload()
  await uploads.giveUp(upload)
  return { status: 204 }
}

async function finish(name: string, upload: Upload, digest: Digest, request: RegistryRequest): Promise<Answer> {
  await upload.append(request.body)
  if (await upload.commit(digest)) return created(name, digest)
  return refusal('DIGEST_INVALID', `the ${upload.received} bytes that came are not ${digest}`)
}

/** Finds the upload and keeps others off it. Where the client breaks off it stays; where the disk does, it ends. */
async function withUpload(
  { uploads }: UploadContext,
  name: string,
  id: string,
  work: (upload: Upload) => Promise<Answer>,
): Promise<Answer> {
  const upload = uploads.find(name, id)
  if (upload === undefined) return unknownUpload()
  try {
    const answer = await uploads.exclusively(upload, () => work(upload))
    return answer ?? refusal('BLOB_UPLOAD_INVALID', 'another request is at work on this upload')
  } catch (error) {
    if (error instanceof Failure) await uploads.end(upload)
    throw error
  }
}

/** What is wrong with a chunk that says where it belongs; undefined where nothing is. */
function misplaced(name: string, upload: Upload, request: RegistryRequest): Answer | undefined {
  const { 'content-range': header, 'content-length': length } = request.headers
  if (header === undefined) return undefined
  const range = parseContentRange(header)
  if (range === undefined || range.start !== upload.received) {
    const { headers = {} } = progress(416, name, upload)
    return refusal('RANGE_INVALID', `the next chunk starts at ${upload.received}`, { headers })
  }
  if (length !== undefined && Number(length) !== range.end - range.start + 1) {
    return refusal('SIZE_INVALID', 'content-length and content-range disagree')
  }
  return undefined
}

function progress(status: number, name: string, upload: Upload): Answer {
  const location = `/v2/${name}/blobs/uploads/${upload.id}`
  const range = `0-${Math.max(0, upload.received - 1)}`
  return { status, headers: { location, range, 'docker-upload-uuid': upload.id } }
}

function created(name: string, digest: Digest): Answer {
  const location = `/v2/${name}/blobs/${digest}`
  return { status: 201, headers: { location, 'docker-content-digest': digest } }
}

function unknownUpload(): Answer {
  return refusal('BLOB_UPLOAD_UNKNOWN', 'there is no such upload')
}
