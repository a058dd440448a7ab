import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, hexOf } from '../../../src/oci/digest.ts'
import { makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
let registry: TestRegistry
const image = makeImage()
const blob = makeBlob('blob', 1000)
const { digest: rootDigest, size: rootSize, mediaType } = image.root.descriptor
const absent = digestOf(Buffer.from('absent'))

beforeEach(async () => {
  directory = await temporaryDirectory()
  registry = await startRegistry(directory.path)
  const nginx = registry.store.repository('library/nginx')
  await putImage(nginx, image, 'v1')
  await nginx.putBlob(blob.descriptor, () => streamOf(blob.bytes))
})
afterEach(async () => {
  await registry.close()
  await directory.remove()
})

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://${registry.host}${path}`, init)

async function codeOf(response: Response): Promise<unknown> {
  return JSON.parse(await response.text()).errors[0].code
}

async function readList(path: string): Promise<{ document: unknown; link: string | null }> {
  const got = await ask(path)
  return { document: await got.json(), link: got.headers.get('link') }
}

describe('a manifest', () => {
  test.each([['v1'], [rootDigest], [rootDigest.replace(':', '%3A')]])('is served as %s, byte for byte', async (key) => {
    const got = await ask(`/v2/library/nginx/manifests/${key}`)
    expect(got.status).toBe(200)
    expect(Buffer.from(await got.arrayBuffer())).toEqual(image.root.bytes)
    const head = await ask(`/v2/library/nginx/manifests/${key}`, { method: 'HEAD' })
    for (const { headers } of [got, head]) {
      expect(headers.get('docker-content-digest')).toBe(rootDigest)
      expect(headers.get('content-type')).toBe(mediaType)
      expect(headers.get('content-length')).toBe(String(rootSize))
    }
  })

  test('of a platform is served by its digest', async () => {
    for (const { descriptor, bytes } of image.manifests) {
      const got = await ask(`/v2/library/nginx/manifests/${descriptor.digest}`)
      expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes)
      expect(got.headers.get('content-type')).toBe(descriptor.mediaType)
    }
  })

  test.each([
    ['library/nginx', 'v2', 'MANIFEST_UNKNOWN'],
    ['library/nginx', absent, 'MANIFEST_UNKNOWN'],
    ['library/nginx', '.not-a-tag', 'MANIFEST_UNKNOWN'],
    ['library/nginx', blob.descriptor.digest, 'MANIFEST_UNKNOWN'],
    ['library/other', 'v1', 'NAME_UNKNOWN'],
    ['library/other', absent, 'NAME_UNKNOWN'],
  ])('%s %s is answered with 404 and %3$s', async (name, key, code) => {
    const got = await ask(`/v2/${name}/manifests/${key}`)
    expect(got.status).toBe(404)
    expect(await codeOf(got)).toBe(code)
    expect((await ask(`/v2/${name}/manifests/${key}`, { method: 'HEAD' })).status).toBe(404)
  })
})

describe('a blob', () => {
  const path = `/v2/library/nginx/blobs/${blob.descriptor.digest}`

  test('is served whole', async () => {
    const got = await ask(path)
    expect(Buffer.from(await got.arrayBuffer())).toEqual(Buffer.from(blob.bytes))
    expect(got.headers.get('docker-content-digest')).toBe(blob.descriptor.digest)
    const head = await ask(path, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe('1000')
    expect(head.headers.get('accept-ranges')).toBe('bytes')
  })

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=400-', 400, 1000],
    ['bytes=-5', 995, 1000],
  ])('is served in part for %s', async (range, start, end) => {
    const got = await ask(path, { headers: { range } })
    expect(got.status).toBe(206)
    expect(got.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`)
    expect(Buffer.from(await got.arrayBuffer())).toEqual(Buffer.from(blob.bytes.subarray(start, end)))
  })

  test('ends a range that lies outside of it', async () => {
    const got = await ask(path, { headers: { range: 'bytes=1000-' } })
    expect(got.status).toBe(416)
    expect(got.headers.get('content-range')).toBe('bytes */1000')
    expect(await codeOf(got)).toBe('RANGE_INVALID')
  })

  test('may be empty', async () => {
    const empty = makeBlob('empty', 0)
    await registry.store.repository('r').putBlob(empty.descriptor, () => streamOf(empty.bytes))
    const got = await ask(`/v2/r/blobs/${empty.descriptor.digest}`)
    expect([got.status, await got.text()]).toEqual([200, ''])
  })

  test.each([
    [absent, 404, 'BLOB_UNKNOWN'],
    ['sha256:abc', 400, 'DIGEST_INVALID'],
    [`sha256:..%2F..%2F..%2Findex.json`, 404, 'UNSUPPORTED'],
    [`sha256%3A${'..'.repeat(32)}`, 400, 'DIGEST_INVALID'],
  ])('%s is answered with %i %s', async (digest, status, code) => {
    const got = await ask(`/v2/library/nginx/blobs/${digest}`)
    expect(got.status).toBe(status)
    expect(await codeOf(got)).toBe(code)
  })

  test('that was damaged on the disk never arrives whole, and the log says so', async () => {
    await writeFile(join(directory.path, 'blobs', 'sha256', hexOf(blob.descriptor.digest)), Buffer.alloc(1000))
    await expect(ask(path).then((got) => got.arrayBuffer())).rejects.toThrow()
    expect(registry.errors).toMatchObject([{ code: 'digest-mismatch' }])
  })
})

describe('lists', () => {
  beforeEach(async () => {
    const nginx = registry.store.repository('library/nginx')
    for (const tag of ['v3', 'v2', 'latest']) await nginx.putManifest(image.root, tag)
    await registry.store.repository('docker.io/prom/node').putManifest(image.root, 'x')
  })

  test('of tags are whole and in order without n', async () => {
    const { document, link } = await readList('/v2/library/nginx/tags/list')
    expect(document).toEqual({ name: 'library/nginx', tags: ['latest', 'v1', 'v2', 'v3'] })
    expect(link).toBeNull()
  })

  test('of tags come in pages, each linked to the next', async () => {
    const first = await readList('/v2/library/nginx/tags/list?n=3')
    expect(first.document).toMatchObject({ tags: ['latest', 'v1', 'v2'] })
    expect(first.link).toBe('</v2/library/nginx/tags/list?n=3&last=v2>; rel="next"')
    const second = await readList('/v2/library/nginx/tags/list?n=3&last=v2')
    expect(second).toEqual({ document: { name: 'library/nginx', tags: ['v3'] }, link: null })
  })

  test.each([
    ['?n=4', ['latest', 'v1', 'v2', 'v3']],
    ['?n=0', []],
    ['?last=v1', ['v2', 'v3']],
    ['?last=zzz', []],
  ])('of tags for %s', async (query, tags) => {
    expect(await readList(`/v2/library/nginx/tags/list${query}`)).toMatchObject({ document: { tags }, link: null })
  })

  test('of repositories have pages too', async () => {
    expect((await readList('/v2/_catalog')).document).toEqual({
      repositories: ['docker.io/prom/node', 'library/nginx'],
    })
    expect(await readList('/v2/_catalog?n=1')).toEqual({
      document: { repositories: ['docker.io/prom/node'] },
      link: '</v2/_catalog?n=1&last=docker.io%2Fprom%2Fnode>; rel="next"',
    })
  })

  test('of tags that nobody has, or by a strange number, are refused', async () => {
    expect(await codeOf(await ask('/v2/unknown/tags/list'))).toBe('NAME_UNKNOWN')
    expect(await codeOf(await ask('/v2/library/nginx/tags/list?n=-1'))).toBe('PAGINATION_NUMBER_INVALID')
  })
})

describe('other requests', () => {
  test('the base says that this is a registry', async () => {
    for (const path of ['/v2', '/v2/']) {
      const got = await ask(path)
      expect(got.status).toBe(200)
      expect(got.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
      expect((await ask(path, { method: 'HEAD' })).status).toBe(200)
    }
  })

  test.each([
    ['GET', '/', 404, 'UNSUPPORTED'],
    ['GET', '/v2/UPPER/manifests/v1', 400, 'NAME_INVALID'],
    ['GET', '/v2/a%2F..%2Fb/manifests/v1', 400, 'NAME_INVALID'],
    ['DELETE', '/v2/library/nginx/manifests/v1', 405, 'UNSUPPORTED'],
    ['POST', '/v2/', 405, 'UNSUPPORTED'],
    ['PUT', '/v2/library/nginx/tags/list', 405, 'UNSUPPORTED'],
  ])('%s %s is answered with %i %s', async (method, path, status, code) => {
    const got = await ask(path, { method })
    expect(got.status).toBe(status)
    expect(await codeOf(got)).toBe(code)
  })

  test('a method that is not there is told which ones are', async () => {
    const got = await ask('/v2/library/nginx/manifests/v1', { method: 'DELETE' })
    expect(got.headers.get('allow')).toBe('GET, HEAD, PUT')
  })
})
