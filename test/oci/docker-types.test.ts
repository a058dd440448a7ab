import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { isArtifact, toDockerList, toDockerManifest } from '../../src/oci/docker-types.ts'
import { readManifest, type Descriptor, type Manifest } from '../../src/oci/manifest.ts'
import {
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_ARTIFACT,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from '../../src/oci/media-types.ts'

const IMAGE = 'docker.io/library/app:v1'
const encode = (text: string) => new TextEncoder().encode(text)
const blob = (text: string, mediaType: string) => ({
  mediaType,
  digest: digestOf(encode(text)),
  size: encode(text).byteLength,
})

const read = (document: unknown): Manifest => readManifest(encode(JSON.stringify(document)), { image: IMAGE })
const documentOf = ({ bytes }: Manifest): unknown => JSON.parse(new TextDecoder().decode(bytes))
const refusing = (part: string, mediaType: string) =>
  expect.objectContaining({ code: 'not-expressible', facts: { image: IMAGE, part, mediaType } })

const config = blob('config', OCI_CONFIG)
const layer = blob('layer', OCI_LAYER)

/** As BuildKit writes one, with all that Docker's schema lacks. */
const ociImage = (layers: readonly object[] = [layer], about: object = config) =>
  read({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: about,
    layers,
    annotations: { 'org.opencontainers.image.base.name': 'alpine' },
  })

describe("an image in Docker's media types", () => {
  test('has the same config and layers, and nothing that the schema lacks', () => {
    const labelled = { ...layer, annotations: { 'buildkit/rewritten-timestamp': '0' } }
    const docker = toDockerManifest(ociImage([labelled]), IMAGE)
    expect(docker.descriptor).toEqual({
      mediaType: DOCKER_MANIFEST,
      digest: digestOf(docker.bytes),
      size: docker.bytes.byteLength,
    })
    expect(documentOf(docker)).toEqual({
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: { ...config, mediaType: DOCKER_CONFIG },
      layers: [{ ...layer, mediaType: DOCKER_LAYER }],
    })
  })

  test('has the same bytes whenever it is made', () => {
    expect(toDockerManifest(ociImage(), IMAGE).bytes).toEqual(toDockerManifest(ociImage(), IMAGE).bytes)
  })

  test('that has them already is given as it is, whatever else it holds', () => {
    const own = read({
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: blob('config', 'application/x-strange'),
      layers: [blob('layer', 'application/vnd.docker.image.rootfs.diff.tar.zstd')],
    })
    expect(toDockerManifest(own, IMAGE)).toBe(own)
  })

  test.each([
    ['application/vnd.oci.image.layer.v1.tar', 'application/vnd.docker.image.rootfs.diff.tar'],
    [OCI_LAYER, DOCKER_LAYER],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'application/vnd.docker.image.rootfs.foreign.diff.tar'],
    [
      'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    ],
    [DOCKER_LAYER, DOCKER_LAYER],
  ])('has for %s %s', (from, to) => {
    const urls = ['https://publisher.example/layer']
    const docker = toDockerManifest(ociImage([{ ...blob('layer', from), urls }]), IMAGE)
    expect(documentOf(docker)).toMatchObject({ layers: [{ ...blob('layer', to), urls }] })
  })

  test.each([
    'application/vnd.oci.image.layer.v1.tar+zstd',
    'application/vnd.in-toto+json',
    'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  ])('has none for a layer of type %s', (mediaType) => {
    expect(() => toDockerManifest(ociImage([layer, blob('other', mediaType)]), IMAGE)).toThrow(
      refusing('layer', mediaType),
    )
  })

  test.each(['application/vnd.oci.empty.v1+json', 'application/vnd.cncf.helm.config.v1+json', ''])(
    'has none for a config of type %j',
    (mediaType) => {
      expect(() => toDockerManifest(ociImage([], blob('{}', mediaType)), IMAGE)).toThrow(refusing('config', mediaType))
    },
  )

  test('has none for an artifact manifest', () => {
    const artifact = read({ mediaType: OCI_ARTIFACT, artifactType: 'x/y', blobs: [config] })
    expect(() => toDockerManifest(artifact, IMAGE)).toThrow(refusing('manifest', OCI_ARTIFACT))
  })

  test('names a type from outside in part only', () => {
    const endless = `application/${'x'.repeat(10_000)}`
    expect(() => toDockerManifest(ociImage([blob('layer', endless)]), IMAGE)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,700}$/) }),
    )
  })
})

const index = (...manifests: readonly object[]) => read({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })

describe("an index as Docker's list", () => {
  const image = ociImage()
  const docker = toDockerManifest(image, IMAGE)
  const entry = { ...image.descriptor, platform: { os: 'linux', architecture: 'amd64' } }
  const become = (child: Descriptor) => (child.digest === image.descriptor.digest ? docker.descriptor : child)

  test('leads to what its entries became, with their platforms and no annotations', () => {
    const platform = {
      architecture: 'amd64',
      os: 'windows',
      'os.version': '10.0.20348.2700',
      'os.features': ['win32k'],
      variant: 'v2',
      features: ['sse4'],
      extra: 'unknown to Docker',
    }
    const { extra: _, ...known } = platform
    const list = toDockerList(index({ ...entry, platform, annotations: { a: 'b' } }), become, IMAGE)
    expect(list.descriptor.mediaType).toBe(DOCKER_LIST)
    expect(documentOf(list)).toEqual({
      schemaVersion: 2,
      mediaType: DOCKER_LIST,
      manifests: [{ ...docker.descriptor, platform: known }],
    })
  })

  test('has no platform where the entry says none', () => {
    const [only] = toDockerList(index({ ...entry, platform: 'amd64' }), become, IMAGE).children
    expect(only).toEqual(docker.descriptor)
  })

  test("of which the entries are Docker's already is one all the same", () => {
    const list = toDockerList(index({ ...entry, ...docker.descriptor }), become, IMAGE)
    expect(list.descriptor.mediaType).toBe(DOCKER_LIST)
  })

  test('that is one already is given as it is', () => {
    const own = read({
      schemaVersion: 2,
      mediaType: DOCKER_LIST,
      manifests: [{ ...entry, ...docker.descriptor, x: 1 }],
    })
    expect(toDockerList(own, become, IMAGE)).toBe(own)
  })

  test('that is one already, of an OCI image, is written anew', () => {
    const list = toDockerList(read({ schemaVersion: 2, mediaType: DOCKER_LIST, manifests: [entry] }), become, IMAGE)
    expect(list.children[0]?.digest).toBe(docker.descriptor.digest)
  })

  test.each([
    ['a nested index', blob('nested', OCI_INDEX), OCI_INDEX],
    ['a nested list', blob('nested', DOCKER_LIST), DOCKER_LIST],
    ['a plain blob', blob('cache', OCI_LAYER), OCI_LAYER],
  ])('cannot hold %s', (_, other, mediaType) => {
    expect(() => toDockerList(index(entry, other), become, IMAGE)).toThrow(refusing('entry', mediaType))
  })
})

test.each<[Partial<Descriptor>, boolean]>([
  [{ mediaType: OCI_ARTIFACT }, true],
  [{ artifactType: 'application/vnd.example+json' }, true],
  [{ artifactType: '' }, false],
  [{}, false],
])('an entry %j is an artifact: %s', (entry, expected) => {
  expect(isArtifact({ ...blob('x', OCI_MANIFEST), ...entry })).toBe(expected)
})
