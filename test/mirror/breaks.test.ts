import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { corruptAt, cutAfter, endAfter, overrun, refuse, reset, stallAfter } from '../support/faulty-registry/faults.ts'
import type { Fault } from '../support/faulty-registry/call.ts'
import { makeImage, putImage } from '../support/images.ts'
import { openRegistries } from '../support/registries.ts'
import { blobsAt, blobsSentTo, expectWhole, startWorld, type World } from './world.ts'

const image = makeImage({ platforms: ['linux/amd64', 'linux/arm64'], layers: 1, layerSize: 5000 })
const old = makeImage({ seed: 'old', platforms: ['linux/amd64'], layers: 1 })
const LAYER = [...image.blobs.keys()].at(-1) ?? ''
const AT_LAYER = new RegExp(`blobs/${LAYER}`)

let world: World

beforeEach(async () => {
  world = await startWorld({ patience: 100 })
  await world.publish(image)
  await putImage(world.atMirror, old, 'v1')
  world.heal()
})
afterEach(() => world.close())

const tagAtMirror = async () => (await world.atMirror.head('v1'))?.digest

/** What has to hold after anything that went wrong, and that the next run mends it without sending anything again. */
async function expectSafeAndResumable(): Promise<void> {
  const tag = await tagAtMirror()
  expect([old.root.descriptor.digest, image.root.descriptor.digest]).toContain(tag)
  if (tag === image.root.descriptor.digest) await expectWhole(world.atMirror, image)
  const there = await blobsAt(world.atMirror, image)
  world.heal()
  await world.copy({ proof: true })
  await expectWhole(world.atMirror, image)
  expect(await tagAtMirror()).toBe(image.root.descriptor.digest)
  expect(blobsSentTo(world.mirror).filter((digest) => there.includes(digest))).toEqual([])
}

/** How many requests an undisturbed copy makes on each side. */
async function countRequests(): Promise<{ source: number; mirror: number }> {
  const undisturbed = await startWorld()
  await undisturbed.publish(image)
  await putImage(undisturbed.atMirror, old, 'v1')
  await undisturbed.copy()
  const counts = { source: undisturbed.source.log.requests.length, mirror: undisturbed.mirror.log.requests.length }
  await undisturbed.close()
  return counts
}

/** Open connections at both sides, as soon as there are none: the other end learns of their end some moments later. */
async function connectionsLeft(): Promise<number> {
  for (let turn = 0; turn < 1000 && (await connectionsOpen()) > 0; turn += 1) await new Promise(setImmediate)
  return connectionsOpen()
}

async function connectionsOpen(): Promise<number> {
  return (await world.source.connectionsOpen()) + (await world.mirror.connectionsOpen())
}

describe('whatever breaks, at any request, the tag is the old one or the new one whole, and a second run completes it', () => {
  test.each<['source' | 'mirror', string, Fault]>([
    ['source', 'dies', reset],
    ['mirror', 'dies', reset],
    ['mirror', 'refuses everything', refuse(403, 'DENIED')],
    ['source', 'forgets everything', refuse(404, 'NAME_UNKNOWN')],
  ])(
    'when the %s %s',
    async (side, _, fault) => {
      const count = (await countRequests())[side]
      for (let number = 1; number <= count; number += 1) {
        world[side].from(number, fault)
        await world.copy().catch(() => undefined)
        await expectSafeAndResumable()
        await world.close()
        world = await startWorld({ patience: 100 })
        await world.publish(image)
        await putImage(world.atMirror, old, 'v1')
      }
    },
    60_000,
  )

  test.each<['source' | 'mirror']>([['source'], ['mirror']])(
    'MH-59 when the run is cancelled at a request to the %s',
    async (side) => {
      const count = (await countRequests())[side]
      for (let number = 1; number <= count; number += 1) {
        const controller = new AbortController()
        const client = openRegistries({ signal: controller.signal })
        world[side].at(number, (call) => {
          controller.abort()
          return call.forward()
        })
        await expect(world.copy({ client })).rejects.toMatchObject({ code: 'cancelled' })
        await client.close()
        expect(await connectionsLeft()).toBe(0)
        await expectSafeAndResumable()
        await world.close()
        world = await startWorld({ patience: 100 })
        await world.publish(image)
        await putImage(world.atMirror, old, 'v1')
      }
    },
    60_000,
  )

  test('when every fifth connection is reset, it arrives at the first try', async () => {
    for (let number = 5; number < 200; number += 5) {
      world.source.at(number, reset)
      world.mirror.at(number, reset)
    }
    await world.copy({ proof: true })
    await expectWhole(world.atMirror, image)
  })
})

describe('a tag is not touched', () => {
  test.each<[string, Fault, string]>([
    ['is missing at the source', refuse(404, 'BLOB_UNKNOWN'), 'blob-unknown'],
    ['MH-30 is corrupt', corruptAt(100), 'digest-mismatch'],
    ['MH-32 is too long', overrun(Buffer.from('x')), 'size-mismatch'],
    ['is cut for good', cutAfter(0), 'registry-unreachable'],
    ['ends early', endAfter(100), 'size-mismatch'],
    ['MH-33 never comes', stallAfter(0), 'registry-stalled'],
    ['may not be read', refuse(403, 'DENIED'), 'pull-denied'],
  ])('where a layer %s', async (_, fault, code) => {
    world.source.always('GET', AT_LAYER, fault)
    await expect(world.copy()).rejects.toMatchObject({ code })
    expect(await tagAtMirror()).toBe(old.root.descriptor.digest)
    expect(await world.atMirror.head(image.root.descriptor.digest)).toBeUndefined()
    await expectSafeAndResumable()
  })

  test.each<[string, RegExp, Fault, string]>([
    ['a layer', /uploads/, refuse(413, 'TOO_LARGE'), 'blob-too-large'],
    ['a child', /manifests\/sha256/, refuse(400, 'MANIFEST_INVALID'), 'manifest-refused'],
    ['the index', /manifests\/v1/, refuse(400, 'MANIFEST_BLOB_UNKNOWN'), 'manifest-incomplete'],
    ['everything', /^/, refuse(403, 'DENIED'), 'push-denied'],
  ])('where the mirror refuses %s', async (_, path, fault, code) => {
    world.mirror.always('PUT', path, fault)
    await expect(world.copy()).rejects.toMatchObject({ code })
    expect(await tagAtMirror()).toBe(old.root.descriptor.digest)
    await expectSafeAndResumable()
  })

  test('where a manifest is missing or damaged', async () => {
    const child = new RegExp(image.manifests[0]?.descriptor.digest ?? '')
    world.source.on('GET', child, refuse(404, 'MANIFEST_UNKNOWN'))
    await expect(world.copy()).rejects.toMatchObject({ code: 'image-unknown' })
    world.source.on('GET', child, corruptAt(20))
    await expect(world.copy()).rejects.toMatchObject({ code: 'digest-mismatch' })
    expect(await tagAtMirror()).toBe(old.root.descriptor.digest)
    expect(blobsSentTo(world.mirror)).toEqual([])
  })

  test('MH-57 and nothing more is begun once a blob has failed', async () => {
    const wide = makeImage({ seed: 'wide', layers: 8 })
    await world.publish(wide, 'wide')
    world.source.always('GET', /blobs/, refuse(404, 'BLOB_UNKNOWN'))
    await expect(world.copy({ key: 'wide' })).rejects.toMatchObject({ code: 'blob-unknown' })
    expect(world.source.log.count('GET', /blobs/)).toBeLessThanOrEqual(3)
  })
})
