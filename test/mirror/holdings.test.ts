import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { deliver, type DeliverOptions } from '../../src/mirror/deliver.ts'
import { createHoldings } from '../../src/mirror/holdings.ts'
import { answer, refuse, reset } from '../support/faulty-registry/faults.ts'
import { makeImage, putImage } from '../support/images.ts'
import { openMirror, openSource } from '../support/registries.ts'
import { blobsSentTo, defaults, expectWhole, jobFor, startWorld, type World } from './world.ts'

// All that the one image has, the other has as well.
const one = makeImage({ seed: 'base', platforms: ['linux/amd64'] })
const two = makeImage({ seed: 'base', platforms: ['linux/amd64', 'linux/arm64'] })
const shared = [...one.blobs.keys()]
const [first = 'sha256:'] = shared

let world: World

beforeEach(async () => {
  world = await startWorld()
  await putImage(world.atSource, one, 'one')
  await putImage(world.atSource, two, 'two')
})
afterEach(() => world.close())

async function copyTo(repository: string, tag: string, options: DeliverOptions) {
  const target = await openMirror(world.client, world.mirror, repository)
  const job = jobFor(await openSource(world.client, world.source), target, tag, tag)
  return deliver({ ...job, registry: world.mirror.host }, options)
}

/** The embedded registry has its blobs in common; this makes it one whose repositories are apart. */
function withBlobsApart(repository: string): void {
  world.mirror.always('HEAD', new RegExp(`/${repository}/blobs/`), refuse(404, 'BLOB_UNKNOWN'))
  world.mirror.always('HEAD', new RegExp(`/${repository}/manifests/sha256`), refuse(404, 'MANIFEST_UNKNOWN'))
}

describe('what a run has brought to a mirror', () => {
  test('MH-8 is not sent again by another image at the same time', async () => {
    const options = { ...defaults(), holdings: createHoldings() }
    await Promise.all([copyTo('app', 'one', options), copyTo('app', 'two', options)])
    const sent = blobsSentTo(world.mirror)
    expect(sent.toSorted()).toEqual([...new Set(sent)].toSorted())
    expect(sent).toEqual(expect.arrayContaining(shared))
    await expectWhole(world.atMirror, one)
    await expectWhole(world.atMirror, two)
  })

  test('MH-9 is not put again by another tag of the same image at the same time', async () => {
    await putImage(world.atSource, two, 'also')
    const options = { ...defaults(), holdings: createHoldings() }
    await Promise.all([copyTo('app', 'two', options), copyTo('app', 'also', options)])
    const children = two.manifests.filter((manifest) => manifest !== two.root)
    expect(world.mirror.log.count('PUT', /manifests\/sha256/)).toBe(children.length)
    expect(world.mirror.log.count('PUT', /manifests\/(two|also)$/)).toBe(2)
    await expectWhole(world.atMirror, two)
  })

  test('is not asked after again', async () => {
    const options = { ...defaults(), holdings: createHoldings() }
    await copyTo('app', 'one', options)
    world.heal()
    await copyTo('app', 'two', options)
    for (const digest of shared) expect(world.mirror.log.count('*', new RegExp(`blobs/${digest}`))).toBe(0)
  })

  test('MH-11 is linked into another repository of it, and not read again', async () => {
    const options = { ...defaults(), holdings: createHoldings() }
    await copyTo('app', 'one', options)
    withBlobsApart('other')
    world.source.heal()
    expect(await copyTo('other', 'one', options)).toMatchObject({ status: 'copied', sent: { blobs: 0, bytes: 0 } })
    expect(world.mirror.log.count('POST', /other.*mount=.*from=app/)).toBe(shared.length)
    expect(world.source.log.count('GET', /blobs/)).toBe(0)
  })

  test('is looked for where another image has just been the first there', async () => {
    const options = defaults()
    const [early, late] = [makeImage({ seed: 'early' }), makeImage({ seed: 'late' })]
    await putImage(world.atSource, early, 'early')
    await putImage(world.atSource, late, 'late')
    await Promise.all([copyTo('app', 'early', options), copyTo('app', 'late', options)])
    expect(world.mirror.log.count('GET', /tags\/list/)).toBe(1)
    expect(world.mirror.log.count('HEAD', /manifests\/sha256/)).toBe(0)
    world.heal()
    await putImage(world.atSource, early, 'also')
    expect(await copyTo('app', 'also', options)).toMatchObject({ status: 'copied', sent: { blobs: 0 } })
    expect(world.mirror.log.count('GET', /tags\/list/)).toBe(0)
    expect(world.mirror.log.count('HEAD', /manifests\/sha256/)).toBe(1)
  })

  test('is tried anew by the one image where it failed for the other', async () => {
    const options = { ...defaults(), holdings: createHoldings() }
    world.source.on('GET', new RegExp(`blobs/${first}`), answer(403))
    const results = await Promise.allSettled([copyTo('app', 'one', options), copyTo('app', 'two', options)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('is asked after again once the mirror turned out to have lost it', async () => {
    const options = { ...defaults(), holdings: createHoldings(), proof: true }
    await copyTo('app', 'one', options)
    world.mirror.on('HEAD', new RegExp(`blobs/${first}`), refuse(404, 'BLOB_UNKNOWN'), refuse(404, 'BLOB_UNKNOWN'))
    expect(await copyTo('app', 'one', options)).toMatchObject({ status: 'copied', sent: { blobs: 1 } })
  })

  test('does not count where it did not arrive', async () => {
    const holdings = createHoldings()
    world.source.always('GET', new RegExp(`blobs/${first}`), reset)
    await expect(copyTo('app', 'one', { ...defaults(), holdings })).rejects.toMatchObject({
      code: 'registry-unreachable',
    })
    expect(holdings.holderOf(world.mirror.host, first)).toBeUndefined()
  })
})

test('what is done once a run is not done again, unless it failed', async () => {
  const holdings = createHoldings()
  const target = world.atMirror
  let done = 0
  const work = async () => {
    await new Promise(setImmediate)
    done += 1
    if (done === 1) throw new Error('broken')
  }
  await expect(holdings.once(target, 'a', work)).rejects.toThrow('broken')
  await Promise.all([holdings.once(target, 'a', work), holdings.once(target, 'a', work)])
  await holdings.once(target, 'a', work)
  expect(done).toBe(2)
  await holdings.once(target, 'b', work)
  await holdings.once(world.atSource, 'a', work)
  expect(done).toBe(4)
})
