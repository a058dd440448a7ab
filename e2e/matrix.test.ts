import { describe, expect, test } from '@jest/globals'
import { makeImage } from '../test/support/images.ts'
import { describeWithAll } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { REGISTRY_KINDS, startRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

const image = makeImage({ attestations: true })
const { digest } = image.root.descriptor
const pairs = REGISTRY_KINDS.flatMap((from) => REGISTRY_KINDS.map((to) => ({ from, to })))

describe.each(pairs)('from $from.name to $to.name', ({ from, to }) => {
  const programs = [...new Set([from.program, to.program])]
  describeWithAll(programs, 'an image', () => {
    const started = stopAfterAll()

    test('arrives whole, and is recognised when it is there', async () => {
      const source = started(await startRegistry(from))
      const mirror = started(await startRegistry(to))
      await pushImage(source.host, 'library/app', 'v1', image)

      const args = ['copy', `${source.host}/library/app:v1`, `${mirror.host}/m/app:v1`, '--verify']
      expect((await transshipJson(args)).outcomes).toMatchObject([{ status: 'copied', digest, verified: 'everything' }])
      for (const { descriptor } of image.manifests) {
        expect(await digestAt(mirror.host, 'm/app', descriptor.digest)).toBe(descriptor.digest)
      }
      expect((await transshipJson(args)).outcomes).toMatchObject([{ status: 'unchanged', digest }])
    })
  })
})
