import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { loseAnswer, reset } from '../test/support/faulty-registry/faults.ts'
import { startFaultyRegistry, type FaultyRegistry } from '../test/support/faulty-registry/proxy.ts'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { expectWholeAt, pushImage } from './support/bare-requests.ts'
import { BREAKS, everyFifth } from './support/chaos.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

const images = Array.from({ length: 20 }, (_, index) => ({
  name: `app-${index}`,
  image: makeImage({ seed: `chaos ${index}`, platforms: ['linux/amd64'], layerSize: 20_000 }),
}))

describeWith(DOCKER_REGISTRY.program, 'a run over 20 images, every fifth connection being broken', () => {
  const started = stopAfterAll()
  let mirror: RunningRegistry
  let links: readonly FaultyRegistry[]
  let names: readonly string[]

  beforeAll(async () => {
    const source = started(await startRegistry(DOCKER_REGISTRY))
    mirror = started(await startRegistry(DOCKER_REGISTRY))
    links = [await startFaultyRegistry(`http://${source.host}`), await startFaultyRegistry(`http://${mirror.host}`)]
    for (const link of links) started({ stop: () => link.close() })
    names = images.map(({ name }) => `${links[0]?.host}/${name}:v1`)
    for (const { name, image } of images) await pushImage(source.host, name, 'v1', image)
  })
  afterEach(() => links.forEach((link) => link.heal()))

  test.each([
    ['before the registry hears of the request', [reset]],
    ['when the registry has done it', [loseAnswer]],
    ['before, in the middle, and after', BREAKS],
  ])(
    'on both sides, %s: all arrive, byte for byte',
    async (when, breaks) => {
      for (const link of links) link.always('*', /./, everyFifth(...breaks))
      const prefix = when.replaceAll(/\W+/g, '-')
      const { exitCode, outcomes } = await transshipJson(['copy', ...names, '--to', `${links[1]?.host}/${prefix}`])
      const broken = outcomes.filter(({ status }) => status !== 'copied')
      expect(broken).toEqual([])
      expect({ exitCode, count: outcomes.length }).toEqual({ exitCode: 0, count: images.length })
      const folder = `${prefix}/${links[0]?.host.replace(':', '_')}`
      for (const { name, image } of images) await expectWholeAt(mirror.host, `${folder}/${name}`, 'v1', image)
    },
    120_000,
  )
})
