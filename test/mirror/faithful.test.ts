import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { readManifest } from '../../src/oci/manifest.ts'
import { OCI_INDEX } from '../../src/oci/media-types.ts'
import { answer } from '../support/faulty-registry/faults.ts'
import { bytesOf, makeBlob, makeImage, manifestOf, putImage, streamOf } from '../support/images.ts'
import { expectWhole, startWorld, type World } from './world.ts'

const image = makeImage({ single: true })
const { root: child } = image

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

test('MH-82 an index arrives as oddly written as it is', async () => {
  const entries = JSON.stringify([child.descriptor])
  const odd = Buffer.from(`\n{ "manifests" :${entries},\t"mediaType":"${OCI_INDEX}",\r\n "schemaVersion":2.0 }\n\n`)
  const root = readManifest(odd, { image: 'odd' })
  await putImage(world.atSource, image)
  await world.atSource.putManifest(root, 'v1')
  expect(await world.copy({ proof: true })).toMatchObject({ status: 'copied', digest: digestOf(odd) })
  await expectWhole(world.atMirror, { ...image, root, manifests: [child, root] })
})

test('MH-90 an image with sha512 digests is copied and proved', async () => {
  const blobs = [makeBlob('config', 100), makeBlob('layer', 5000)].map(({ bytes, descriptor }) => ({
    bytes,
    descriptor: { ...descriptor, digest: digestOf(bytes, 'sha512') },
  }))
  const [config, layer] = blobs.map(({ descriptor }) => descriptor)
  const root = manifestOf({ schemaVersion: 2, mediaType: child.descriptor.mediaType, config, layers: [layer] })
  for (const { descriptor, bytes } of blobs) await world.atSource.putBlob(descriptor, () => streamOf(bytes))
  await world.atSource.putManifest(root, 'v1')
  expect(await world.copy({ proof: true })).toMatchObject({ status: 'copied', sent: { blobs: 2 } })
  for (const { descriptor, bytes } of blobs) {
    expect(await bytesOf(world.atMirror.blob(descriptor))).toEqual(Buffer.from(bytes))
  }
})

test('MH-26 every request that brings something says its length, in one piece or in chunks', async () => {
  await putImage(world.atSource, image, 'v1')
  world.mirror.on('PUT', /uploads/, answer(413))
  await world.copy({ proof: true })
  const bringing = world.mirror.log.requests.filter(({ method }) => ['POST', 'PUT', 'PATCH'].includes(method))
  expect(new Set(bringing.map(({ method }) => method))).toEqual(new Set(['POST', 'PUT', 'PATCH']))
  for (const { headers, received } of bringing) {
    expect(headers['content-length']).toBe(String(received))
    expect(headers).not.toHaveProperty('transfer-encoding')
  }
})
