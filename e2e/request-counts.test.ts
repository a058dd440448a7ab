import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { nextImage } from '../bench/support/next-image.ts'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { count, startProxy, type CountingProxy } from './support/proxy.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

/** Three platforms, each with a config and four layers: 15 blobs. */
const image = makeImage({ layers: 4 })
/** Its successor: nine blobs, of which three are the old ones. */
const successor = nextImage(image, makeImage({ layers: 2, seed: 'next' }), 1)

describeWith(DOCKER_REGISTRY.program, 'requests, counted in front of both registries', () => {
  const started = stopAfterAll()
  let registry: RunningRegistry
  let source: CountingProxy
  let mirror: CountingProxy

  beforeAll(async () => {
    const origin = started(await startRegistry(DOCKER_REGISTRY))
    registry = started(await startRegistry(DOCKER_REGISTRY))
    source = started(await startProxy(origin.host))
    mirror = started(await startProxy(registry.host))
    await pushImage(origin.host, 'app', 'v1', image)
    await pushImage(origin.host, 'app', 'stable', image)
    await pushImage(origin.host, 'app', 'v2', successor)
  })
  beforeEach(() => {
    source.requests.length = 0
    mirror.requests.length = 0
  })

  const copy = (tag: string) => transshipJson(['copy', `${source.host}/app:${tag}`, `${mirror.host}/m/app:${tag}`])

  // In this order, each on what the one before has left.
  test.each([
    { step: 'a cold copy of three platforms and 15 blobs', tag: 'v1', sent: 15, limit: 58, pulls: 4 },
    { step: 'a tag that is up to date', tag: 'v1', sent: 0, limit: 2, pulls: 0 },
    { step: 'the next tag, with 3 of its 9 blobs shared', tag: 'v2', sent: 6, limit: 38, pulls: 4 },
    { step: 'a second tag of one digest', tag: 'stable', sent: 0, limit: 6, pulls: 1 },
  ])('$step takes at most $limit, $pulls of them pulls', async ({ tag, sent, limit, pulls }) => {
    const { exitCode, outcomes } = await copy(tag)
    expect(exitCode).toBe(0)
    expect(outcomes).toMatchObject([{ status: limit === 2 ? 'unchanged' : 'copied', sent: { blobs: sent } }])
    expect(count(source.requests, 'manifest', 'GET')).toBe(pulls)
    expect(count(source.requests, 'blob')).toBe(sent)
    expect(source.requests.length + mirror.requests.length).toBeLessThanOrEqual(limit)
  })

  test('a tag that is up to date takes a HEAD on each side', async () => {
    await pushImage(registry.host, 'm/app', 'v1', image)
    await copy('v1')
    expect(source.requests.map(({ method, kind }) => [method, kind])).toEqual([['HEAD', 'manifest']])
    expect(mirror.requests.map(({ method, kind }) => [method, kind])).toEqual([['HEAD', 'manifest']])
  })

  test('three mirrors at once: the source is read once, byte for byte', async () => {
    const others = [started(await startRegistry(DOCKER_REGISTRY)), started(await startRegistry(DOCKER_REGISTRY))]
    const mirrors = [mirror, ...others].map(({ host }) => host)
    const { outcomes } = await transshipJson([
      'copy',
      `${source.host}/app:v1`,
      ...mirrors.flatMap((host) => ['--to', `${host}/three`]),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['copied', 'copied', 'copied'])
    const read = source.requests.filter(({ method, kind }) => method === 'GET' && ['manifest', 'blob'].includes(kind))
    const bytes = [...image.blobs.values(), ...image.manifests].map((part) => part.bytes.byteLength)
    expect(read.map(({ received }) => received).toSorted(byNumber)).toEqual(bytes.toSorted(byNumber))
    // What may be attached to it is looked for once, too.
    expect([count(source.requests, 'tags'), count(source.requests, 'other')]).toEqual([1, 1])
  })

  test('a dry run reads, and writes nothing', async () => {
    await transshipJson(['copy', `${source.host}/app:v1`, `${mirror.host}/m/dry:v1`, '--dry-run'])
    const methods = new Set([...source.requests, ...mirror.requests].map(({ method }) => method))
    expect([...methods].toSorted()).toEqual(['GET', 'HEAD'])
    expect(await digestAt(registry.host, 'm/dry', 'v1')).toBeUndefined()
  })
})

function byNumber(one: number, other: number): number {
  return one - other
}
