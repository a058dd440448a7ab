import { beforeAll, expect, test } from '@jest/globals'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { freePort } from './support/free-port.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transship, transshipJson } from './support/transship.ts'

const one = makeImage({ seed: 'one' })
const two = makeImage({ seed: 'two' })

describeWith(DOCKER_REGISTRY.program, 'several images and several mirrors', () => {
  const started = stopAfterAll()
  let source: RunningRegistry
  let mirrors: readonly RunningRegistry[]
  let images: readonly string[]
  let nowhere: string

  beforeAll(async () => {
    source = started(await startRegistry(DOCKER_REGISTRY))
    mirrors = [started(await startRegistry(DOCKER_REGISTRY)), started(await startRegistry(DOCKER_REGISTRY))]
    images = [`${source.host}/team/one:v1`, `${source.host}/team/two:v2`]
    nowhere = `127.0.0.1:${await freePort()}/m`
    await pushImage(source.host, 'team/one', 'v1', one)
    await pushImage(source.host, 'team/two', 'v2', two)
  })

  const toEach = (prefix: string) => mirrors.flatMap(({ host }) => ['--to', `${host}/${prefix}`])
  const repositoryAt = (prefix: string, name: string) => `${prefix}/${source.host.replace(':', '_')}/team/${name}`

  async function expectAllThere(prefix: string): Promise<void> {
    for (const { host } of mirrors) {
      expect(await digestAt(host, repositoryAt(prefix, 'one'), 'v1')).toBe(one.root.descriptor.digest)
      expect(await digestAt(host, repositoryAt(prefix, 'two'), 'v2')).toBe(two.root.descriptor.digest)
    }
  }

  test('each image arrives at each mirror, and each pair has its outcome', async () => {
    const { exitCode, outcomes } = await transshipJson(['copy', ...images, ...toEach('all')])
    expect(exitCode).toBe(0)
    expect(outcomes.map(({ status }) => status)).toEqual(['copied', 'copied', 'copied', 'copied'])
    expect(outcomes.map(({ image }) => image)).toEqual(images.flatMap((image) => [image, image]))
    await expectAllThere('all')
  })

  test('a mirror that does not answer holds up none of the others', async () => {
    const { exitCode, outcomes } = await transshipJson(['copy', ...images, '--to', nowhere, ...toEach('some')])
    expect(exitCode).toBe(1)
    const perImage = ['failed', 'copied', 'copied']
    expect(outcomes.map(({ status }) => status)).toEqual([...perImage, ...perImage])
    expect(outcomes[0]?.error?.code).toBe('registry-unreachable')
    await expectAllThere('some')
  })

  test('an image that is not there holds up none of the others', async () => {
    const missing = `${source.host}/team/three:v3`
    const { exitCode, stdout } = await transship(['copy', missing, ...images, ...toEach('rest')])
    expect(exitCode).toBe(1)
    expect(stdout.match(/^failed /gm)).toHaveLength(2)
    expect(stdout.match(/^copied /gm)).toHaveLength(4)
    await expectAllThere('rest')
  })
})
