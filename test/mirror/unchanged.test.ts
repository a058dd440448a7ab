import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Fault } from '../support/faulty-registry/call.ts'
import { answer, refuse, withHeaders } from '../support/faulty-registry/faults.ts'
import { makeImage, putImage } from '../support/images.ts'
import { startWorld, type World } from './world.ts'

const image = makeImage()
const next = makeImage({ seed: 'next' })
const MANIFESTS = /manifests/
const WRITES = /^(?:POST|PUT|PATCH|DELETE) /

/** How a registry may leave open what a tag leads to: which one, and what it does with every HEAD. */
const RETICENT: readonly [string, 'source' | 'mirror', Fault][] = [
  ['MH-2 though the source does not say its digest', 'source', withHeaders({ 'docker-content-digest': undefined })],
  ['MH-2 though the mirror does not say its digest', 'mirror', withHeaders({ 'docker-content-digest': undefined })],
  ['MH-3 though the source has no HEAD', 'source', answer(405)],
  ['MH-3 though the source says of HEADs that nothing is there', 'source', refuse(404, 'MANIFEST_UNKNOWN')],
  ['MH-3 though the mirror has no HEAD', 'mirror', answer(405)],
]

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
})
afterEach(() => world.close())

const tagAtMirror = async () => (await world.atMirror.head('v1'))?.digest

describe('a tag that is up to date', () => {
  test.each(RETICENT)('is left alone, %s', async (_, side, fault) => {
    await putImage(world.atMirror, image, 'v1')
    world[side].always('HEAD', MANIFESTS, fault)
    expect(await world.copy()).toMatchObject({ status: 'unchanged', digest: image.root.descriptor.digest })
    const other = side === 'source' ? 'mirror' : 'source'
    expect(world[side].log.count('GET', MANIFESTS)).toBe(1)
    expect(world[other].log.lines()).toEqual(['HEAD /v2/app/manifests/v1'])
    expect(world.mirror.log.lines().filter((line) => WRITES.test(line))).toEqual([])
  })
})

describe('a tag that has moved', () => {
  test.each(RETICENT)('is moved at the mirror as well, %s', async (_, side, fault) => {
    await putImage(world.atMirror, next, 'v1')
    world[side].always('HEAD', MANIFESTS, fault)
    expect(await world.copy()).toMatchObject({ status: 'copied', digest: image.root.descriptor.digest })
    expect(await tagAtMirror()).toBe(image.root.descriptor.digest)
  })

  test('MH-4 is moved at a mirror that does not say where it leads', async () => {
    await putImage(world.atMirror, next, 'v1')
    world.mirror.on('HEAD', /manifests\/v1/, refuse(403, 'DENIED'))
    expect(await world.copy()).toMatchObject({ status: 'copied', digest: image.root.descriptor.digest })
    expect(world.mirror.log.count('PUT', /manifests\/v1/)).toBe(1)
    expect(await tagAtMirror()).toBe(image.root.descriptor.digest)
  })
})
