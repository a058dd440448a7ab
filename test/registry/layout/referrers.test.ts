import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hexOf } from '../../../src/oci/digest.ts'
import { referrersTag, withReferrers } from '../../../src/oci/referrers.ts'
import type { LayoutStore } from '../../../src/registry/layout/store.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import { listOf, makeImage, putImage } from '../../support/images.ts'
import { openLayout } from '../../support/layouts.ts'
import { listOfReferrers, makeReferrer, SBOM } from '../../support/referrers.ts'
import { runOk } from '../../support/run.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

const image = makeImage()
const subject = image.root.descriptor.digest
const tag = referrersTag(subject)
const referrers = ['a', 'b', 'c'].map((seed) => makeReferrer(image.root.descriptor, { seed }))
const [one = image, other = image] = referrers
const WRITER = fileURLToPath(new URL('referrer-writer.ts', import.meta.url))

let directory: TemporaryDirectory
let store: LayoutStore
let app: Repository

beforeEach(async () => {
  directory = await temporaryDirectory()
  store = await openLayout(directory.path)
  app = store.repository('app')
  for (const referrer of referrers) await putImage(app, { ...referrer, manifests: [] })
})
afterEach(() => directory.remove())

const found = async (repository = app): Promise<string[]> =>
  (await listOf(repository.referrers(subject))).map(({ digest }) => digest)
const digestsOf = (...list: readonly (typeof one)[]): string[] => list.map(({ root }) => root.descriptor.digest)
const blobs = (): Promise<string[]> => readdir(join(directory.path, 'blobs', 'sha256'))

async function entries(): Promise<readonly { annotations: Record<string, string> }[]> {
  return JSON.parse(await readFile(join(directory.path, 'index.json'), 'utf8')).manifests
}

describe('what refers to a manifest in a layout', () => {
  test('is listed for its own repository, whether the manifest is there or not', async () => {
    await app.putReferrers(subject, [one.root])
    await app.putReferrers(subject, [one.root, other.root])
    expect(await found()).toEqual(digestsOf(one, other))
    expect(await found(store.repository('other'))).toEqual([])
    expect(await listOf(app.referrers(one.root.descriptor.digest))).toEqual([])
  })

  test('says its type, and is there by digest', async () => {
    await app.putReferrers(subject, [one.root])
    expect(await listOf(app.referrers(subject))).toEqual([{ ...one.root.descriptor, artifactType: SBOM }])
    expect(Buffer.from((await app.manifest(one.root.descriptor.digest)).bytes)).toEqual(Buffer.from(one.root.bytes))
  })

  test('is under the tag where other tools look for it', async () => {
    await app.putReferrers(subject, [one.root])
    expect(await entries()).toMatchObject([{ annotations: { 'org.opencontainers.image.ref.name': `app:${tag}` } }])
    await putImage(app, { ...other, manifests: [other.root, listOfReferrers([one, other])], root: listOfReferrers([]) })
    await app.putManifest(listOfReferrers([one, other]), tag)
    expect(await found()).toEqual(digestsOf(one, other))
  })

  test('is not what the tag leads to where that is no list', async () => {
    await putImage(app, image, tag)
    expect(await found()).toEqual([])
    await app.putReferrers(subject, [one.root])
    expect(await found()).toEqual(digestsOf(one))
    expect((await app.manifest(subject)).children).toHaveLength(3)
  })

  test('needs what it lists itself', async () => {
    const lonely = makeReferrer(image.root.descriptor, { seed: 'lonely' })
    await expect(app.putReferrers(subject, [lonely.root])).rejects.toMatchObject({ code: 'blob-unknown' })
    expect(await found()).toEqual([])
  })

  test('loses nothing to several processes that write at once', async () => {
    const writers = ['w', 'x', 'y', 'z']
    await Promise.all(
      writers.map((name) => runOk(process.execPath, ['--import', 'tsx', WRITER, directory.path, name, '6'])),
    )
    const expected = writers.flatMap((name) =>
      Array.from({ length: 6 }, (_, number) => makeReferrer(image.root.descriptor, { seed: `${name}-${number}` })),
    )
    expect((await found()).toSorted()).toEqual(digestsOf(...expected).toSorted())
  })

  test('is found by who reads while it grows', async () => {
    await app.putReferrers(subject, [one.root])
    const reader = (await openLayout(directory.path)).repository('app')
    const grow = async (): Promise<'grown'> => {
      for (let number = 0; number < 15; number += 1) {
        const referrer = makeReferrer(image.root.descriptor, { seed: `more-${number}` })
        await putImage(app, { ...referrer, manifests: [] })
        await app.putReferrers(subject, [referrer.root])
      }
      return 'grown'
    }
    const growing = grow()
    const read = async (): Promise<'read'> => {
      expect(await found(reader)).toContain(one.root.descriptor.digest)
      expect(await reader.head(tag)).toBeDefined()
      expect((await reader.manifest(tag)).children).not.toEqual([])
      return 'read'
    }
    while ((await Promise.race([growing, read()])) === 'read');
  })
})

describe('a list that has grown', () => {
  test('is not kept as it was before', async () => {
    for (const { root } of referrers) await app.putReferrers(subject, [root])
    const lists = (await blobs()).filter((name) => name === hexOf(listedOf(...referrers)))
    expect(lists).toHaveLength(1)
    expect(await blobs()).not.toContain(hexOf(listedOf(one)))
    expect(await blobs()).not.toContain(hexOf(listedOf(one, other)))
  })

  test('is kept as it was where another name leads to it', async () => {
    const elsewhere = store.repository('elsewhere')
    await app.putReferrers(subject, [one.root])
    await elsewhere.putReferrers(subject, [one.root])
    await app.putReferrers(subject, [other.root])
    expect(await found(elsewhere)).toEqual(digestsOf(one))
  })

  test('leaves alone what others have put under its tag', async () => {
    await app.putReferrers(subject, [one.root])
    await putImage(app, makeImage({ seed: 'foreign' }), tag)
    const before = await blobs()
    await app.putReferrers(subject, [other.root])
    expect(await blobs()).toEqual(expect.arrayContaining(before))
  })

  test('is refused where it would be too long', async () => {
    const annotations = { x: 'x'.repeat(3 * 1024 * 1024) }
    const long = [one, other].map((_, index) =>
      makeReferrer(image.root.descriptor, { seed: `long-${index}`, annotations }),
    )
    for (const referrer of long) await putImage(app, { ...referrer, manifests: [] })
    const [first, second] = long.map(({ root }) => root)
    if (first) await app.putReferrers(subject, [first])
    await expect(app.putReferrers(subject, second ? [second] : [])).rejects.toMatchObject({
      code: 'manifest-too-large',
      facts: { image: `app:${tag}` },
    })
    expect(await found()).toEqual([first?.descriptor.digest])
  })
})

/** The digest of the list that holds these and nothing else. */
function listedOf(...list: readonly (typeof one)[]) {
  return (
    withReferrers(
      undefined,
      list.map(({ root }) => root),
      'app',
    )?.descriptor.digest ?? subject
  )
}
