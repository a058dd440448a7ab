import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf } from '../../../src/oci/digest.ts'
import { OCI_MANIFEST } from '../../../src/oci/media-types.ts'
import type { RegistryServerOptions } from '../../../src/registry/server/server.ts'
import { bytesOf, makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
let registry: TestRegistry
const blob = makeBlob('blob', 1000)
const { digest } = blob.descriptor
const image = makeImage()

const start = async (options?: RegistryServerOptions): Promise<void> => {
  registry = await startRegistry(directory.path, options)
}
beforeEach(async () => {
  directory = await temporaryDirectory()
  await start()
})
afterEach(async () => {
  await registry.close()
  await directory.remove()
})

const ask = (path: string, method: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://${registry.host}${path}`, { method, ...init })
const open = async (): Promise<string> =>
  (await ask('/v2/r/blobs/uploads/', 'POST')).headers.get('location') ?? 'no location'
const stored = async (): Promise<Buffer> => bytesOf(registry.store.repository('r').blob(blob.descriptor))
const unfinished = (): Promise<string[]> => readdir(join(directory.path, '.ingest'))

async function codeOf(response: Response): Promise<unknown> {
  return JSON.parse(await response.text()).errors[0].code
}

const putManifest = (key: string, body: Uint8Array | string, type: string, name = 'r'): Promise<Response> =>
  ask(`/v2/${name}/manifests/${key}`, 'PUT', { body, headers: { 'content-type': type } })

describe('a blob is pushed', () => {
  afterEach(async () => expect(await unfinished()).toEqual([]))

  test('by POST and PUT', async () => {
    const opened = await ask('/v2/r/blobs/uploads/', 'POST')
    expect([opened.status, opened.headers.get('range')]).toEqual([202, '0-0'])
    const done = await ask(`${opened.headers.get('location')}?digest=${digest}`, 'PUT', { body: blob.bytes })
    expect(done.status).toBe(201)
    expect(done.headers.get('docker-content-digest')).toBe(digest)
    expect(done.headers.get('location')).toBe(`/v2/r/blobs/${digest}`)
    expect(await stored()).toEqual(Buffer.from(blob.bytes))
  })

  test('in one POST', async () => {
    const done = await ask(`/v2/r/blobs/uploads/?digest=${digest}`, 'POST', { body: blob.bytes })
    expect(done.status).toBe(201)
    expect(await stored()).toHaveLength(1000)
  })

  test('in chunks that say where they belong, the last of them with the PUT', async () => {
    let path = await open()
    for (const [from, to] of [
      [0, 400],
      [400, 700],
    ] as const) {
      const headers = { 'content-range': `${from}-${to - 1}` }
      const next = await ask(path, 'PATCH', { body: blob.bytes.subarray(from, to), headers })
      expect([next.status, next.headers.get('range')]).toEqual([202, `0-${to - 1}`])
      path = next.headers.get('location') ?? ''
      const status = await ask(path, 'GET')
      expect([status.status, status.headers.get('range')]).toEqual([204, `0-${to - 1}`])
    }
    const done = await ask(`${path}?digest=${digest}`, 'PUT', { body: blob.bytes.subarray(700) })
    expect(done.status).toBe(201)
    expect(await stored()).toEqual(Buffer.from(blob.bytes))
  })

  test('in a stream of unknown length', async () => {
    const path = await open()
    const body = ReadableStream.from(streamOf(blob.bytes, 100))
    expect((await ask(path, 'PATCH', { body, duplex: 'half' })).status).toBe(202)
    expect((await ask(`${path}?digest=${digest}`, 'PUT')).status).toBe(201)
    expect(await stored()).toHaveLength(1000)
  })

  test('with a sha512 digest, or with no bytes', async () => {
    const long = digestOf(blob.bytes, 'sha512')
    expect((await ask(`${await open()}?digest=${long}`, 'PUT', { body: blob.bytes })).status).toBe(201)
    const empty = makeBlob('empty', 0)
    expect((await ask(`${await open()}?digest=${empty.descriptor.digest}`, 'PUT')).status).toBe(201)
    expect(await registry.store.blobs.size(long)).toBe(1000)
    expect(await registry.store.blobs.size(empty.descriptor.digest)).toBe(0)
  })

  test('by a mount, where any repository has it', async () => {
    await registry.store.repository('other').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    for (const from of ['&from=other', '&from=r', '']) {
      const done = await ask(`/v2/r/blobs/uploads/?mount=${digest}${from}`, 'POST')
      expect([done.status, done.headers.get('location')]).toEqual([201, `/v2/r/blobs/${digest}`])
    }
  })

  test('by an upload that the mount starts where none has it', async () => {
    const opened = await ask(`/v2/r/blobs/uploads/?mount=${digest}&from=other`, 'POST')
    expect(opened.status).toBe(202)
    const path = `${opened.headers.get('location')}?digest=${digest}`
    expect((await ask(path, 'PUT', { body: blob.bytes })).status).toBe(201)
  })
})

describe('an upload is refused', () => {
  test.each([
    ['with other bytes', `?digest=${digestOf(Buffer.from('other'))}`],
    ['without a digest', ''],
    ['with a malformed one', '?digest=sha256:abc'],
  ])('%s', async (_, query) => {
    const refused = await ask((await open()) + query, 'PUT', { body: blob.bytes })
    expect(refused.status).toBe(400)
    expect(await codeOf(refused)).toBe('DIGEST_INVALID')
    expect(await registry.store.blobs.size(digest)).toBeUndefined()
  })

  test('with other bytes in one POST, and leaves nothing', async () => {
    const refused = await ask(`/v2/r/blobs/uploads/?digest=${digest}`, 'POST', { body: 'other' })
    expect(await codeOf(refused)).toBe('DIGEST_INVALID')
    expect(await unfinished()).toEqual([])
  })

  test.each(['?digest=nonsense', '?mount=nonsense'])('to start by %s', async (query) => {
    expect(await codeOf(await ask(`/v2/r/blobs/uploads/${query}`, 'POST'))).toBe('DIGEST_INVALID')
  })

  test.each(['500-999', '1-400', 'nonsense'])(
    'a chunk of %s in place of the first, and told where it stands',
    async (range) => {
      const path = await open()
      const chunk = { body: blob.bytes.subarray(0, 400), headers: { 'content-range': range } }
      const refused = await ask(path, 'PATCH', chunk)
      expect(refused.status).toBe(416)
      expect([refused.headers.get('location'), refused.headers.get('range')]).toEqual([path, '0-0'])
      expect(await codeOf(refused)).toBe('RANGE_INVALID')
      expect((await ask(`${path}?digest=${digest}`, 'PUT', { body: blob.bytes })).status).toBe(201)
    },
  )

  test('a chunk whose two lengths disagree', async () => {
    const chunk = { body: blob.bytes, headers: { 'content-range': '0-9' } }
    expect(await codeOf(await ask(await open(), 'PATCH', chunk))).toBe('SIZE_INVALID')
  })

  test('that is unknown, over, given up, or of another repository', async () => {
    const path = await open()
    const foreign = path.replace('/v2/r/', '/v2/other/')
    expect(await codeOf(await ask(foreign, 'PATCH', { body: 'x' }))).toBe('BLOB_UPLOAD_UNKNOWN')
    expect((await ask(path, 'DELETE')).status).toBe(204)
    expect(await unfinished()).toEqual([])
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
      expect((await ask(`${path}?digest=${digest}`, method)).status).toBe(404)
    }
    expect((await ask('/v2/r/blobs/uploads/..%2f..%2findex.json', 'PATCH', { body: 'x' })).status).toBe(404)
  })

  test('beyond the number that may be open', async () => {
    await registry.close()
    await start({ uploads: { open: 2, idle: 60_000 } })
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask('/v2/r/blobs/uploads/', 'POST')))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 202, 429, 429])
    const [first] = answers.filter(({ status }) => status === 202)
    await ask(first?.headers.get('location') ?? '', 'DELETE')
    expect((await ask('/v2/r/blobs/uploads/', 'POST')).status).toBe(202)
  })
})

describe('a manifest is pushed', () => {
  const [child] = image.manifests

  beforeEach(() => putImage(registry.store.repository('other'), image))

  test('by tag and by digest, byte for byte', async () => {
    const { bytes, descriptor } = image.root
    for (const key of ['v1', descriptor.digest]) {
      const done = await putManifest(key, bytes, `${descriptor.mediaType}; charset=utf-8`)
      expect([done.status, done.headers.get('docker-content-digest')]).toEqual([201, descriptor.digest])
      expect(done.headers.get('location')).toBe(`/v2/r/manifests/${descriptor.digest}`)
    }
    expect(Buffer.from((await registry.store.repository('r').manifest('v1')).bytes)).toEqual(bytes)
  })

  test.each<[string, string, Uint8Array | string, string, number, string]>([
    ['that is not JSON', 'v1', 'nonsense', OCI_MANIFEST, 400, 'MANIFEST_INVALID'],
    ['that is empty', 'v1', '', OCI_MANIFEST, 400, 'MANIFEST_INVALID'],
    ['under a bad tag', '-x', image.root.bytes, '', 400, 'MANIFEST_INVALID'],
    ['under a bad digest', 'sha256:abc', image.root.bytes, '', 400, 'DIGEST_INVALID'],
    ['under another digest', digest, image.root.bytes, '', 400, 'DIGEST_INVALID'],
    ['under another type', 'v1', image.root.bytes, OCI_MANIFEST, 400, 'MANIFEST_INVALID'],
    ['of schema 1', 'v1', '{"schemaVersion":1}', '', 400, 'MANIFEST_INVALID'],
    ['that is too large', 'v1', Buffer.alloc(4 * 1024 * 1024 + 1), OCI_MANIFEST, 413, 'SIZE_INVALID'],
  ])('but not one %s', async (_, key, body, type, status, code) => {
    const refused = await putManifest(key, body, type)
    expect(refused.status).toBe(status)
    expect(await codeOf(refused)).toBe(code)
    expect(await registry.store.repositories()).toEqual([])
  })

  test('but not one that is too large and does not say so before', async () => {
    const body = ReadableStream.from(streamOf(Buffer.alloc(5 * 1024 * 1024)))
    const refused = await ask('/v2/r/manifests/v1', 'PUT', { body, duplex: 'half' })
    expect(refused.status).toBe(413)
  })

  test('but not before its blobs, whose digest is named and nothing of this machine', async () => {
    const lonely = makeImage({ seed: 'lonely', single: true })
    const refused = await putManifest('v1', lonely.root.bytes, OCI_MANIFEST)
    const text = await refused.text()
    expect(refused.status).toBe(400)
    expect(text).toContain('MANIFEST_BLOB_UNKNOWN')
    expect(text).toContain(lonely.root.blobs[0]?.digest)
    expect(text).not.toContain(directory.path)
    expect((await ask('/v2/r/manifests/v1', 'HEAD')).status).toBe(404)
  })

  test('and leaves the old one where the new one is refused', async () => {
    await putManifest('v1', child?.bytes ?? '', OCI_MANIFEST)
    await putManifest('v1', makeImage({ seed: 'lonely', single: true }).root.bytes, OCI_MANIFEST)
    const head = await ask('/v2/r/manifests/v1', 'HEAD')
    expect(head.headers.get('docker-content-digest')).toBe(child?.descriptor.digest)
  })
})

describe('nothing is pushed', () => {
  const writes: readonly [string, string][] = [
    ['POST', '/v2/r/blobs/uploads/'],
    ['PUT', '/v2/r/manifests/v1'],
    ['DELETE', '/v2/r/blobs/uploads/x'],
  ]

  test.each(writes)('to a read-only registry by %s %s', async (method, path) => {
    await registry.close()
    await start({ readOnly: true })
    const refused = await ask(path, method)
    expect(refused.status).toBe(405)
    expect(await codeOf(refused)).toBe('UNSUPPORTED')
  })

  test.each(writes)('by a web page with %s %s', async (method, path) => {
    const refused = await ask(path, method, { headers: { origin: 'http://example.com' } })
    expect(refused.status).toBe(403)
    expect(await codeOf(refused)).toBe('DENIED')
  })
})
