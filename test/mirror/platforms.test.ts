import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { platformsOf } from '../../src/mirror/platforms.ts'
import { formatPlatform } from '../../src/oci/platform.ts'
import { makeImage, putImage } from '../support/images.ts'
import { blobsSentTo, startWorld, type World } from './world.ts'

const image = makeImage({
  attestations: true,
  platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v6', 'linux/arm/v7'],
})
const children = image.root.children.map(({ digest }) => digest)

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
})
afterEach(() => world.close())

async function platformsAtMirror(): Promise<string[]> {
  const origin = { source: world.atMirror, image: 'app:v1' }
  return (await platformsOf(origin, await world.atMirror.manifest('v1'))).map(formatPlatform)
}

async function digestsAtMirror(): Promise<string[]> {
  return (await world.atMirror.manifest('v1')).children.map(({ digest }) => digest)
}

describe('choosing platforms', () => {
  test('makes a smaller index, says so, and leaves each entry as it was', async () => {
    const outcome = await world.copy({ platforms: ['linux/arm64'], proof: true })
    expect(outcome).toMatchObject({
      status: 'copied',
      facts: { platforms: ['linux/arm64'] },
      notes: [{ kind: 'platforms-chosen', sourceDigest: image.root.descriptor.digest }],
    })
    expect(outcome.digest).not.toBe(image.root.descriptor.digest)
    const entries = (await world.atMirror.manifest('v1')).children
    expect(entries).toEqual([image.root.children[1], image.root.children[5]])
  })

  test('MH-88 takes the attestation of each platform along, and no other', async () => {
    await world.copy({ platforms: ['linux/amd64', 'linux/arm/v7'] })
    expect(await digestsAtMirror()).toEqual([children[0], children[3], children[4], children[7]])
    const sent = blobsSentTo(world.mirror)
    const left = image.manifests[1]?.blobs.map(({ digest }) => digest) ?? []
    for (const digest of left) expect(sent).not.toContain(digest)
  })

  test.each([
    ['every variant without one', ['linux/arm'], ['linux/arm/v6', 'linux/arm/v7']],
    ['one variant by its name', ['linux/arm/v6'], ['linux/arm/v6']],
    ['what an architecture is without a variant', ['linux/arm64/v8'], ['linux/arm64']],
  ])('means %s', async (_, platforms, expected) => {
    await world.copy({ platforms })
    expect(await platformsAtMirror()).toEqual(expected)
  })

  test('of all there are leaves the index, and its digest, alone', async () => {
    const outcome = await world.copy({ platforms: ['linux/amd64', 'linux/arm64', 'linux/arm'] })
    expect(outcome).toMatchObject({ digest: image.root.descriptor.digest, notes: [] })
  })

  test('MH-88 that are not there is an error which names those that are', async () => {
    await expect(world.copy({ platforms: ['linux/amd64', 'linux/s390x'] })).rejects.toMatchObject({
      code: 'platform-missing',
      facts: { wanted: 'linux/s390x', available: 'linux/amd64, linux/arm64, linux/arm/v6, linux/arm/v7' },
    })
    expect(world.mirror.log.requests.every(({ method }) => method === 'HEAD')).toBe(true)
  })

  test('cannot choose an attestation', async () => {
    await expect(world.copy({ platforms: ['unknown/unknown'] })).rejects.toMatchObject({ code: 'platform-missing' })
  })

  test('is up to date when the same is asked for again, and sends nothing', async () => {
    const first = await world.copy({ platforms: ['linux/arm64'] })
    world.heal()
    const second = await world.copy({ platforms: ['linux/arm64'] })
    expect(second).toMatchObject({ status: 'unchanged', digest: first.digest, notes: first.notes })
    expect(world.mirror.log.count('PUT')).toBe(0)
  })

  test('replaces what was there, where platforms are not to be kept', async () => {
    await world.copy()
    await world.copy({ platforms: ['linux/arm64'] })
    expect(await platformsAtMirror()).toEqual(['linux/arm64'])
  })
})

describe('keeping platforms', () => {
  const arm = { platforms: ['linux/arm64'], keepPlatforms: true }
  const intel = { platforms: ['linux/amd64'], keepPlatforms: true }

  test('widens the index by what a second request asks for', async () => {
    await world.copy(intel)
    world.heal()
    await world.copy({ ...arm, proof: true })
    expect(await platformsAtMirror()).toEqual(['linux/amd64', 'linux/arm64'])
    const own = image.manifests[0]?.blobs.map(({ digest }) => digest) ?? []
    for (const digest of own) expect(blobsSentTo(world.mirror)).not.toContain(digest)
  })

  test('changes nothing where the platform is there', async () => {
    await world.copy(intel)
    await world.copy(arm)
    expect(await world.copy(intel)).toMatchObject({ status: 'unchanged' })
    expect(await platformsAtMirror()).toEqual(['linux/amd64', 'linux/arm64'])
  })

  test('leaves a whole image whole', async () => {
    await world.copy()
    world.heal()
    expect(await world.copy(arm)).toMatchObject({ status: 'unchanged', digest: image.root.descriptor.digest })
    expect(world.requests()).toBe(2)
  })

  test('takes no platform away when the source has moved on', async () => {
    await world.copy(intel)
    const next = makeImage({ seed: 'next', attestations: true })
    await putImage(world.atSource, next, 'v1')
    await world.copy(arm)
    expect(await platformsAtMirror()).toEqual(['linux/amd64', 'linux/arm64'])
    expect(await digestsAtMirror()).toEqual([0, 1, 3, 4].map((index) => next.root.children[index]?.digest))
  })

  test('takes the platform of a single image along when the source has become an index', async () => {
    await putImage(world.atMirror, makeImage({ seed: 'single', single: true }), 'v1')
    await world.copy(arm)
    expect(await platformsAtMirror()).toEqual(['linux/amd64', 'linux/arm64'])
  })

  test('lets go of a platform that the source no longer has', async () => {
    await world.copy(intel)
    await putImage(world.atSource, makeImage({ seed: 'next', platforms: ['linux/arm64', 'linux/s390x'] }), 'v1')
    await world.copy(arm)
    expect(await platformsAtMirror()).toEqual(['linux/arm64'])
  })
})

describe('a single image', () => {
  beforeEach(() => putImage(world.atSource, makeImage({ single: true, platforms: ['linux/arm64'] }), 'single'))

  test('is copied as it is where its platform is asked for', async () => {
    const outcome = await world.copy({ key: 'single', platforms: ['linux/arm64/v8'] })
    expect(outcome).toMatchObject({ facts: { platforms: ['linux/arm64'] }, notes: [] })
  })

  test.each([[['linux/amd64']], [['linux/arm64', 'linux/amd64']]])(
    'is refused where %j is asked for',
    async (platforms) => {
      await expect(world.copy({ key: 'single', platforms })).rejects.toMatchObject({
        code: 'platform-missing',
        facts: { wanted: 'linux/amd64', available: 'linux/arm64' },
      })
    },
  )
})
