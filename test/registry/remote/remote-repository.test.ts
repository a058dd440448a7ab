import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf } from '../../../src/oci/digest.ts'
import { readManifest } from '../../../src/oci/manifest.ts'
import { DOCKER_LIST, MANIFEST_TYPES, OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/media-types.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import { plainAnswer, type Fault } from '../../support/faulty-registry/call.ts'
import { answer, corruptAt, endAfter, refuse, withHeaders, withStatus } from '../../support/faulty-registry/faults.ts'
import { bytesOf, listOf, makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import {
  openMirror,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const image = makeImage()
const { digest, size } = image.root.descriptor
const MANIFESTS = /manifests/

let registry: ScriptedRegistry
let client: TestClient
let app: Repository

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries()
  app = await openSource(client, registry)
  await putImage(registry.store.repository('app'), image, 'v1')
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const steps = () => registry.log.requests.map(({ method, status }) => `${method} ${status}`)
const reply = (bytes: Uint8Array, contentType = OCI_INDEX): Fault => {
  return () => plainAnswer(200, { 'content-type': contentType }, Buffer.from(bytes).toString())
}

const tagsOf = () => listOf(app.tags())
const page = (tags: unknown, link?: string | readonly string[]): Fault => {
  return () => plainAnswer(200, { 'content-type': 'application/json', ...(link && { link }) }, JSON.stringify({ tags }))
}

/** As distribution says it. */
const unknownChild = JSON.stringify({
  errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: digest }],
})

describe('the head of a tag', () => {
  test('MH-1 costs one HEAD that accepts every type there is', async () => {
    expect(await app.head('v1')).toEqual({ mediaType: OCI_INDEX, digest, size })
    expect(steps()).toEqual(['HEAD 200'])
    expect(registry.log.requests[0]?.headers.accept?.split(', ')).toEqual(MANIFEST_TYPES)
  })

  test('is nothing where there is no such tag', async () => {
    expect(await app.head('v2')).toBeUndefined()
  })

  test.each([
    ['a digest', { 'docker-content-digest': undefined }],
    ['a usable digest', { 'docker-content-digest': 'sha256:short' }],
    ['a size', { 'content-length': undefined }],
  ])('MH-2 is read from the manifest where the answer has not %s', async (_, headers) => {
    registry.on('HEAD', MANIFESTS, withHeaders(headers))
    expect(await app.head('v1')).toMatchObject({ digest, size })
    expect(steps()).toEqual(['HEAD 200', 'GET 200'])
  })

  test('MH-3 is read from the manifest where there is no HEAD', async () => {
    registry.always('HEAD', MANIFESTS, answer(405))
    expect(await app.head('v1')).toMatchObject({ digest })
    expect(await app.head('v2')).toBeUndefined()
  })

  test('MH-4 is unknown where a mirror does not say, and denied where a source does not', async () => {
    registry.always('HEAD', MANIFESTS, answer(403))
    expect(await (await openMirror(client, registry)).head('v1')).toBeUndefined()
    await expect(app.head('v1')).rejects.toMatchObject({
      code: 'pull-denied',
      facts: { host: registry.host, repository: 'app' },
    })
  })
})

describe('a manifest', () => {
  test('comes byte for byte', async () => {
    const manifest = await app.manifest('v1')
    expect(Buffer.from(manifest.bytes)).toEqual(Buffer.from(image.root.bytes))
    expect(manifest.descriptor.digest).toBe(digest)
  })

  test('MH-82 is not written anew, however oddly it is written', async () => {
    const odd = Buffer.from(`{ "manifests":[ ],\n\t"mediaType" : "${OCI_INDEX}",  "schemaVersion":2.0 }\n\n`)
    const manifest = readManifest(odd, { image: 'odd' })
    const mirror = await openMirror(client, registry)
    await mirror.putManifest(manifest, 'odd')
    expect(Buffer.from((await app.manifest('odd')).bytes)).toEqual(odd)
    expect(registry.log.find('PUT')).toMatchObject([
      { received: odd.byteLength, headers: { 'content-type': OCI_INDEX } },
    ])
  })

  test('that is not there is said to be unknown', async () => {
    await expect(app.manifest('v2')).rejects.toMatchObject({
      code: 'image-unknown',
      facts: { image: `${registry.host}/app:v2`, host: registry.host },
    })
  })

  test('MH-81 may be served with parameters', async () => {
    registry.on('GET', MANIFESTS, withHeaders({ 'content-type': `${OCI_INDEX}; charset=utf-8` }))
    expect(await app.manifest('v1')).toMatchObject({ descriptor: { mediaType: OCI_INDEX } })
  })

  test.each<[string, Fault, string]>([
    ['MH-81 of another type than it says', withHeaders({ 'content-type': DOCKER_LIST }), 'manifest-invalid'],
    ['MH-81 of another kind than it says', withHeaders({ 'content-type': OCI_MANIFEST }), 'manifest-invalid'],
    ['MH-84 larger than any', reply(Buffer.alloc(9_000_000, ' ')), 'manifest-too-large'],
    ['that is no JSON', reply(Buffer.from('<html>')), 'manifest-invalid'],
    ['that ends early', endAfter(20), 'manifest-invalid'],
    ['that holds nothing', reply(Buffer.from('')), 'manifest-invalid'],
    ['of the old schema', reply(Buffer.from('{"schemaVersion":1}'), 'application/json'), 'manifest-unsupported'],
  ])('%s is refused', async (_, fault, code) => {
    registry.on('GET', MANIFESTS, fault)
    await expect(app.manifest('v1')).rejects.toMatchObject({ code })
  })

  test('MH-84 without end is not read to it', async () => {
    registry.on('GET', MANIFESTS, () => ({ status: 200, headers: { 'content-type': OCI_INDEX }, body: endless() }))
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'manifest-too-large' })
    expect(await app.head('v1')).toMatchObject({ digest })
  })

  test('MH-83 asked for by digest has to have it', async () => {
    registry.on('GET', MANIFESTS, corruptAt(5), reply(makeImage({ seed: 'other' }).root.bytes))
    for (const attempt of ['corrupt', 'another']) {
      const failing = app.manifest(digest)
      await expect(failing).rejects.toMatchObject({ code: 'digest-mismatch', facts: { expected: digest } })
      expect(attempt).toBeDefined()
    }
  })

  test('MH-83 asked for by tag has the digest of its bytes, whatever the answer says', async () => {
    const lie = digestOf(Buffer.from('lie'))
    registry.on('GET', MANIFESTS, withHeaders({ 'docker-content-digest': lie }))
    expect(await app.manifest('v1')).toMatchObject({ descriptor: { digest } })
  })

  test('MH-90 and a blob may have a sha512 digest', async () => {
    const blob = makeBlob('blob', 1000)
    const descriptor = { ...blob.descriptor, digest: digestOf(blob.bytes, 'sha512') }
    const mirror = await openMirror(client, registry)
    expect(await mirror.putBlob(descriptor, () => streamOf(blob.bytes))).toBe('sent')
    expect(await bytesOf(app.blob(descriptor))).toEqual(Buffer.from(blob.bytes))
  })
})

describe('putting a manifest', () => {
  test.each([201, 200, 202, 204])('is done with %i', async (status) => {
    registry.on('PUT', MANIFESTS, withStatus(status))
    await (await openMirror(client, registry)).putManifest(image.root, 'v2')
    expect(registry.log.lines()).toEqual(['PUT /v2/app/manifests/v2'])
  })

  test.each<[string, Fault, string, object]>([
    [
      'a missing right',
      refuse(403, 'DENIED', 'read only'),
      'push-denied',
      { repository: 'app', detail: 'DENIED: read only' },
    ],
    [
      'a missing login',
      refuse(401, 'UNAUTHORIZED', 'who are you'),
      'push-denied',
      { detail: 'UNAUTHORIZED: who are you' },
    ],
    ['a missing repository', refuse(404, 'NAME_UNKNOWN', 'create it'), 'repository-missing', { repository: 'app' }],
    ["a missing repository in ECR's words", refuse(404, 'RepositoryNotFoundException', ''), 'repository-missing', {}],
    [
      'what is wrong with it',
      refuse(400, 'SIZE_INVALID', 'provided length did not match'),
      'registry-error',
      { status: 400, detail: 'SIZE_INVALID: provided length did not match' },
    ],
    [
      'a blob that is not there',
      refuse(400, 'MANIFEST_BLOB_UNKNOWN', 'no blob'),
      'manifest-incomplete',
      { repository: 'app' },
    ],
    ['a blob by its other name', refuse(404, 'BLOB_UNKNOWN', `${digest} it is`), 'manifest-incomplete', { digest }],
    ['a child that is not there', answer(404, {}, unknownChild), 'manifest-incomplete', { digest }],
    [
      'a page instead of an error',
      answer(500, { 'content-type': 'text/html' }, '<html>secret</html>'),
      'registry-error',
      { detail: '' },
    ],
    ['a redirect to nowhere', answer(304), 'registry-error', { status: 304 }],
  ])('names %s', async (_, fault, code, facts) => {
    registry.always('PUT', MANIFESTS, fault)
    const failing = (await openMirror(client, registry)).putManifest(image.root, 'v2')
    await expect(failing).rejects.toMatchObject({ code, facts: { host: registry.host, ...facts } })
  })
})

describe('what a descriptor carries itself', () => {
  const inline = makeBlob('inline', 100)
  const carried = { ...inline.descriptor, data: inline.bytes }

  test.each([0, 40])('MH-86 is read from there, from byte %i on', async (offset) => {
    expect(await bytesOf(app.blob(carried, offset))).toEqual(Buffer.from(inline.bytes.subarray(offset)))
    expect(registry.log.requests).toEqual([])
  })
})

describe('whether a blob is there', () => {
  const blob = makeBlob('blob', 1000).descriptor

  test.each<[string, Fault, boolean]>([
    ['yes', answer(200, { 'content-length': '1000' }), true],
    ['yes, without a length', answer(200, { 'content-length': undefined }), true],
    ['not where it has another length', answer(200, { 'content-length': '999' }), false],
    ['not', answer(404), false],
  ])('%s', async (_, fault, expected) => {
    registry.on('HEAD', /blobs/, fault)
    expect(await app.hasBlob(blob)).toBe(expected)
  })

  test.each([401, 403, 500])('is not known at %i', async (status) => {
    registry.always('HEAD', /blobs/, answer(status))
    await expect(app.hasBlob(blob)).rejects.toBeDefined()
  })
})

describe('tags', () => {
  test('are listed', async () => {
    await registry.store.repository('app').putManifest(image.root, 'latest')
    expect(await tagsOf()).toEqual(['latest', 'v1'])
  })

  test.each([
    ['relative', '</v2/app/tags/list?n=2&last=b>; rel="next"'],
    ['without quotes', '</v2/app/tags/list?last=b>;rel=next'],
    ['relative to the request', '<list?last=b>; rel="next"'],
    ['with other parameters', '</v2/app/tags/list?last=b>; title="x"; rel="next"'],
  ])('MH-91 are read from page to page by a link that is %s', async (_, link) => {
    registry.on('GET', /tags/, page(['a', 'b'], link), page(['c']))
    expect(await tagsOf()).toEqual(['a', 'b', 'c'])
    expect(registry.log.requests[1]?.path).toMatch(/^\/v2\/app\/tags\/list\?.*last=b$/)
  })

  test('MH-91 are read on where a page is short', async () => {
    registry.on('GET', /tags/, page(['a'], '<?last=a>; rel="next"'), page(['b'], '<?last=b>; rel="next"'), page([]))
    expect(await tagsOf()).toEqual(['a', 'b'])
  })

  test('MH-91 are not read from another host, and half of them are not taken for all', async () => {
    const other = await startScriptedRegistry()
    try {
      registry.on('GET', /tags/, page(['a'], `<${other.origin}/v2/app/tags/list>; rel="next"`))
      const facts = { host: registry.host, reason: 'foreign-link', leadsTo: other.host }
      await expect(tagsOf()).rejects.toMatchObject({ code: 'registry-untrusted', facts })
      expect(other.log.requests).toEqual([])
    } finally {
      await other.close()
    }
  })

  test('MH-91 are read once where a link leads back', async () => {
    registry.always('GET', /tags/, page(['a'], '<?n=1000>; rel="next"'))
    expect(await tagsOf()).toEqual(['a'])
  })

  test.each([
    ['there are none', null],
    ['there is no list', undefined],
    ['the list is none', 'v1'],
  ])('MH-91 are none where %s', async (_, tags) => {
    registry.on('GET', /tags/, page(tags))
    expect(await tagsOf()).toEqual([])
  })

  test('that no tag can be are left out', async () => {
    registry.on('GET', /tags/, page(['v1', 3, '../../v2/other', '', 'a b', 'ok_1', 'x'.repeat(129)]))
    expect(await tagsOf()).toEqual(['v1', 'ok_1'])
  })

  test.each<[string, Fault, string]>([
    ['of an image that is not there', refuse(404, 'NAME_UNKNOWN'), 'image-unknown'],
    ['that may not be read', refuse(403, 'DENIED'), 'pull-denied'],
    ['that are no JSON', answer(200, {}, '<html>'), 'registry-error'],
    ['without end', () => ({ status: 200, headers: {}, body: endless() }), 'registry-error'],
    [
      'on pages without end',
      (call) => page([`v${call.seen.number}`], `<?last=${call.seen.number}>; rel="next"`)(call),
      'registry-error',
    ],
  ])('%s are an error', async (_, fault, code) => {
    registry.always('GET', /tags/, fault)
    await expect(tagsOf()).rejects.toMatchObject({ code })
  })
})

async function* endless(): AsyncGenerator<Uint8Array> {
  const spaces = Buffer.alloc(1_000_000, ' ')
  for (;;) yield spaces
}
