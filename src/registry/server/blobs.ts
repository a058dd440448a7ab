import { isDigest } from '../../oci/digest.ts'
import type { LayoutStore } from '../layout/store.ts'
import { refusal, type Answer } from './answer.ts'
import { parseRange } from './byte-range.ts'
import type { RegistryRequest } from './request.ts'

/** GET and HEAD of a blob, whole or one range of it. A whole one is checked, and cut off where it is damaged. */
export async function getBlob(
  store: LayoutStore,
  name: string,
  digest: string,
  request: RegistryRequest,
): Promise<Answer> {
  if (!isDigest(digest)) return refusal('DIGEST_INVALID', 'not a digest')
  const size = await store.blobs.size(digest)
  if (size === undefined) return refusal('BLOB_UNKNOWN', `there is no blob ${digest}`)

  const common = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
  }
  const range = parseRange(request.headers.range, size)
  if (range === 'unsatisfiable') {
    return refusal('RANGE_INVALID', 'not within the blob', { headers: { 'content-range': `bytes */${size}` } })
  }
  if (range === 'whole') {
    const body = store.repository(name).blob({ mediaType: '', digest, size })
    return { status: 200, headers: { ...common, 'content-length': size }, body }
  }
  const { start, end } = range
  const headers = { ...common, 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}` }
  return { status: 206, headers, body: store.blobs.read(digest, name, range) }
}
