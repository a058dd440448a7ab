import { beforeAll, expect, test } from '@jest/globals'
import { makeImage, type TestImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { corruptBlob, loseBlob } from './support/distribution-storage.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

const old = makeImage({ seed: 'old' })

describeWith(DOCKER_REGISTRY.program, 'a source that has lost or spoilt a layer', () => {
  const started = stopAfterAll()
  let source: RunningRegistry
  let mirror: RunningRegistry

  beforeAll(async () => {
    source = started(await startRegistry(DOCKER_REGISTRY))
    mirror = started(await startRegistry(DOCKER_REGISTRY))
  })

  const faults = [
    { title: 'is missing', name: 'missing', harm: loseBlob, code: 'blob-unknown' },
    { title: 'has other bytes', name: 'corrupt', harm: corruptBlob, code: 'digest-mismatch' },
  ] as const

  /** Pushes an image of its own to the source and harms its last layer there. */
  async function harmed(name: string, harm: typeof loseBlob): Promise<TestImage> {
    const image = makeImage({ seed: name })
    await pushImage(source.host, name, 'v1', image)
    await harm(source.storage, lastBlob(image))
    return image
  }

  test.each(faults)('a blob that $title: no tag appears', async ({ name, harm, code }) => {
    const image = await harmed(name, harm)
    const { exitCode, outcomes } = await transshipJson([
      'copy',
      `${source.host}/${name}:v1`,
      `${mirror.host}/${name}:v1`,
    ])
    expect(exitCode).toBe(1)
    expect(outcomes).toMatchObject([{ status: 'failed', error: { code } }])
    expect(outcomes[0]?.error?.message).toContain(lastBlob(image))
    for (const key of ['v1', image.root.descriptor.digest]) {
      expect(await digestAt(mirror.host, name, key)).toBeUndefined()
    }
  })

  test.each(faults)('a blob that $title: the tag that was there stays as it was', async ({ name, harm }) => {
    const repository = `${name}-update`
    await pushImage(mirror.host, repository, 'v1', old)
    await harmed(repository, harm)
    const { exitCode } = await transshipJson([
      'copy',
      `${source.host}/${repository}:v1`,
      `${mirror.host}/${repository}:v1`,
    ])
    expect(exitCode).toBe(1)
    expect(await digestAt(mirror.host, repository, 'v1')).toBe(old.root.descriptor.digest)
  })

  test('MH-57 one of many images: the others arrive, its old tag stays, and the run ends with 1', async () => {
    const names = ['first', 'spoilt', 'last']
    const images = names.map((name) => makeImage({ seed: `many ${name}` }))
    for (const [index, image] of images.entries()) await pushImage(source.host, `many/${names[index]}`, 'v1', image)
    const folder = `m/${source.host.replace(':', '_')}/many`
    await pushImage(mirror.host, `${folder}/spoilt`, 'v1', old)
    await loseBlob(source.storage, lastBlob(images[1] ?? old))

    const sources = names.map((name) => `${source.host}/many/${name}:v1`)
    const { exitCode, outcomes } = await transshipJson(['copy', ...sources, '--to', `${mirror.host}/m`])
    expect(exitCode).toBe(1)
    expect(outcomes.map(({ status }) => status)).toEqual(['copied', 'failed', 'copied'])
    const digests = await Promise.all(names.map((name) => digestAt(mirror.host, `${folder}/${name}`, 'v1')))
    expect(digests).toEqual([images[0], old, images[2]].map((image) => image?.root.descriptor.digest))
  })
})

function lastBlob(image: TestImage) {
  const last = [...image.blobs.keys()].at(-1)
  if (last === undefined) throw new Error('an image without blobs')
  return last
}
