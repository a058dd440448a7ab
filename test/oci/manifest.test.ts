import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { readManifest, type Manifest, type ManifestOrigin } from '../../src/oci/manifest.ts'
import {
  bareMediaType,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  isForeignLayerType,
  OCI_ARTIFACT,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from '../../src/oci/media-types.ts'

const IMAGE = 'docker.io/library/app:v1'
const encode = (text: string) => new TextEncoder().encode(text)
const blob = (text: string, mediaType = OCI_LAYER) => ({
  mediaType,
  digest: digestOf(encode(text)),
  size: encode(text).byteLength,
})

const config = blob('{}', OCI_CONFIG)
const layer = blob('layer')
const image = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] }
const inline = (text: string) => ({ ...config, data: Buffer.from(text).toString('base64') })
const child = { ...blob('child', OCI_MANIFEST), platform: { os: 'linux', architecture: 'amd64' } }
const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [child] }

const read = (document: unknown, origin: Partial<ManifestOrigin> = {}): Manifest =>
  readManifest(encode(JSON.stringify(document)), { image: IMAGE, ...origin })

const failing = (code: string, message: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('an image manifest', () => {
  test('gives its bytes, its descriptor, and its config and layers in order', () => {
    const bytes = encode(JSON.stringify(image))
    expect(readManifest(bytes, { image: IMAGE })).toEqual({
      bytes,
      descriptor: { mediaType: OCI_MANIFEST, digest: digestOf(bytes), size: bytes.byteLength },
      kind: 'image',
      children: [],
      blobs: [config, layer],
    })
  })

  test('keeps odd white space and key order byte for byte (MH-82)', () => {
    const bytes = encode(`\n { "layers" :[ ] ,\t"config":${JSON.stringify(config)},\r\n"schemaVersion": 2.0 }\n\n`)
    const manifest = readManifest(bytes, { image: IMAGE })
    expect(manifest.bytes).toBe(bytes)
    expect(manifest.descriptor.digest).toBe(digestOf(bytes))
  })

  test('may have no layers at all', () => {
    expect(read({ ...image, layers: null }).blobs).toEqual([config])
    expect(read({ ...image, layers: undefined }).blobs).toEqual([config])
  })

  test('names the manifest that it is about', () => {
    const subject = blob('subject', OCI_MANIFEST)
    expect(read({ ...image, subject }).subject).toEqual(subject)
    expect(read({ ...image, subject: null })).not.toHaveProperty('subject')
    expect(() => read({ ...image, subject: {} })).toThrow(failing('manifest-invalid'))
  })

  test('of the withdrawn artifact type has its blobs and no config', () => {
    expect(read({ mediaType: OCI_ARTIFACT, artifactType: 'x/y', blobs: [layer] }).blobs).toEqual([layer])
    expect(read({ mediaType: OCI_ARTIFACT }).blobs).toEqual([])
  })

  test('cannot hide its layers behind a list of blobs', () => {
    expect(read({ ...image, blobs: [] }).blobs).toEqual([config, layer])
  })

  test('gives what a descriptor says and leaves out what is no text', () => {
    const rich = {
      ...layer,
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      urls: ['https://example.com/layer', 7],
      annotations: { a: 'b', n: 1 },
      artifactType: 'x/y',
    }
    expect(read({ ...image, layers: [rich] }).blobs[1]).toEqual({
      ...rich,
      urls: ['https://example.com/layer'],
      annotations: { a: 'b' },
    })
  })
})

describe('an index', () => {
  test('gives its children, with their platforms', () => {
    const children = [
      { ...child, platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.1' } },
      { ...blob('arm', OCI_MANIFEST), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      { ...blob('none', OCI_MANIFEST), platform: { os: 'linux' } },
      { ...blob('empty', OCI_MANIFEST), platform: { os: 'linux', architecture: 'arm64', variant: '' } },
    ]
    const manifest = read({ ...index, manifests: children })
    expect(manifest.kind).toBe('index')
    expect(manifest.blobs).toEqual([])
    expect(manifest.children.map((entry) => entry.platform)).toEqual([
      { os: 'windows', architecture: 'amd64', osVersion: '10.0.17763.1' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
      undefined,
      { os: 'linux', architecture: 'arm64' },
    ])
  })

  test('may list indexes, and types nobody knows (MH-85)', () => {
    const nested = [
      blob('nested', OCI_INDEX),
      blob('strange', 'application/x-strange'),
      { ...blob('bare'), mediaType: 7 },
    ]
    expect(read({ ...index, manifests: nested }).children.map((entry) => entry.mediaType)).toEqual([
      OCI_INDEX,
      'application/x-strange',
      '',
    ])
  })

  test('may be empty, but has to have its list', () => {
    expect(read({ ...index, manifests: [] }).children).toEqual([])
    expect(read({ ...index, manifests: null }).children).toEqual([])
    expect(() => read({ schemaVersion: 2, mediaType: OCI_INDEX })).toThrow(failing('manifest-invalid', /lacks a list/))
  })
})

describe('the media type', () => {
  test.each([
    ['is the one in the body', image, undefined, OCI_MANIFEST],
    ['is the one in the body where the header is no manifest type', image, 'text/plain', OCI_MANIFEST],
    ['may come with parameters and capitals', image, `${OCI_MANIFEST.toUpperCase()}; charset=utf-8`, OCI_MANIFEST],
    ['is the one that came with the bytes where the body has none', { config, layers: [] }, DOCKER_MANIFEST, DOCKER_MANIFEST], // prettier-ignore
    ['is told by the shape of an image where nothing says it', { config, layers: [] }, undefined, OCI_MANIFEST],
    ['is told by the shape of an index where nothing says it', { manifests: [] }, 'application/json', OCI_INDEX],
    ['of a Docker list is an index', { ...index, mediaType: DOCKER_LIST }, DOCKER_LIST, DOCKER_LIST],
  ])('%s', (_, document, contentType, expected) => {
    const manifest = read(document, contentType === undefined ? {} : { contentType })
    expect(manifest.descriptor.mediaType).toBe(expected)
  })

  test('must not differ between body and header (MH-81)', () => {
    expect(() => read(image, { contentType: OCI_INDEX })).toThrow(failing('manifest-invalid', /does not call itself/))
    expect(() => read(image, { contentType: DOCKER_MANIFEST })).toThrow(failing('manifest-invalid'))
  })

  test.each([
    [{ ...index, layers: [] }],
    [{ ...index, config }],
    [{ ...index, blobs: [] }],
    [{ ...index, layers: null }],
    [{ ...image, manifests: [] }],
    [{ ...image, fsLayers: [] }],
  ])('must leave no doubt whether it is an index or an image: %j', (document) => {
    expect(() => read(document)).toThrow(failing('manifest-invalid', /at once/))
  })

  test('of an index cannot turn an image into one without children', () => {
    expect(() => read({ config, layers: [layer] }, { contentType: OCI_INDEX })).toThrow(failing('manifest-invalid'))
  })

  test.each([
    [{ schemaVersion: 1, fsLayers: [] }, undefined, /schema 1/],
    [{ schemaVersion: 1 }, 'application/vnd.docker.distribution.manifest.v1+prettyjws', /v1\+prettyjws/],
    [{ config, layers: [] }, 'application/vnd.docker.distribution.manifest.v1+json', /v1\+json/],
    [{ mediaType: 'application/x-strange' }, undefined, /x-strange/],
  ])('that cannot be copied faithfully is refused: %j', (document, contentType, message) => {
    const origin = contentType === undefined ? {} : { contentType }
    expect(() => read(document, origin)).toThrow(failing('manifest-unsupported', message))
  })
})

describe('bytes', () => {
  test.each(['sha256', 'sha512'] as const)('are checked against a %s digest', (algorithm) => {
    const bytes = encode(JSON.stringify(image))
    const digest = digestOf(bytes, algorithm)
    expect(readManifest(bytes, { image: IMAGE, digest }).descriptor.digest).toBe(digest)
    const other = digestOf(encode('other'), algorithm)
    expect(() => readManifest(bytes, { image: IMAGE, digest: other })).toThrow(failing('digest-mismatch'))
  })

  test.each(['', '{', '[]', 'null', '"x"', '7', '\ufeff{}', '{}x'])('that read %j are refused', (text) => {
    expect(() => readManifest(encode(text), { image: IMAGE })).toThrow(failing('manifest-invalid'))
  })

  test('that are not UTF-8 are refused', () => {
    const bytes = Uint8Array.from([...encode('{"a":"'), 0xff, ...encode('"}')])
    expect(() => readManifest(bytes, { image: IMAGE })).toThrow(failing('manifest-invalid', /not a JSON object/))
  })

  test('nested without end are refused, not overflowing', () => {
    expect(() => readManifest(encode('['.repeat(1_000_000)), { image: IMAGE })).toThrow(failing('manifest-invalid'))
  })
})

describe('a descriptor is refused', () => {
  test.each([
    ['missing', null],
    ['a text', 'sha256:x'],
    ['without a digest', { ...layer, digest: undefined }],
    ['with a cut digest', { ...layer, digest: layer.digest.slice(0, -1) }],
    ['with a path for a digest', { ...layer, digest: 'sha256:../../../etc/passwd' }],
    ['without a size', { ...layer, size: undefined }],
    ['with a negative size', { ...layer, size: -1 }],
    ['with a broken size', { ...layer, size: 1.5 }],
    ['with a size as text', { ...layer, size: '5' }],
    ['with a size beyond what can be counted', { ...layer, size: 2 ** 60 }],
  ])('%s', (_, descriptor) => {
    expect(() => read({ ...image, layers: [descriptor] })).toThrow(failing('manifest-invalid'))
    expect(() => read({ ...index, manifests: [descriptor] })).toThrow(failing('manifest-invalid'))
  })

  test('where a list of them is none', () => {
    expect(() => read({ ...image, layers: { 0: layer } })).toThrow(failing('manifest-invalid', /lacks a list/))
  })
})

describe('data inside a descriptor (MH-86)', () => {
  test('is given decoded when it is right', () => {
    expect(read({ ...image, config: inline('{}') }).blobs[0]?.data).toEqual(Buffer.from('{}'))
  })

  test('is refused when it has another digest or another size', () => {
    expect(() => read({ ...image, config: inline('[]') })).toThrow(failing('manifest-invalid', /inside a descriptor/))
    expect(() => read({ ...image, config: { ...inline('{}'), size: 3 } })).toThrow(failing('manifest-invalid'))
  })
})

test('a content type is compared without its parameters', () => {
  expect(bareMediaType(' Application/JSON ; charset=utf-8')).toBe('application/json')
  expect(bareMediaType('')).toBe('')
})

test.each([
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', true],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+zstd', true],
  [OCI_LAYER, false],
])('%s is a foreign layer: %s', (mediaType, expected) => {
  expect(isForeignLayerType(mediaType)).toBe(expected)
})
