import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { TREE_LIMITS } from '../../src/mirror/tree.ts'
import type { Descriptor, Manifest } from '../../src/oci/manifest.ts'
import {
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../../src/oci/media-types.ts'
import { makeBlob, makeImage, manifestOf, putImage, streamOf, type TestImage } from '../support/images.ts'
import { blobsSentTo, startWorld, type CopyChoices, type World } from './world.ts'

const image = makeImage({ attestations: true })
const { digest } = image.root.descriptor
const images = image.root.children.slice(0, 3)
const attestations = image.root.children.slice(3)

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
})
afterEach(() => world.close())

const atMirror = (key = 'v1'): Promise<Manifest> => world.atMirror.manifest(key)
const indexOf = (...manifests: readonly Descriptor[]): Manifest =>
  manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })

/** Puts an index at the source as `v1`; what it lists has to be there. */
async function publishIndex(...manifests: readonly Descriptor[]): Promise<Manifest> {
  const root = indexOf(...manifests)
  await world.atSource.putManifest(root, 'v1')
  return root
}

/** Puts an index at the source without a tag, for another one to list it. */
async function nest(...manifests: readonly Descriptor[]): Promise<Descriptor> {
  const index = indexOf(...manifests)
  await world.atSource.putManifest(index)
  return index.descriptor
}

describe('an image without its attestations', () => {
  const dropAttestations = true

  test('is a smaller index, says so, and leaves each entry as it was', async () => {
    const outcome = await world.copy({ dropAttestations, proof: true })
    expect(outcome).toMatchObject({
      status: 'copied',
      facts: { platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] },
      notes: [{ kind: 'attestations-dropped', sourceDigest: digest }],
    })
    const { children, descriptor } = await atMirror()
    expect(children).toEqual(images)
    expect(descriptor).toMatchObject({ digest: outcome.digest, mediaType: OCI_INDEX })
    const dropped = image.manifests.slice(3, 6).flatMap(({ blobs }) => blobs.map((blob) => blob.digest))
    for (const blob of dropped) expect(blobsSentTo(world.mirror)).not.toContain(blob)
  })

  test('is up to date when the same is asked for again, which costs the mirror a HEAD', async () => {
    const first = await world.copy({ dropAttestations })
    world.heal()
    const again = await world.copy({ dropAttestations })
    expect(again).toMatchObject({ status: 'unchanged', digest: first.digest, notes: first.notes })
    expect(world.mirror.log.lines()).toEqual(['HEAD /v2/app/manifests/v1'])
    expect(world.source.log.count('GET')).toBe(1)
  })

  test('takes the place of one that was copied with them', async () => {
    await world.copy()
    expect(await world.copy({ dropAttestations })).toMatchObject({ status: 'copied', sent: { blobs: 0 } })
    expect((await atMirror()).children).toEqual(images)
  })

  test('by digest is there under its own', async () => {
    const { digest: made } = await world.copy({ dropAttestations, key: digest, tag: null, proof: true })
    expect(made).not.toBe(digest)
    expect((await atMirror(made)).children).toEqual(images)
    world.heal()
    expect(await world.copy({ dropAttestations, key: digest, tag: null })).toMatchObject({ status: 'unchanged', digest: made }) // prettier-ignore
    expect(world.mirror.log.count('PUT')).toBe(0)
  })

  test.each<[string, TestImage]>([
    ['an index without any', makeImage({ seed: 'bare' })],
    ['a single image', makeImage({ seed: 'single', single: true })],
  ])('is %s as it is, and nothing is said', async (_, plain) => {
    await world.publish(plain)
    const outcome = await world.copy({ dropAttestations })
    expect(outcome).toMatchObject({ digest: plain.root.descriptor.digest, notes: [] })
    expect(await world.copy({ dropAttestations })).toMatchObject({ status: 'unchanged', notes: [] })
  })

  test('has none in nested indexes, and no nested index that held nothing else', async () => {
    const other = makeImage({ seed: 'other', attestations: true, platforms: ['linux/s390x'] })
    await putImage(world.atSource, other)
    await publishIndex(image.root.descriptor, await nest(...attestations), ...other.root.children)
    const { facts } = await world.copy({ dropAttestations, proof: true })
    const [nested, ...rest] = (await atMirror()).children
    expect(rest).toEqual(other.root.children.slice(0, 1))
    expect((await atMirror(nested?.digest)).children).toEqual(images)
    expect(facts?.platforms).toEqual(['linux/s390x', 'linux/amd64', 'linux/arm64', 'linux/arm/v7'])
  })

  test('MH-88 is an error where nothing is left, nested or not', async () => {
    for (const root of [await publishIndex(...attestations), await publishIndex(await nest(...attestations))]) {
      expect(root.children.length).toBeGreaterThan(0)
      await expect(world.copy({ dropAttestations })).rejects.toMatchObject({ code: 'only-attestations' })
    }
    expect(await world.atMirror.head('v1')).toBeUndefined()
  })

  test('MH-88 goes with chosen platforms, and both are said', async () => {
    const outcome = await world.copy({ dropAttestations, platforms: ['linux/arm64'], proof: true })
    expect((await atMirror()).children).toEqual([images[1]])
    expect(outcome.notes).toEqual([
      { kind: 'platforms-chosen', sourceDigest: digest },
      { kind: 'attestations-dropped', sourceDigest: digest },
    ])
  })
})

describe("an image in Docker's media types", () => {
  const dockerMediaTypes = true

  test('has them throughout, and the blobs that it had', async () => {
    await world.publish(makeImage())
    const outcome = await world.copy({ dockerMediaTypes, proof: true })
    expect(outcome).toMatchObject({
      status: 'copied',
      facts: { mediaType: DOCKER_LIST, platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] },
      notes: [{ kind: 'media-types-changed', sourceDigest: makeImage().root.descriptor.digest }],
    })
    expect(blobsSentTo(world.mirror).toSorted()).toEqual([...makeImage().blobs.keys()].toSorted())
    const { children } = await atMirror()
    expect(children.map(({ platform }) => platform)).toEqual(images.map(({ platform }) => platform))
    for (const child of children) {
      const { descriptor, blobs } = await atMirror(child.digest)
      expect(descriptor.mediaType).toBe(DOCKER_MANIFEST)
      expect(blobs.map(({ mediaType }) => mediaType)).toEqual([DOCKER_CONFIG, DOCKER_LAYER, DOCKER_LAYER])
    }
  })

  test('loses its attestations, which is said, too', async () => {
    expect((await world.copy({ dockerMediaTypes, proof: true })).notes).toEqual([
      { kind: 'attestations-dropped', sourceDigest: digest },
      { kind: 'media-types-changed', sourceDigest: digest },
    ])
    expect((await atMirror()).children).toHaveLength(3)
  })

  test('loses artifacts that stand beside it in the index', async () => {
    const [{ digest: other, size } = image.root.descriptor] = attestations
    await publishIndex(...images, {
      mediaType: OCI_MANIFEST,
      digest: other,
      size,
      artifactType: 'application/vnd.example',
    })
    await world.copy({ dockerMediaTypes })
    expect((await atMirror()).children).toHaveLength(3)
  })

  test('is the same each time: up to date when asked for again', async () => {
    const first = await world.copy({ dockerMediaTypes })
    world.heal()
    const again = await world.copy({ dockerMediaTypes })
    expect(again).toMatchObject({ status: 'unchanged', digest: first.digest, notes: first.notes })
    expect(world.mirror.log.lines()).toEqual(['HEAD /v2/app/manifests/v1'])
    expect(world.source.log.count('GET')).toBe(1 + images.length)
  })

  test('is there by the digest that was asked for no more, but by its own', async () => {
    const { digest: made } = await world.copy({ dockerMediaTypes, key: digest, tag: null, proof: true })
    expect(await world.atMirror.head(digest)).toBeUndefined()
    expect((await atMirror(made)).descriptor.mediaType).toBe(DOCKER_LIST)
  })

  test('is as it is where it has them, and nothing is said', async () => {
    for (const single of [true, false]) {
      const plain = makeImage({ docker: true, single })
      await world.publish(plain)
      expect(await world.copy({ dockerMediaTypes })).toMatchObject({ digest: plain.root.descriptor.digest, notes: [] })
    }
  })

  test('may be a single one', async () => {
    await world.publish(makeImage({ single: true }))
    const outcome = await world.copy({ dockerMediaTypes, proof: true })
    expect(outcome).toMatchObject({ facts: { mediaType: DOCKER_MANIFEST, platforms: ['linux/amd64'] } })
  })

  test('is read and written for the chosen platforms alone', async () => {
    const zstd = await withLayer('application/vnd.oci.image.layer.v1.tar+zstd')
    await publishIndex(...images, { ...zstd, platform: { os: 'linux', architecture: 's390x' } })
    await expect(world.copy({ dockerMediaTypes })).rejects.toMatchObject({ code: 'not-expressible' })
    world.heal()
    await world.copy({ dockerMediaTypes, platforms: ['linux/arm64'], keepPlatforms: true })
    await world.copy({ dockerMediaTypes, platforms: ['linux/amd64'], keepPlatforms: true })
    const platforms = (await atMirror()).children.map(({ platform }) => platform?.architecture)
    expect(platforms).toEqual(['amd64', 'arm64'])
    expect(world.source.log.count('GET', new RegExp(zstd.digest))).toBe(0)
  })

  test.each([
    ['layer', 'application/vnd.oci.image.layer.v1.tar+zstd'],
    ['layer', 'application/vnd.in-toto+json'],
  ])('there is none for a %s of type %s: it is named, and nothing written', async (part, mediaType) => {
    await publishIndex(...images, await withLayer(mediaType))
    await expect(world.copy({ dockerMediaTypes })).rejects.toMatchObject({
      code: 'not-expressible',
      facts: { image: 'source/app:v1', part, mediaType },
    })
    expect(world.mirror.log.requests.every(({ method }) => method === 'HEAD')).toBe(true)
  })

  test('there is none for a nested index', async () => {
    await publishIndex(await nest(...images))
    await expect(world.copy({ dockerMediaTypes })).rejects.toMatchObject({
      code: 'not-expressible',
      facts: { part: 'entry', mediaType: DOCKER_LIST },
    })
  })
})

/** An image at the source with a layer of some type. */
async function withLayer(mediaType: string): Promise<Descriptor> {
  const layer = makeBlob(mediaType, 1000)
  const config = [...image.blobs.values()][0]?.descriptor
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [{ ...layer.descriptor, mediaType }],
  })
  await world.atSource.putBlob(layer.descriptor, () => streamOf(layer.bytes))
  await world.atSource.putManifest(manifest)
  return manifest.descriptor
}

describe('limits that were set', () => {
  const forms: readonly [string, CopyChoices][] = [
    ['without its attestations', { dropAttestations: true }],
    ['with some of its platforms', { platforms: ['linux/amd64'] }],
    ['with some more of its platforms', { platforms: ['linux/amd64'], keepPlatforms: true }],
  ]

  test.each(forms)('hold for an image %s, too', async (_, choices) => {
    let root = image.root.descriptor
    for (let depth = 0; depth < TREE_LIMITS.depth; depth += 1) root = await nest(root)
    await world.atSource.putManifest(await world.atSource.manifest(root.digest), 'v1')
    await putImage(world.atMirror, makeImage({ seed: 'earlier' }), 'v1')
    const limits = { depth: TREE_LIMITS.depth + 1 }
    expect(await world.copy({ ...choices, limits, proof: true })).toMatchObject({ status: 'copied' })
    await expect(world.copy({ ...choices, tag: 'v2' })).rejects.toMatchObject({ code: 'manifest-too-deep' })
  })
})
