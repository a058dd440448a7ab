import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { count, startProxy, type CountingProxy } from './support/proxy.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

/** Three platforms, each with a config and four layers: 15 blobs. */
const image = makeImage({ layers: 4 })
const COLD_LIMIT = 80

describeWith(DOCKER_REGISTRY.program, 'requests, counted in front of both registries', () => {
  const started = stopAfterAll()
  let registry: RunningRegistry
  let source: CountingProxy
  let mirror: CountingProxy
  let args: readonly string[]

  beforeAll(async () => {
    const origin = started(await startRegistry(DOCKER_REGISTRY))
    registry = started(await startRegistry(DOCKER_REGISTRY))
    source = started(await startProxy(origin.host))
    mirror = started(await startProxy(registry.host))
    await pushImage(origin.host, 'app', 'v1', image)
    args = ['copy', `${source.host}/app:v1`, `${mirror.host}/m/app:v1`]
  })
  beforeEach(() => {
    source.requests.length = 0
    mirror.requests.length = 0
  })

  test(`a cold copy of three platforms and 15 blobs takes at most ${COLD_LIMIT}`, async () => {
    const { outcomes } = await transshipJson(args)
    expect(outcomes).toMatchObject([{ status: 'copied', sent: { blobs: 15 } }])
    expect(count(source.requests, 'blob', 'GET')).toBe(15)
    expect(count(source.requests, 'manifest', 'GET')).toBe(4)
    expect(count(mirror.requests, 'manifest', 'PUT')).toBe(4)
    expect(source.requests.length + mirror.requests.length).toBeLessThanOrEqual(COLD_LIMIT)
  })

  test('a tag that is up to date takes a HEAD on each side', async () => {
    await pushImage(registry.host, 'm/app', 'v1', image)
    const { exitCode, outcomes } = await transshipJson(args)
    expect(exitCode).toBe(0)
    expect(outcomes).toMatchObject([{ status: 'unchanged', sent: { blobs: 0, bytes: 0 } }])
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
    const read = source.requests.filter(({ method }) => method === 'GET')
    const bytes = [...image.blobs.values(), ...image.manifests].map((part) => part.bytes.byteLength)
    expect(read.map(({ received }) => received).toSorted(byNumber)).toEqual(bytes.toSorted(byNumber))
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
