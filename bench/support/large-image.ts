import { createCipheriv, createHash } from 'node:crypto'
import { request } from 'node:http'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openUpload, pushImage } from '../../e2e/support/bare-requests.ts'
import { isDigest, type Digest } from '../../src/oci/digest.ts'
import { OCI_LAYER, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { makeBlob, manifestOf } from '../../test/support/images.ts'

const CHUNK = 1024 * 1024

/** Puts an image of one layer into a registry; the layer is made as it goes and never held in memory. */
export async function pushLargeImage(host: string, repository: string, tag: string, size: number): Promise<void> {
  const config = makeBlob('config', 100)
  const layer = { mediaType: OCI_LAYER, digest: await digestOfBytes(size), size }
  await sendLayer(await openUpload(host, repository), layer)
  const root = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: config.descriptor,
    layers: [layer],
  })
  const blobs = new Map([[config.descriptor.digest, config]])
  await pushImage(host, repository, tag, { root, manifests: [root], blobs })
}

/** Bytes that do not compress, the same each time. */
function* bytes(size: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 1), Buffer.alloc(16))
  const zeros = Buffer.alloc(CHUNK)
  for (let made = 0; made < size; made += CHUNK) yield cipher.update(zeros.subarray(0, Math.min(CHUNK, size - made)))
}

async function digestOfBytes(size: number): Promise<Digest> {
  const hash = createHash('sha256')
  for (const chunk of bytes(size)) hash.update(chunk)
  const digest = `sha256:${hash.digest('hex')}`
  if (!isDigest(digest)) throw new Error(digest)
  return digest
}

async function sendLayer(session: URL, { digest, size }: { readonly digest: Digest; readonly size: number }) {
  session.searchParams.set('digest', digest)
  const sending = request(session, { method: 'PUT', headers: { 'content-length': size } })
  const answered = once(sending, 'response')
  await pipeline(Readable.from(bytes(size)), sending)
  const [answer] = await answered
  if (answer.statusCode !== 201) throw new Error(`the registry answered ${answer.statusCode}`)
  answer.resume()
}
