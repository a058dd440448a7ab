import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Fault, LoggedRequest } from '../support/faulty-registry/call.ts'
import { makeImage } from '../support/images.ts'
import { startWorld, type World } from './world.ts'

const image = makeImage()
const [slowChild, ...children] = image.manifests.slice(0, -1).map(({ descriptor }) => descriptor.digest)
const [slowBlob, ...blobs] = image.blobs.keys()

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
})
afterEach(() => world.close())

/** PUTs of any of these digests that were answered well. */
const arrived = (digests: readonly string[]): LoggedRequest[] =>
  world.mirror.log
    .find('PUT')
    .filter(({ path, status }) => status === 201 && digests.some((digest) => decodeURIComponent(path).includes(digest)))

test.each([
  ['blob, before any manifest', slowBlob, blobs, /manifests/],
  ['child, before the index', slowChild, children, /manifests\/v1/],
])('MH-5 a copy waits for the slowest %s', async (_, slow, others, later) => {
  let early = -1
  const waitForOthers: Fault = async (call) => {
    // A copy that does not wait may end here, with others still to come: so this ends with the connection.
    while (arrived(others).length < others.length && !call.request.socket.destroyed) await new Promise(setImmediate)
    early = world.mirror.log.count('PUT', later)
    return call.forward()
  }
  const path = new RegExp(encodeURIComponent(slow ?? '') + '|manifests/' + slow)
  world.mirror.on('PUT', path, waitForOthers)
  expect(await world.copy()).toMatchObject({ status: 'copied' })
  expect(early).toBe(0)
})
