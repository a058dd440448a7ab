import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { deliver } from '../../src/mirror/deliver.ts'
import { createSchedule } from '../../src/mirror/schedule.ts'
import { digestOf } from '../../src/oci/digest.ts'
import type { Manifest } from '../../src/oci/manifest.ts'
import { OCI_INDEX } from '../../src/oci/media-types.ts'
import type { Amount } from '../../src/outcome/outcome.ts'
import { answer, refuse } from '../support/faulty-registry/faults.ts'
import { listOf, makeBlob, makeImage, manifestOf, putImage, streamOf } from '../support/images.ts'
import { openLayout } from '../support/layouts.ts'
import { openMirror, openSource } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'
import { blobsSentTo, defaults, expectWhole, jobFor, startWorld, type World } from './world.ts'

const image = makeImage({ attestations: true, sharedLayers: 1 })
const { digest } = image.root.descriptor

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

describe('a copy from registry to registry', () => {
  test('brings everything, byte for byte, and proves it', async () => {
    await world.publish(image)
    const outcome = await world.copy({ proof: true, stranger: true })
    expect(outcome).toMatchObject({
      status: 'copied',
      image: 'source/app:v1',
      address: 'mirror/app:v1',
      digest,
      facts: { digest, mediaType: OCI_INDEX, platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] },
      verified: 'everything',
      access: 'public',
      notes: [],
    })
    expect(outcome.sent.blobs).toBe(image.blobs.size)
    await expectWhole(world.atMirror, image)
    expect(await world.atMirror.head('v1')).toMatchObject({ digest })
  })

  test('MH-1 costs a HEAD on each side when the tag is up to date', async () => {
    await world.publish(image)
    await putImage(world.atMirror, image, 'v1')
    expect(await world.copy()).toMatchObject({ status: 'unchanged', digest, sent: { blobs: 0, bytes: 0 } })
    expect(world.source.log.lines()).toEqual(['HEAD /v2/app/manifests/v1'])
    expect(world.mirror.log.lines()).toEqual(['HEAD /v2/app/manifests/v1'])
  })

  test('of three platforms with 15 blobs takes 56 requests', async () => {
    const large = makeImage({ layers: 4 })
    expect(large.blobs.size).toBe(15)
    await world.publish(large)
    await world.copy({ referrers: 'none' })
    expect(world.requests()).toBe(56)
    expect(world.source.log.lines().filter((line) => line.includes('manifests'))).toHaveLength(4)
    const asked = world.mirror.log.requests.filter(({ method }) => method === 'HEAD' || method === 'GET')
    expect(asked.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)).toEqual([
      'HEAD /v2/app/manifests/v1',
      'GET /v2/app/tags/list',
      'HEAD /v2/app/manifests/v1',
    ])
  })

  test('MH-5 puts blobs before manifests, children before the index, and the tag last', async () => {
    await world.publish(image)
    await world.copy()
    const puts = world.mirror.log.find('PUT').map(({ path }) => path)
    const position = (part: string) => puts.findIndex((path) => path.includes(part))
    const manifests = image.manifests.slice(0, -1).map(({ descriptor }) => position(descriptor.digest))
    expect(Math.min(...manifests)).toBe(image.blobs.size)
    expect(position('/manifests/v1')).toBe(puts.length - 1)
    expect(world.mirror.log.find('HEAD').at(-1)?.path).toBe('/v2/app/manifests/v1')
  })

  test('MH-5 puts an image before a nested index that lists it, too', async () => {
    const nested = manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [image.manifests[0]?.descriptor] })
    const root = manifestOf({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [nested.descriptor, image.manifests[0]?.descriptor, image.manifests[1]?.descriptor],
    })
    await putImage(world.atSource, image)
    for (const manifest of [nested, root])
      await world.atSource.putManifest(manifest, manifest === root ? 'v1' : undefined)
    expect(await world.copy({ proof: true })).toMatchObject({ digest: root.descriptor.digest })
    const puts = world.mirror.log.find('PUT', /manifests/).map(({ path }) => path.split('/').at(-1))
    expect(puts.indexOf(image.manifests[0]?.descriptor.digest)).toBeLessThan(puts.indexOf(nested.descriptor.digest))
    expect(puts).toHaveLength(4)
  })

  test('MH-6 asks the source for nothing below a child that the mirror has', async () => {
    await world.publish(image)
    const [first] = image.manifests
    await putImage(world.atMirror, makeImage({ platforms: ['linux/amd64'], sharedLayers: 1, single: true }), 'v0')
    expect(await world.atMirror.head(first?.descriptor.digest ?? '')).toBeDefined()
    await world.copy({ referrers: 'none' })
    const asked = world.source.log.lines().join()
    expect(asked).not.toContain(first?.descriptor.digest)
    expect(asked).not.toContain(first?.blobs[0]?.digest)
    await expectWhole(world.atMirror, image)
  })

  test('MH-8 moves a blob of several platforms once', async () => {
    await world.publish(image)
    await world.copy()
    const sent = blobsSentTo(world.mirror)
    expect(new Set(sent).size).toBe(sent.length)
    expect(world.source.log.count('GET', /blobs/)).toBe(image.blobs.size)
  })

  test('MH-9 sets a second tag of one digest with one PUT', async () => {
    await world.publish(image)
    await world.copy()
    world.heal()
    expect(await world.copy({ tag: 'latest' })).toMatchObject({ status: 'copied', sent: { blobs: 0, bytes: 0 } })
    expect(world.mirror.log.find('PUT').map(({ path }) => path)).toEqual(['/v2/app/manifests/latest'])
    expect(world.source.log.count('GET', /blobs/)).toBe(0)
    expect(world.requests()).toBeLessThanOrEqual(6)
  })

  test('MH-7 reads at the mirror what a moved tag leads to, where the mirror has it', async () => {
    await world.publish(image)
    await world.copy()
    await putImage(world.atMirror, makeImage({ seed: 'old' }), 'latest')
    world.heal()
    expect(await world.copy({ tag: 'latest' })).toMatchObject({ status: 'copied', digest, sent: { blobs: 0 } })
    expect(world.source.log.lines()).toEqual(['HEAD /v2/app/manifests/v1'])
    expect(world.mirror.log.lines()).toEqual([
      'HEAD /v2/app/manifests/latest',
      `GET /v2/app/manifests/${digest}`,
      'PUT /v2/app/manifests/latest',
      'HEAD /v2/app/manifests/latest',
    ])
  })

  test('MH-10 does not send a blob that is there', async () => {
    await world.publish(image)
    const [blob] = image.blobs.values()
    if (blob) await world.atMirror.putBlob(blob.descriptor, () => streamOf(blob.bytes))
    const { sent } = await world.copy()
    expect(sent.blobs).toBe(image.blobs.size - 1)
    expect(blobsSentTo(world.mirror)).not.toContain(blob?.descriptor.digest)
  })

  test('MH-11 within one registry links blobs, and reads none', async () => {
    await world.publish(image)
    const job = jobFor(
      await openSource(world.client, world.source),
      await openMirror(world.client, world.source, 'm/app'),
      'v1',
      'v1',
    )
    // The embedded registry says of every blob that it is there: this one does not.
    world.source.always('HEAD', /m\/app\/blobs/, refuse(404, 'BLOB_UNKNOWN'))
    world.source.always('HEAD', /m\/app\/manifests\/sha256/, refuse(404, 'MANIFEST_UNKNOWN'))
    const outcome = await deliver({ ...job, registry: world.source.host, mountFrom: [job.source.name] }, defaults())
    expect(outcome).toMatchObject({ status: 'copied', sent: { blobs: 0, bytes: 0 } })
    expect(world.source.log.count('POST', /mount=.*from=app/)).toBe(image.blobs.size)
    expect(world.source.log.count('GET', /blobs/)).toBe(0)
  })

  test('by digest sets no tag', async () => {
    await world.publish(image)
    expect(await world.copy({ key: digest, tag: null })).toMatchObject({ status: 'copied', digest })
    expect(await listOf(world.atMirror.tags())).toEqual([])
    await expectWhole(world.atMirror, image)
    world.heal()
    expect(await world.copy({ key: digest, tag: null })).toMatchObject({ status: 'unchanged' })
    expect(world.mirror.log.lines()).toEqual([`HEAD /v2/app/manifests/${digest}`])
    expect(world.source.log.lines()).toEqual([])
  })

  test('of a single image tells its platform', async () => {
    const single = makeImage({ single: true, docker: true, platforms: ['linux/arm64'] })
    await world.publish(single)
    const facts = { platforms: ['linux/arm64'], mediaType: single.root.descriptor.mediaType }
    expect(await world.copy()).toMatchObject({ digest: single.root.descriptor.digest, facts })
    expect(await world.copy({ proof: true })).toMatchObject({ status: 'unchanged', facts })
  })

  test('reports how far it is, up to the whole', async () => {
    await world.publish(image)
    const seen: Amount[] = []
    let total: Amount | undefined
    const outcome = await world.copy({
      onProgress: (progress) => {
        seen.push(progress.done)
        total = progress.total
      },
    })
    expect(seen.at(-1)).toEqual(total)
    expect(total).toEqual(outcome.sent)
    for (const [index, { bytes }] of seen.entries()) expect(bytes).toBeGreaterThanOrEqual(seen[index - 1]?.bytes ?? 0)
  })

  test('says what it would do, and does nothing', async () => {
    await world.publish(image)
    const job = jobFor(
      await openSource(world.client, world.source),
      await openMirror(world.client, world.mirror),
      'v1',
      'v1',
    )
    const bytes = [...image.blobs.values()].reduce((sum, { descriptor }) => sum + descriptor.size, 0)
    expect(await deliver(job, { ...defaults(), dryRun: true })).toMatchObject({
      status: 'planned',
      upToDate: false,
      toSend: { blobs: image.blobs.size, bytes },
    })
    expect(world.mirror.log.requests.every(({ method }) => ['GET', 'HEAD'].includes(method))).toBe(true)
    await world.copy()
    expect(await deliver(job, { ...defaults(), dryRun: true })).toMatchObject({ upToDate: true, toSend: { blobs: 0 } })
  })

  test('MH-63 within one registry, one blob at a time, comes to its end though nothing is linked', async () => {
    await world.publish(image)
    const narrow = await startWorld({ concurrency: 1 })
    const job = jobFor(
      await openSource(narrow.client, world.source),
      await openMirror(narrow.client, world.source, 'm/app'),
      'v1',
      'v1',
    )
    world.source.always('HEAD', /m\/app\/(blobs|manifests\/sha256)/, refuse(404, 'UNKNOWN'))
    world.source.always('POST', /mount=/, refuse(405, 'UNSUPPORTED'))
    const outcome = await deliver({ ...job, mountFrom: ['app'] }, { ...defaults(), schedule: createSchedule(1) })
    expect(outcome).toMatchObject({ sent: { blobs: image.blobs.size } })
    await narrow.close()
  })

  test('MH-62 never has more blobs under way than it may', async () => {
    await world.publish(makeImage({ layers: 6 }))
    await world.copy()
    expect(world.mirror.log.mostAtOnce()).toBeLessThanOrEqual(6)
    expect(world.source.log.mostAtOnce()).toBeLessThanOrEqual(6)
  })
})

/** Only a lying registry serves an index that disagrees with what it has. */
function atSourceUnchecked({ bytes, descriptor }: Manifest): void {
  const headers = { 'content-type': descriptor.mediaType, 'docker-content-digest': descriptor.digest }
  const served = answer(200, headers, Buffer.from(bytes).toString())
  world.source.always('*', new RegExp(`/manifests/(v1|${descriptor.digest})`), served)
}

describe('what an index may hold', () => {
  test('MH-85 is an index, a blob, a child without a type', async () => {
    const cache = makeBlob('cache', 1000)
    const nested = manifestOf({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: image.manifests.slice(0, 2).map(({ descriptor }) => descriptor),
    })
    const { mediaType: _, ...untyped } = image.manifests[2]?.descriptor ?? image.root.descriptor
    const root = manifestOf({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [nested.descriptor, untyped, cache.descriptor],
    })
    await putImage(world.atSource, image)
    await world.atSource.putBlob(cache.descriptor, () => streamOf(cache.bytes))
    await world.atSource.putManifest(nested)
    await world.atSource.putManifest(root, 'v1')
    expect(await world.copy({ proof: true })).toMatchObject({ digest: root.descriptor.digest })
    expect(await world.atMirror.hasBlob(cache.descriptor)).toBe(true)
    expect(await world.atMirror.head(nested.descriptor.digest)).toBeDefined()
  })

  test.each([
    [4, true],
    [5, false],
  ])('MH-85 nests %i levels deep: %s', async (depth, isCopied) => {
    let [inner] = image.manifests
    await putImage(world.atSource, image)
    for (let level = 0; level < depth; level += 1) {
      inner = manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [inner?.descriptor] })
      await world.atSource.putManifest(inner, level === depth - 1 ? 'v1' : undefined)
    }
    if (isCopied) expect(await world.copy()).toMatchObject({ status: 'copied' })
    else await expect(world.copy()).rejects.toMatchObject({ code: 'manifest-too-deep' })
    expect(await world.atMirror.head('v1')).toEqual(isCopied ? expect.anything() : undefined)
  })

  test('is limited in number: none of ten thousand children is asked for', async () => {
    const [child] = image.manifests
    const children = Array.from({ length: 10_000 }, (_, index) => ({
      ...child?.descriptor,
      digest: digestOf(Buffer.from(String(index))),
    }))
    atSourceUnchecked(manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: children }))
    await expect(world.copy()).rejects.toMatchObject({ code: 'image-too-complex' })
    expect(world.source.log.count('*', /manifests\/sha256/)).toBe(0)
  })

  test('is of the size that the index says', async () => {
    const [child, ...others] = image.manifests
    await putImage(world.atSource, image)
    const manifests = [{ ...child?.descriptor, size: 7 }, ...others.slice(0, 1).map(({ descriptor }) => descriptor)]
    atSourceUnchecked(manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }))
    await expect(world.copy()).rejects.toMatchObject({ code: 'size-mismatch', facts: { expected: 7 } })
    expect(await world.atMirror.head('v1')).toBeUndefined()
  })
})

describe('a copy between directories and registries', () => {
  test('keeps every byte, out and back in again', async () => {
    await inTemporaryDirectory(async (path) => {
      const layout = (await openLayout(path)).repository('docker.io/library/app')
      await world.publish(image)
      await deliver(jobFor(await openSource(world.client, world.source), layout, 'v1', 'v1'), defaults())
      await expectWhole(layout, image)
      const outcome = await deliver(jobFor(layout, await openMirror(world.client, world.mirror), 'v1', 'v2'), {
        ...defaults(),
        proof: true,
      })
      expect(outcome).toMatchObject({ status: 'copied', digest })
      await expectWhole(world.atMirror, image)
    })
  })

  test('from directory to directory sends nothing twice', async () => {
    await inTemporaryDirectory(async (path) => {
      const one = (await openLayout(`${path}/one`)).repository('app')
      const two = (await openLayout(`${path}/two`)).repository('app')
      await putImage(one, image, 'v1')
      const copy = () => deliver(jobFor(one, two, 'v1', 'v1'), { ...defaults(), proof: true })
      expect(await copy()).toMatchObject({ status: 'copied', sent: { blobs: image.blobs.size } })
      expect(await copy()).toMatchObject({ status: 'unchanged', sent: { blobs: 0 } })
      await expectWhole(two, image)
    })
  })
})
