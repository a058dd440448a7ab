import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hexOf, type Digest } from '../../src/oci/digest.ts'
import { answer, refuse } from '../support/faulty-registry/faults.ts'
import { makeImage } from '../support/images.ts'
import { blobsSentTo, expectWhole, startWorld, type World } from './world.ts'

const image = makeImage({ layers: 2 })
const { digest } = image.root.descriptor
const [child = digest] = image.manifests.map(({ descriptor }) => descriptor.digest)
const [layer = digest] = [...image.blobs.keys()].slice(1)
const INCOMPLETE = refuse(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry')

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
})
afterEach(() => world.close())

const loseAtMirror = (lost: Digest): Promise<void> => rm(join(world.mirror.directory, 'blobs', 'sha256', hexOf(lost)))

describe('MH-58 a mirror that refuses a manifest because something is missing', () => {
  test('is asked for every part once more, and takes it then', async () => {
    world.mirror.on('PUT', /manifests\/v1/, INCOMPLETE)
    expect(await world.copy()).toMatchObject({ status: 'copied', digest, sent: { blobs: image.blobs.size } })
    expect(world.mirror.log.count('HEAD', /blobs/)).toBe(image.blobs.size)
    expect(world.mirror.log.count('PUT', /manifests\/v1/)).toBe(2)
    expect(blobsSentTo(world.mirror)).toHaveLength(image.blobs.size)
    await expectWhole(world.atMirror, image)
  })

  test('MH-7 is read for the manifests that it has, and the source is not', async () => {
    world.mirror.on('PUT', /manifests\/v1/, INCOMPLETE)
    await world.copy()
    expect(world.mirror.log.count('GET', /manifests\/sha256/)).toBe(image.manifests.length - 1)
    expect(world.source.log.count('GET', /manifests\/sha256/)).toBe(image.manifests.length - 1)
    expect(world.mirror.log.count('PUT', /manifests\/sha256/)).toBe(image.manifests.length - 1)
  })

  test.each([
    ['a child', child],
    ['a layer', layer],
  ])('gets %s that it has lost meanwhile', async (_, lost) => {
    world.mirror.on('PUT', /manifests\/v1/, async (call) => {
      await loseAtMirror(lost)
      return INCOMPLETE(call)
    })
    expect(await world.copy()).toMatchObject({ status: 'copied', digest })
    await expectWhole(world.atMirror, image)
  })

  test('gets what it had claimed to have', async () => {
    const { blobs, bytes } = { blobs: image.blobs.size, bytes: sizeOf([...image.blobs.keys()]) }
    world.mirror.always('POST', /mount=/, answer(201))
    expect(await world.copy()).toMatchObject({ status: 'copied', sent: { blobs, bytes } })
    await expectWhole(world.atMirror, image)
  })

  test('and goes on to do so is asked once more, and no more; the tag stays away', async () => {
    world.mirror.always('PUT', /manifests\/v1/, refuse(400, 'MANIFEST_BLOB_UNKNOWN', `no ${layer} here`))
    await expect(world.copy()).rejects.toMatchObject({
      code: 'manifest-incomplete',
      facts: { host: world.mirror.host, repository: 'app', digest: layer },
    })
    expect(world.mirror.log.count('PUT', /manifests\/v1/)).toBe(2)
    expect(await world.atMirror.head('v1')).toBeUndefined()
  })
})

function sizeOf(digests: readonly Digest[]): number {
  return digests.reduce((sum, key) => sum + (image.blobs.get(key)?.descriptor.size ?? 0), 0)
}

describe('a mirror that says of a manifest that it has it, and cannot show it', () => {
  test.each([
    ['refuses to', refuse(403, 'DENIED')],
    ['shows none', refuse(404, 'MANIFEST_UNKNOWN')],
    ['shows an empty one', answer(200, { 'content-type': 'application/json' })],
  ])('and %s: it is read from the source', async (_, fault) => {
    world.mirror.on('PUT', /manifests\/v1/, INCOMPLETE)
    world.mirror.always('GET', new RegExp(`manifests/${child}`), fault)
    expect(await world.copy()).toMatchObject({ status: 'copied', digest })
    expect(world.mirror.log.count('PUT', new RegExp(`manifests/${child}`))).toBe(2)
  })
})

describe('a mirror that has no tag at all', () => {
  const MANIFESTS = /manifests\/sha256/

  test('is asked for no manifest', async () => {
    await world.copy()
    expect(world.mirror.log.count('GET', /tags\/list/)).toBe(1)
    expect(world.mirror.log.count('HEAD', MANIFESTS)).toBe(0)
  })

  test('is asked for its tags only where that spares more', async () => {
    await world.publish(makeImage({ platforms: ['linux/amd64', 'linux/arm64'] }), 'two')
    await world.copy({ key: 'two' })
    expect(world.mirror.log.count('GET', /tags\/list/)).toBe(0)
    expect(world.mirror.log.count('HEAD', MANIFESTS)).toBe(3)
  })

  test.each([
    ['refuses to tell', refuse(403, 'DENIED')],
    ['knows no such question', answer(405)],
    ['says something else', answer(200, {}, 'hello')],
  ])('but %s is asked for each manifest', async (_, fault) => {
    world.mirror.always('GET', /tags\/list/, fault)
    expect(await world.copy()).toMatchObject({ status: 'copied', digest })
    expect(world.mirror.log.count('HEAD', MANIFESTS)).toBe(image.manifests.length)
  })
})
