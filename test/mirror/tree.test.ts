import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/failure/failure.ts'
import { failureText } from '../../src/failure/texts.ts'
import type { TreeLimits } from '../../src/mirror/tree.ts'
import type { Manifest } from '../../src/oci/manifest.ts'
import { OCI_INDEX } from '../../src/oci/media-types.ts'
import { makeImage, manifestOf, putImage } from '../support/images.ts'
import { startWorld, type World } from './world.ts'

/** Two indexes, three manifests, and for each of these a config and two layers. */
const image = makeImage()
const parts = 1 + image.manifests.length - 1 + image.blobs.size

let world: World
let root: Manifest
/** Bytes of the manifests below the root. */
let bytes: number

beforeEach(async () => {
  world = await startWorld()
  root = manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [image.root.descriptor] })
  bytes = image.manifests.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
  await putImage(world.atSource, image)
  await world.atSource.putManifest(root, 'v1')
})
afterEach(() => world.close())

const cases: [keyof TreeLimits, () => number, string][] = [
  ['depth', () => 2, 'manifest-too-deep'],
  ['parts', () => parts, 'image-too-complex'],
  ['manifests', () => bytes, 'manifest-too-large'],
]

describe.each(cases)('the limit %s', (name, least, code) => {
  test('lets an image pass that just keeps it, also when it is read back', async () => {
    expect(await world.copy({ limits: { [name]: least() }, proof: true })).toMatchObject({ status: 'copied' })
  })

  test('refuses one that exceeds it by one, and names it, the image and the setting', async () => {
    const limits = { [name]: least() - 1 }
    const failure = Failure.from(await world.copy({ limits }).catch((error: unknown) => error))
    expect(failure).toMatchObject({
      code,
      facts: { image: `${world.source.host}/app@${root.descriptor.digest}`, limit: least() - 1 },
    })
    for (const language of ['en', 'zh-CN'] as const) {
      expect(failureText(failure, language).next).toContain(`limits.${name}`)
    }
    expect(world.mirror.log.count('PUT')).toBe(0)
  })

  test('holds for what is read back, too', async () => {
    await world.copy()
    const copying = world.copy({ limits: { [name]: least() - 1 }, proof: true })
    await expect(copying).rejects.toMatchObject({ code })
  })
})
