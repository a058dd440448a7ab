import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { parseAddress } from '../../../src/oci/place.ts'
import { locateImage } from '../../../src/registry/layout/locate.ts'
import { makeImage, putImage } from '../../support/images.ts'
import { openLayout } from '../../support/layouts.ts'
import { runOk } from '../../support/run.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'
import { describeWith } from '../../support/tools.ts'

let directory: TemporaryDirectory
const image = makeImage({ attestations: true })
const text = Buffer.from(image.root.bytes).toString()

beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

describeWith('skopeo', 'skopeo and a layout', (skopeo) => {
  test('reads an image by its full name, byte for byte, and copies all of it', async () => {
    const from = join(directory.path, 'mirror')
    await putImage((await openLayout(from)).repository('docker.io/library/nginx'), image, '1.27')
    expect(await runOk(skopeo, ['inspect', '--raw', `oci:${from}:docker.io/library/nginx:1.27`])).toBe(text)

    const to = join(directory.path, 'copy')
    await runOk(skopeo, ['copy', '--all', `oci:${from}:docker.io/library/nginx:1.27`, `oci:${to}:1.27`])
    expect(await runOk(skopeo, ['inspect', '--raw', `oci:${to}:1.27`])).toBe(text)
  })

  test.each([':docker.io/library/nginx:1.27', ':1.27', ''])(
    'has written an image as oci:DIR%s, which is read',
    async (name) => {
      const from = join(directory.path, 'mirror')
      const to = join(directory.path, 'copy')
      await putImage((await openLayout(from)).repository('r'), image, 'v1')
      await runOk(skopeo, ['copy', '--all', `oci:${from}:r:v1`, `oci:${to}${name}`])

      const store = await openLayout(to)
      const { repository, key } = await locateImage(store, parseAddress(`oci:${to}${name}`))
      expect(Buffer.from((await repository.manifest(key)).bytes).toString()).toBe(text)
      for (const { descriptor } of image.manifests) expect(await repository.head(descriptor.digest)).toEqual(descriptor)
      for (const { descriptor } of image.blobs.values()) expect(await repository.hasBlob(descriptor)).toBe(true)
    },
  )

  test('adds to a layout, and both find both images', async () => {
    const path = join(directory.path, 'mirror')
    await putImage((await openLayout(path)).repository('r'), image, 'v1')
    await runOk(skopeo, ['copy', '--all', `oci:${path}:r:v1`, `oci:${path}:r:v2`])
    const repository = (await openLayout(path)).repository('r')
    expect(await repository.head('v2')).toEqual(image.root.descriptor)
    await repository.putManifest(image.root, 'v3')
    for (const tag of ['v1', 'v2', 'v3']) {
      expect(await runOk(skopeo, ['inspect', '--raw', `oci:${path}:r:${tag}`])).toBe(text)
    }
  })
})
