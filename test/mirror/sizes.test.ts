import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHoldings } from '../../src/mirror/holdings.ts'
import { answer } from '../support/faulty-registry/faults.ts'
import { makeImage, manifestOf } from '../support/images.ts'
import { startWorld, type World } from './world.ts'

const image = makeImage({ single: true })
const [config, ...layers] = image.root.blobs
const liar = manifestOf({
  schemaVersion: 2,
  mediaType: image.root.descriptor.mediaType,
  config,
  layers: layers.map((layer) => ({ ...layer, size: 7 })),
})
const { mediaType, digest } = liar.descriptor

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
  const headers = { 'content-type': mediaType, 'docker-content-digest': digest }
  const said = answer(200, headers, Buffer.from(liar.bytes).toString())
  world.source.always('GET', new RegExp(`/manifests/(lie|${digest})$`), said)
})
afterEach(() => world.close())

test.each([
  ['in another run', false],
  ['in the same run', true],
])('a tag is not set over blobs of other sizes that came %s, where all is proved', async (_, isSameRun) => {
  const holdings = createHoldings()
  await world.copy({ holdings })
  const choices = { key: 'lie', tag: 'lie', proof: true, ...(isSameRun && { holdings }) }
  await expect(world.copy(choices)).rejects.toMatchObject({ code: 'size-mismatch' })
  expect(await world.atMirror.head('lie')).toBeUndefined()
  expect(world.mirror.log.count('PUT', /manifests\/lie/)).toBe(0)
})
