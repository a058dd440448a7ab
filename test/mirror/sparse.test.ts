import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hexOf } from '../../src/oci/digest.ts'
import type { Descriptor, Manifest } from '../../src/oci/manifest.ts'
import { OCI_INDEX } from '../../src/oci/media-types.ts'
import { takeSparse } from '../support/faulty-registry/manifests.ts'
import { makeImage, manifestOf, putImage } from '../support/images.ts'
import { blobsSentTo, expectWhole, startWorld, type CopyChoices, type World } from './world.ts'

const image = makeImage({ attestations: true })
const { digest } = image.root.descriptor
const [amd64, arm64, armv7, ...attestations] = image.root.children

let world: World

beforeEach(async () => {
  world = await startWorld()
  world.mirror.always('PUT', /manifests/, takeSparse(world.mirror.store))
  await world.publish(image)
})
afterEach(() => world.close())

/** All faults but the one that makes the mirror take what is not whole. */
function countAnew(): void {
  world.heal()
  world.mirror.always('PUT', /manifests/, takeSparse(world.mirror.store))
}

const sparse = (platform: string, choices: CopyChoices = {}) =>
  world.copy({ sparse: true, platforms: [platform], ...choices })

/** Which of these manifests the mirror has. */
async function there(manifests: readonly (Descriptor | undefined)[]): Promise<boolean[]> {
  return Promise.all(manifests.map(async (one) => (await world.atMirror.head(one?.digest ?? '')) !== undefined))
}

const manifestsPut = (): string[] =>
  world.mirror.log.find('PUT', /manifests/).map(({ path }) => path.split('/').at(-1) ?? '')

describe('a sparse copy', () => {
  test('keeps the index and its digest, and brings the chosen platforms with their attestations', async () => {
    const outcome = await sparse('linux/arm64', { proof: true })
    expect(outcome).toMatchObject({
      status: 'copied',
      digest,
      verified: 'everything',
      facts: { digest, platforms: ['linux/arm64'] },
      notes: [{ kind: 'platforms-left-out', count: 2 }],
    })
    expect(Buffer.from((await world.atMirror.manifest('v1')).bytes)).toEqual(Buffer.from(image.root.bytes))
    expect(await there([amd64, arm64, armv7])).toEqual([false, true, false])
    expect(await there(attestations)).toEqual([false, true, false])
    const left = [0, 2].flatMap((index) => image.manifests[index]?.blobs ?? [])
    for (const blob of left) expect(blobsSentTo(world.mirror)).not.toContain(blob.digest)
  })

  test('is up to date when its platforms are there, which HEADs and the index at the mirror tell', async () => {
    await sparse('linux/arm64')
    countAnew()
    const again = await sparse('linux/arm64')
    expect(again).toMatchObject({ status: 'unchanged', digest, notes: [{ kind: 'platforms-left-out' }] })
    expect(world.mirror.log.lines().toSorted()).toEqual(
      [
        `GET /v2/app/manifests/${digest}`,
        ...['v1', arm64?.digest, attestations[1]?.digest].map((key) => `HEAD /v2/app/manifests/${key}`),
      ].toSorted(),
    )
    // No unit of a pull limit.
    expect(world.source.log.lines()).toEqual(['HEAD /v2/app/manifests/v1'])
  })

  test('brings platforms that are asked for later, though the tag leads to the same index', async () => {
    await sparse('linux/arm64')
    countAnew()
    expect(await sparse('linux/amd64', { proof: true })).toMatchObject({ status: 'copied', digest })
    expect(await there([amd64, arm64, armv7])).toEqual([true, true, false])
    expect(manifestsPut()).not.toContain(arm64?.digest)
  })

  test('adds a platform where those that are there are kept', async () => {
    await sparse('linux/arm64', { keepPlatforms: true })
    expect(await sparse('linux/amd64', { keepPlatforms: true })).toMatchObject({ status: 'copied', digest })
    expect(await there([amd64, arm64, armv7])).toEqual([true, true, false])
  })

  test('keeps the platforms that were there when the source has moved on, and no others', async () => {
    await sparse('linux/arm64', { keepPlatforms: true })
    const next = makeImage({ seed: 'next', attestations: true })
    await world.publish(next)
    await sparse('linux/amd64', { keepPlatforms: true, proof: true })
    expect(await there(next.root.children.slice(0, 3))).toEqual([true, true, false])
  })

  test('by digest is up to date only with its platforms', async () => {
    const byDigest = { key: digest, tag: null }
    expect(await sparse('linux/arm64', byDigest)).toMatchObject({ status: 'copied' })
    expect(await sparse('linux/arm64', byDigest)).toMatchObject({ status: 'unchanged' })
    expect(await sparse('linux/amd64', byDigest)).toMatchObject({ status: 'copied' })
    expect(await there([amd64, arm64, armv7])).toEqual([true, true, false])
  })

  test('of all platforms is a whole one, and nothing is said', async () => {
    const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm']
    expect(await world.copy({ sparse: true, platforms, proof: true })).toMatchObject({ digest, notes: [] })
    await expectWhole(world.atMirror, image)
  })

  test('of a single image is the image', async () => {
    const single = makeImage({ single: true })
    await world.publish(single)
    expect(await sparse('linux/amd64')).toMatchObject({ digest: single.root.descriptor.digest, notes: [] })
    countAnew()
    expect(await sparse('linux/amd64')).toMatchObject({ status: 'unchanged' })
    expect(world.mirror.log.lines()).toEqual([
      'HEAD /v2/app/manifests/v1',
      `GET /v2/app/manifests/${single.root.descriptor.digest}`,
    ])
  })

  test('counts for the size limit with what it brings', async () => {
    const maxSize = 10_000
    await expect(world.copy({ maxSize })).rejects.toMatchObject({ code: 'image-too-large' })
    expect(await sparse('linux/amd64', { maxSize })).toMatchObject({ status: 'copied' })
  })

  test('MH-88 of a platform that is not there is an error', async () => {
    await expect(sparse('linux/s390x')).rejects.toMatchObject({ code: 'platform-missing' })
    expect(world.mirror.log.count('PUT')).toBe(0)
  })

  test("may lack attestations, and be in Docker's media types", async () => {
    const bare = await sparse('linux/arm64', { dropAttestations: true, proof: true })
    expect((await world.atMirror.manifest('v1')).children).toEqual([amd64, arm64, armv7])
    expect(bare.notes.map(({ kind }) => kind)).toEqual(['attestations-dropped', 'platforms-left-out'])
    const docker = await sparse('linux/arm64', { dockerMediaTypes: true, proof: true })
    const { children } = await world.atMirror.manifest(docker.digest)
    expect(await there(children)).toEqual([false, true, false])
  })
})

describe('after a sparse copy', () => {
  test('a whole one takes the same digest for the same image, unless everything is read back', async () => {
    await sparse('linux/arm64')
    expect(await world.copy()).toMatchObject({ status: 'unchanged', digest })
    expect(await world.copy({ proof: true })).toMatchObject({ status: 'copied', digest })
    await expectWhole(world.atMirror, image)
  })

  test('what was lost of the chosen platform is mended, and nothing else brought', async () => {
    await sparse('linux/arm64')
    const lost = image.manifests[1]?.blobs[1]?.digest ?? digest
    await rm(join(world.mirror.directory, 'blobs', 'sha256', hexOf(lost)))
    countAnew()
    expect(await sparse('linux/arm64', { proof: true })).toMatchObject({ status: 'copied', digest, sent: { blobs: 1 } })
    expect(blobsSentTo(world.mirror)).toEqual([lost])
    expect(await there([amd64, arm64, armv7])).toEqual([false, true, false])
  })
})

describe('MH-88 an index within an index', () => {
  const others = makeImage({ seed: 'other', attestations: true, platforms: ['linux/s390x', 'linux/arm/v6'] })
  let root: Manifest

  beforeEach(async () => {
    root = manifestOf({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [image.root.descriptor, others.root.descriptor],
    })
    await putImage(world.atSource, others)
    await world.atSource.putManifest(root, 'v1')
  })

  test('is made smaller like any other, and is gone where nothing of it is wanted', async () => {
    const outcome = await world.copy({ platforms: ['linux/arm64'], proof: true })
    expect(outcome).toMatchObject({ facts: { platforms: ['linux/arm64'] }, notes: [{ kind: 'platforms-chosen' }] })
    const [nested, ...more] = (await world.atMirror.manifest('v1')).children
    expect(more).toEqual([])
    expect((await world.atMirror.manifest(nested?.digest ?? '')).children).toEqual([arm64, attestations[1]])
  })

  test('is left as it is where all of it is wanted', async () => {
    await world.copy({ platforms: ['linux/s390x', 'linux/arm/v6'] })
    expect((await world.atMirror.manifest('v1')).children).toEqual([others.root.descriptor])
  })

  test('is kept in a sparse copy where something of it is wanted', async () => {
    const outcome = await sparse('linux/arm64', { proof: true })
    expect(outcome).toMatchObject({
      digest: root.descriptor.digest,
      facts: { platforms: ['linux/arm64'] },
      notes: [{ count: 4 }],
    })
    expect(await there([image.root.descriptor, others.root.descriptor])).toEqual([true, false])
    expect(await there([amd64, arm64, armv7, ...attestations])).toEqual([false, true, false, false, true, false])
    await sparse('linux/s390x', { proof: true })
    expect(await there([others.root.descriptor, ...others.root.children])).toEqual([true, true, false, true, false])
    // Nothing is read back here: what an index that is there lacks has to be found by the plan.
    expect(await sparse('linux/amd64', { keepPlatforms: true })).toMatchObject({ status: 'copied' })
    expect(await there([amd64, arm64, armv7])).toEqual([true, true, false])
  })

  test('is for the platform that it is listed with, where its own entries say none', async () => {
    const { platform, ...plain } = amd64 ?? image.root.descriptor
    const inner = manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [plain] })
    const outer = manifestOf({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [{ ...inner.descriptor, platform }, arm64],
    })
    await world.atSource.putManifest(inner)
    await world.atSource.putManifest(outer, 'v1')
    const outcome = await world.copy({ platforms: ['linux/amd64'], proof: true })
    expect((await world.atMirror.manifest(outcome.digest)).children).toEqual([{ ...inner.descriptor, platform }])
    expect(outcome.facts?.platforms).toEqual(['linux/amd64'])
  })

  test('is named with all its platforms where a wanted one is missing', async () => {
    await expect(world.copy({ platforms: ['windows/amd64'] })).rejects.toMatchObject({
      code: 'platform-missing',
      facts: { available: 'linux/amd64, linux/arm64, linux/arm/v7, linux/s390x, linux/arm/v6' },
    })
  })
})
