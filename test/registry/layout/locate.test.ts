import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAddress } from '../../../src/oci/place.ts'
import { locateImage } from '../../../src/registry/layout/locate.ts'
import { cosignTags, referrersTag } from '../../../src/oci/referrers.ts'
import { listOf, makeImage, putImage } from '../../support/images.ts'
import { openLayout } from '../../support/layouts.ts'
import { listOfReferrers, makeReferrer } from '../../support/referrers.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
const image = makeImage({ single: true })
const { digest } = image.root.descriptor

beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

/** Writes index.json as another tool would: the image, once per name, or once without one. */
async function writeNames(...names: readonly (string | undefined)[]): Promise<void> {
  await putImage((await openLayout(directory.path)).repository(''), image, 'x')
  const manifests = names.map((name) => ({
    ...image.root.descriptor,
    ...(name !== undefined && { annotations: { 'org.opencontainers.image.ref.name': name } }),
  }))
  await writeFile(join(directory.path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
}

async function locate(name: string): Promise<unknown> {
  const store = await openLayout(directory.path)
  const found = await locateImage(store, parseAddress(`oci:${directory.path}${name}`))
  return (await found.repository.head(found.key))?.digest
}

describe('an image in a layout is found', () => {
  test.each<[string, string | undefined]>([
    [':docker.io/library/nginx:1.27', 'docker.io/library/nginx:1.27'],
    [':docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    [':docker.io/library/nginx', 'docker.io/library/nginx'],
    [':1.27', '1.27'],
    [':latest', 'latest'],
    ['', '1.27'],
    ['', undefined],
    [`:docker.io/library/nginx@${digest}`, '1.27'],
  ])('as %j where its entry is named %j', async (asked, written) => {
    await writeNames(written)
    expect(await locate(asked)).toBe(digest)
  })

  test.each([
    [':docker.io/library/nginx:1.28', 'docker.io/library/nginx:1.27'],
    [':1.28', '1.27'],
    [':library/nginx:1.27', 'docker.io/library/nginx:1.27'],
  ])('but not as %j where its entry is named %j', async (asked, written) => {
    await writeNames(written)
    expect(await locate(asked)).toBeUndefined()
  })

  test('with what other tools have attached to it', async () => {
    const referrer = makeReferrer(image.root.descriptor)
    const store = await openLayout(directory.path)
    const bare = store.repository('')
    await putImage(bare, image, '1.27')
    await putImage(bare, referrer)
    await bare.putManifest(listOfReferrers([referrer]), referrersTag(digest))
    for (const name of ['', ':1.27']) {
      const { repository } = await locateImage(store, parseAddress(`oci:${directory.path}${name}`))
      expect(await listOf(repository.referrers(digest))).toEqual([referrer.root.descriptor])
    }
  })

  test('without a name where it has several', async () => {
    await writeNames('a', 'b:1', undefined)
    expect(await locate('')).toBe(digest)
  })
})

describe('a layout without a name asked', () => {
  test('has to hold one image only; the names that are there are offered', async () => {
    const repository = (await openLayout(directory.path)).repository('docker.io/library/nginx')
    await putImage(repository, image, '1.27')
    await putImage(repository, makeImage({ seed: 'other' }), '1.28')
    await expect(locate('')).rejects.toMatchObject({
      code: 'input-invalid',
      facts: { expected: expect.stringContaining(`oci:${directory.path}:docker.io/library/nginx:1.27`) },
    })
  })

  test('may hold what is attached to the image', async () => {
    const repository = (await openLayout(directory.path)).repository('docker.io/library/nginx')
    await putImage(repository, image, '1.27')
    const referrer = makeReferrer(image.root.descriptor)
    await putImage(repository, referrer)
    await repository.putReferrers(digest, [referrer.root])
    await putImage(repository, makeReferrer(undefined), cosignTags(digest)[0])
    expect(await locate('')).toBe(digest)
    const found = await locateImage(await openLayout(directory.path), parseAddress(`oci:${directory.path}`))
    expect(await listOf(found.repository.referrers(digest))).toHaveLength(1)
    await repository.putManifest(referrer.root, 'sbom')
    await expect(locate('')).rejects.toMatchObject({ code: 'input-invalid' })
  })

  test('and without images has nothing to give', async () => {
    await writeNames()
    await expect(locate('')).rejects.toMatchObject({ code: 'image-unknown' })
  })
})

test('a directory that is no layout is no source', async () => {
  await expect(locate(':1.27')).rejects.toMatchObject({ code: 'layout-invalid', facts: { reason: 'absent' } })
  await expect(readFile(join(directory.path, 'oci-layout'))).rejects.toMatchObject({ code: 'ENOENT' })
})
