import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { buffer } from 'node:stream/consumers'
import type { Fault } from '../test/support/faulty-registry/call.ts'
import { answer, loseAnswer, pass, reset } from '../test/support/faulty-registry/faults.ts'
import { startFaultyRegistry, type FaultyRegistry } from '../test/support/faulty-registry/proxy.ts'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

const MEBIBYTE = 1024 * 1024
const UPLOADS = /\/blobs\/uploads\//

/** What a proxy does that limits the body of a request. */
const limited: Fault = (call) =>
  Number(call.seen.headers['content-length']) > MEBIBYTE ? answer(413)(call) : call.forward()

describeWith(DOCKER_REGISTRY.program, 'a mirror behind a proxy that takes a mebibyte at once', () => {
  const started = stopAfterAll()
  let source: RunningRegistry
  let mirror: RunningRegistry
  let proxy: FaultyRegistry

  beforeAll(async () => {
    source = started(await startRegistry(DOCKER_REGISTRY))
    mirror = started(await startRegistry(DOCKER_REGISTRY))
    proxy = await startFaultyRegistry(`http://${mirror.host}`)
    started({ stop: () => proxy.close() })
  })
  afterEach(() => proxy.heal())

  /** Lets half of a chunk through, and then breaks the connection. */
  const half: Fault = async (call) => {
    const whole = await buffer(call.request)
    await fetch(`http://${mirror.host}${call.seen.path}`, {
      method: 'PATCH',
      body: new Uint8Array(whole.subarray(0, whole.byteLength / 2)),
    })
    call.reset()
    return undefined
  }

  // Distribution knows an upload only by the state that its last answer gave: where that is lost it begins anew.
  test.each<[string, readonly Fault[], readonly number[]]>([
    ['whole', [], [202, 202, 202]],
    ['though-one-is-lost', [pass, reset], [202, 0, 202, 202]],
    ['though-half-of-one-is-lost', [pass, half], [202, 0, 202, 202, 202]],
    ['though-an-answer-is-lost', [pass, loseAnswer], [202, 0, 202, 202, 202]],
  ])('MH-47 gets a layer in chunks, %s', async (name, faults, statuses) => {
    const image = makeImage({ seed: name, single: true, layers: 1, layerSize: 2.5 * MEBIBYTE })
    await pushImage(source.host, name, 'v1', image)
    proxy.always('*', UPLOADS, limited)
    proxy.on('PATCH', UPLOADS, ...faults)
    const target = `${proxy.host}/m/${name}:v1`
    const { exitCode, outcomes } = await transshipJson(['copy', `${source.host}/${name}:v1`, target, '--verify'])
    expect(outcomes).toMatchObject([{ status: 'copied', digest: image.root.descriptor.digest, verified: 'everything' }])
    expect(exitCode).toBe(0)
    expect(await digestAt(mirror.host, `m/${name}`, 'v1')).toBe(image.root.descriptor.digest)
    expect(proxy.log.find('PATCH').map(({ status }) => status)).toEqual(statuses)
  })
})
