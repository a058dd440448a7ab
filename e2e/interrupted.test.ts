import { beforeAll, expect, test } from '@jest/globals'
import { EventEmitter, once } from 'node:events'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { startProxy, type CountingProxy } from './support/proxy.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { startTransship, transshipJson } from './support/transship.ts'

const image = makeImage({ layers: 4, layerSize: 50_000 })
const { digest } = image.root.descriptor
const sizes = [...image.blobs.values()].map(({ descriptor }) => descriptor.size)
const total = sizes.reduce((sum, size) => sum + size, 0)
/** So many blobs arrive before the link to the mirror holds all others back. */
const ARRIVING = 6
/** One at a time: when the next one is held back, those before have been stored. */
const ONE_AT_A_TIME = ['--concurrency', '1']

describeWith(DOCKER_REGISTRY.program, 'a copy that is ended in the middle', () => {
  const started = stopAfterAll()
  let source: RunningRegistry
  let mirror: RunningRegistry

  beforeAll(async () => {
    source = started(await startRegistry(DOCKER_REGISTRY))
    mirror = started(await startRegistry(DOCKER_REGISTRY))
    await pushImage(source.host, 'app', 'v1', image)
  })

  const copy = (target: string) => ['copy', `${source.host}/app:v1`, target]

  /** Copies until the link holds it, and ends it there. */
  async function endInTheMiddle(repository: string, signal: NodeJS.Signals) {
    const link = started(await holdingProxy(mirror.host))
    const { child, ended } = started(startTransship([...copy(`${link.host}/${repository}:v1`), ...ONE_AT_A_TIME]))
    await Promise.race([link.isHolding, ended])
    child.kill(signal)
    const result = await ended
    expect(await digestAt(mirror.host, repository, 'v1')).toBeUndefined()
    expect(await digestAt(mirror.host, repository, digest)).toBeUndefined()
    return result
  }

  test('killed, it goes on from what is there, and sets the tag at the end', async () => {
    expect((await endInTheMiddle('killed', 'SIGKILL')).exitCode).toBeNull()

    const proxy = started(await startProxy(mirror.host))
    const { outcomes } = await transshipJson(copy(`${proxy.host}/killed:v1`))
    expect(outcomes).toMatchObject([{ status: 'copied', digest, sent: { blobs: image.blobs.size - ARRIVING } }])
    const writes = proxy.requests.filter(({ method }) => method === 'PUT')
    const bytes = writes.filter(({ kind }) => kind === 'upload').reduce((sum, { sent }) => sum + sent, 0)
    expect(bytes).toBe(outcomes[0]?.sent?.bytes)
    expect(bytes).toBeLessThan(total)
    expect(writes.at(-1)?.path).toBe('/v2/killed/manifests/v1')
    expect(await digestAt(mirror.host, 'killed', 'v1')).toBe(digest)
  })

  test('MH-59 told to end, it says that it was cancelled, leaves no tag, and ends', async () => {
    const { exitCode, stdout } = await endInTheMiddle('told', 'SIGTERM')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('The run was cancelled.')
  })
})

/** Passes everything on until some blobs have arrived; from then on no upload moves. */
async function holdingProxy(backend: string): Promise<CountingProxy & { readonly isHolding: Promise<unknown> }> {
  const holding = new EventEmitter()
  const isHolding = once(holding, 'start')
  let puts = 0
  const proxy = await startProxy(backend, {
    before({ method, kind }) {
      if (method !== 'PUT' || kind !== 'upload') return undefined
      puts += 1
      if (puts <= ARRIVING) return undefined
      holding.emit('start')
      return new Promise(() => undefined)
    },
  })
  return { ...proxy, isHolding }
}
