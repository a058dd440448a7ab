import { expect, test } from '@jest/globals'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, startRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

const image = makeImage({ layers: 3, attestations: true })

describeWith(DOCKER_REGISTRY.program, 'several programs that write one image at once', () => {
  const started = stopAfterAll()

  test('MH-58 all succeed, whatever one sees of what another is just writing', async () => {
    const source = started(await startRegistry(DOCKER_REGISTRY))
    const mirror = started(await startRegistry(DOCKER_REGISTRY))
    await pushImage(source.host, 'app', 'v1', image)
    const copies = ['a', 'b', 'c', 'd'].map((tag) =>
      transshipJson(['copy', `${source.host}/app:v1`, `${mirror.host}/m/app:${tag}`]),
    )
    const outcomes = (await Promise.all(copies)).flatMap((run) => run.outcomes)
    expect(outcomes.map(({ status, error }) => error?.code ?? status)).toEqual(Array(4).fill('copied'))
    expect(await digestAt(mirror.host, 'm/app', 'd')).toBe(image.root.descriptor.digest)
  })
})
