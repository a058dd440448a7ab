import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createSourceShare } from '../../src/mirror/source-share.ts'
import { digestOf } from '../../src/oci/digest.ts'
import type { Descriptor, Manifest } from '../../src/oci/manifest.ts'
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { cosignTags, referrersTag } from '../../src/oci/referrers.ts'
import { answer, refuse } from '../support/faulty-registry/faults.ts'
import { takeSparse } from '../support/faulty-registry/manifests.ts'
import { blobOf, listOf, makeBlob, makeImage, manifestOf, putImage, type TestImage } from '../support/images.ts'
import { makeReferrer, strayDigest } from '../support/referrers.ts'
import { blobsAt, startWorld, type World } from './world.ts'

const FOREIGN_LAYER = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'
const MEBIBYTE = 1024 * 1024
const tags = { immutable: true, except: [] }
const [one, two] = [makeImage({ seed: 'one' }), makeImage({ seed: 'two' })]

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

/** A single image whose layers are made of one. */
function imageOf(layers: (layer: Descriptor) => readonly object[]): TestImage {
  const config = blobOf(Buffer.from('{"os":"linux","architecture":"amd64"}'), OCI_CONFIG)
  const layer = makeBlob('layer', 1000)
  const root = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: config.descriptor,
    layers: layers({ ...layer.descriptor, mediaType: OCI_LAYER }),
  })
  return { root, manifests: [root], blobs: new Map([config, layer].map((blob) => [blob.descriptor.digest, blob])) }
}

const openSpool = () => Promise.reject(new Error('needs no room'))

const led = async (tag: string) => (await world.atMirror.head(tag))?.digest

/** From now on the source serves these manifests, whatever else it has. */
function serve(manifests: readonly Manifest[]): void {
  for (const { bytes, descriptor } of manifests) {
    const fault = answer(200, { 'content-type': descriptor.mediaType }, Buffer.from(bytes).toString())
    world.source.always('GET', new RegExp(`manifests/${descriptor.digest}`), fault)
  }
}

/** So many bytes, and no end. */
async function* unfinished(bytes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(bytes, ' ')
  await new Promise(() => {})
}

describe('a hostile image', () => {
  test('cannot leave a layer behind by listing it as a foreign one, too', async () => {
    const foreign = { mediaType: FOREIGN_LAYER, urls: ['https://publisher.example/layer'] }
    const image = imageOf((layer) => [layer, { ...layer, ...foreign }])
    await world.publish(image)
    world.mirror.always('PUT', /manifests/, takeSparse(world.mirror.store))
    expect(await world.copy({ proof: true })).toMatchObject({ notes: [] })
    expect(await blobsAt(world.atMirror, image)).toHaveLength(2)
  })

  test('that lists one layer with two sizes is refused', async () => {
    const image = imageOf((layer) => [{ ...layer, size: 5 }, layer])
    await putImage(
      world.atSource,
      imageOf((layer) => [layer]),
    )
    serve([image.root])
    const copy = world.copy({ key: image.root.descriptor.digest })
    await expect(copy).rejects.toMatchObject({ code: 'size-mismatch' })
    expect(await led('v1')).toBeUndefined()
  })

  test('that has a manifest for a layer, too, gets both', async () => {
    const inner = imageOf((layer) => [layer]).root
    const outer = imageOf((layer) => [layer, { ...inner.descriptor, mediaType: OCI_LAYER }])
    const manifests = [outer.root.descriptor, inner.descriptor]
    const root = manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })
    await world.publish({
      root,
      manifests: [outer.root, inner, root],
      blobs: new Map([...outer.blobs, [inner.descriptor.digest, inner]]),
    })
    await world.copy()
    expect(world.mirror.log.count('PUT', new RegExp(`manifests/${inner.descriptor.digest}`))).toBe(1)
  })

  test('has no more read of a manifest than it says to have', async () => {
    const child = manifestOf({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      annotations: { pad: 'x'.repeat(5000) },
      config: { mediaType: OCI_CONFIG, digest: strayDigest('config'), size: 1 },
    })
    const root = manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...child.descriptor, size: 500 }] })
    serve([root])
    world.source.always('GET', new RegExp(`manifests/${child.descriptor.digest}`), () => ({
      status: 200,
      headers: { 'content-type': OCI_MANIFEST },
      body: unfinished(1000),
    }))
    const copy = world.copy({ key: root.descriptor.digest })
    await expect(copy).rejects.toMatchObject({ code: 'size-mismatch', facts: { expected: 500 } })
  })
})

describe('a tag that must not be moved stays', () => {
  test.each([
    ['403', refuse(403, 'DENIED')],
    ['404', answer(404)],
  ])('where the mirror answers its HEAD with %s', async (_, fault) => {
    await world.publish(one)
    await world.copy({ tags })
    await world.publish(two)
    world.mirror.always('HEAD', /manifests\/v1$/, fault)
    await expect(world.copy({ tags })).rejects.toMatchObject({ code: 'tag-protected' })
    expect(await led('v1')).toBe(one.root.descriptor.digest)
  })

  test('where it is one of cosign and its signature was changed', async () => {
    const [tag = ''] = cosignTags(one.root.descriptor.digest)
    const [before, after] = [makeReferrer(undefined, { seed: 'before' }), makeReferrer(undefined, { seed: 'after' })]
    await world.publish(one)
    await world.publish(before, tag)
    await world.copy({ tags })
    await world.publish(after, tag)
    const { notes } = await world.copy({ tags, referrers: 'always' })
    expect(notes).toEqual([{ kind: 'referrers-failed', count: 1, code: 'tag-protected' }])
    expect(await led(tag)).toBe(before.root.descriptor.digest)
  })

  test('where it is a list of referrers, unless it is forced', async () => {
    const tag = referrersTag(one.root.descriptor.digest)
    await putImage(world.atMirror, one, tag)
    await world.publish(two, tag)
    await expect(world.copy({ key: tag, tag })).rejects.toMatchObject({ code: 'tag-protected' })
    expect(await led(tag)).toBe(one.root.descriptor.digest)
    await world.copy({ key: tag, tag, force: true })
    expect(await led(tag)).toBe(two.root.descriptor.digest)
  })
})

describe('of what a hostile source attaches', () => {
  test('no annotations are kept', async () => {
    const list = [{ ...one.root.descriptor, artifactType: 'x', annotations: { a: 'x'.repeat(1000) } }]
    const body = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: list })
    world.source.always('GET', /referrers/, answer(200, { 'content-type': OCI_INDEX }, body))
    const place = { kind: 'registry', registry: world.source.host, repository: 'app' } as const
    const share = createSourceShare({ locate: (address) => world.client.locate(address), openSpool })
    const kept = await share.use({ place, tag: 'v1' }, ({ repository }) =>
      listOf(repository.referrers(digestOf(Buffer.from('subject')))),
    )
    const { mediaType, digest, size } = one.root.descriptor
    expect(kept).toEqual([{ mediaType, digest, size }])
  })

  test('no more manifests are read, all together, than an image may have', async () => {
    const { mediaType, digest, size } = one.root.descriptor
    const missing = [strayDigest('first'), strayDigest('second')]
    const indexes = missing.map((child) =>
      manifestOf({
        schemaVersion: 2,
        mediaType: OCI_INDEX,
        subject: { mediaType, digest, size },
        manifests: [{ mediaType: OCI_MANIFEST, digest: child, size: 20 * MEBIBYTE }],
      }),
    )
    await world.publish(one)
    serve(indexes)
    const list = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: indexes.map(({ descriptor }) => descriptor) }
    const page = answer(200, { 'content-type': OCI_INDEX }, JSON.stringify(list))
    world.source.always('GET', new RegExp(`referrers/${digest}`), page)
    const { notes } = await world.copy()
    expect(notes).toMatchObject([{ kind: 'referrers-failed', count: 2 }])
    const asked = missing.map((child) => world.source.log.count('GET', new RegExp(`manifests/${child}`)))
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(1)
  })
})
