import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Manifest } from '../../src/oci/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { answer } from '../support/faulty-registry/faults.ts'
import { bytesOf, makeBlob, manifestOf, streamOf } from '../support/images.ts'
import { startScriptedRegistry, type ScriptedRegistry } from '../support/registries.ts'
import { startWorld, type World } from './world.ts'

const MEDIA_TYPE = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
const config = makeBlob('config', 100)
const layer = makeBlob('windows', 100_000)
const { digest } = layer.descriptor

let world: World
let publisher: ScriptedRegistry
let root: Manifest

beforeEach(async () => {
  publisher = await startScriptedRegistry()
  world = await startWorld({ insecure: [publisher.host] })
  await publisher.store.repository('windows').putBlob(layer.descriptor, () => streamOf(layer.bytes))
  await world.atSource.putBlob(config.descriptor, () => streamOf(config.bytes))
  const urls = [`${publisher.origin}/v2/windows/blobs/${digest}`]
  const child = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: config.descriptor,
    layers: [{ ...layer.descriptor, mediaType: MEDIA_TYPE, urls }],
  })
  const platform = { os: 'windows', architecture: 'amd64' }
  root = manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...child.descriptor, platform }] })
  await world.atSource.putManifest(child)
  await world.atSource.putManifest(root, 'v1')
})
afterEach(async () => {
  await world.close()
  await publisher.close()
})

const isAtMirror = () => world.atMirror.hasBlob(layer.descriptor)

test('MH-87 foreign layers stay with their publisher unless they are asked for', async () => {
  expect(await world.copy({ proof: true })).toMatchObject({ notes: [{ kind: 'foreign-layers', count: 1 }] })
  expect(await isAtMirror()).toBe(false)
  expect(publisher.log.requests).toEqual([])
})

test('MH-87 foreign layers that are asked for arrive like any layer, the digest unchanged', async () => {
  const outcome = await world.copy({ proof: true, foreignLayers: true })
  expect(outcome).toMatchObject({ status: 'copied', digest: root.descriptor.digest, sent: { blobs: 2 }, notes: [] })
  expect(outcome.facts?.size).toBeGreaterThan(layer.descriptor.size)
  expect(await bytesOf(world.atMirror.blob(layer.descriptor))).toEqual(Buffer.from(layer.bytes))
})

test.each([
  ['of a tag that is up to date, where everything is read back', { proof: true }],
  ['of a manifest that is there, where another tag is set', { tag: 'v2' }],
])('MH-87 foreign layers arrive later as well: %s', async (_, options) => {
  await world.copy({ proof: true })
  expect(await world.copy({ ...options, foreignLayers: true })).toMatchObject({ status: 'copied', sent: { blobs: 1 } })
  expect(await isAtMirror()).toBe(true)
})

test('MH-87 foreign layers count against the limit of the size', async () => {
  const copying = world.copy({ foreignLayers: true, maxSize: 50_000 })
  await expect(copying).rejects.toMatchObject({ code: 'image-too-large' })
  expect(await world.copy({ maxSize: 50_000 })).toMatchObject({ status: 'copied' })
})

test('MH-87 without its foreign layer an image that was asked for with it is not tagged', async () => {
  publisher.always('GET', /blobs/, answer(404))
  await expect(world.copy({ foreignLayers: true })).rejects.toMatchObject({
    code: 'foreign-layer-unavailable',
    facts: { digest },
  })
  expect(await world.atMirror.head('v1')).toBeUndefined()
})

test('MH-87 a config that is said to be elsewhere is not looked for there', async () => {
  const urls = [`${publisher.origin}/v2/windows/blobs/${digest}`]
  const single = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { ...layer.descriptor, mediaType: MEDIA_TYPE, urls },
    layers: [config.descriptor],
  })
  await world.atSource.putManifest(single, 'v1')
  expect(await world.copy()).toMatchObject({ facts: { platforms: [] } })
  expect(publisher.log.requests).toEqual([])
})
