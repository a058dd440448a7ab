import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventEmitter, once } from 'node:events'
import { copy, type CopyOptions } from '../../src/commands/copy.ts'
import { Failure } from '../../src/failure/failure.ts'
import { parseAddress } from '../../src/oci/place.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { parseMirror } from '../../src/policy/mirror.ts'
import { copyPorts } from '../support/copy-ports.ts'
import { holdCopies } from '../support/held-copies.ts'
import { makeImage, putImage } from '../support/images.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const image = makeImage({ single: true })

let source: ScriptedRegistry
let mirror: ScriptedRegistry
let client: TestClient

beforeEach(async () => {
  source = await startScriptedRegistry()
  mirror = await startScriptedRegistry()
  client = openRegistries()
  await putImage(source.store.repository('app'), image, 'v1')
})
afterEach(async () => {
  await client.close()
  await source.close()
  await mirror.close()
})

const toMirrors = (...texts: readonly string[]) => texts.map((text) => parseMirror(text))

function copyAll(images: readonly string[], to: CopyOptions['to']): Promise<Outcome[]> {
  return copy({ images, to }, copyPorts(client))
}

describe('several images to several mirrors', () => {
  test('a name that is too long for one mirror is copied to the others', async () => {
    const long = `${mirror.host}/${'p'.repeat(240)}`
    const outcomes = await copyAll([`${source.host}/app:v1`], toMirrors(long, `${mirror.host}/m`))
    expect(outcomes).toMatchObject([
      {
        status: 'failed',
        image: `${source.host}/app:v1`,
        failure: { code: 'address-too-long', facts: { limit: 255 } },
      },
      { status: 'copied', address: `${mirror.host}/m/${source.host.replace(':', '_')}/app:v1` },
    ])
  })

  test('a text that names no image fails once, and the others go on', async () => {
    const outcomes = await copyAll(['a b', `${source.host}/app:v1`], toMirrors(`${mirror.host}/m`, `${mirror.host}/n`))
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'copied', 'copied'])
  })

  test('an image of a directory that has no name there fails once', async () => {
    await inTemporaryDirectory(async (path) => {
      await copyAll([`${source.host}/app:v1`], parseAddress(`oci:${path}:latest`))
      const outcomes = await copyAll([`oci:${path}`], toMirrors(`${mirror.host}/m`, `${mirror.host}/n`))
      expect(outcomes).toMatchObject([{ status: 'failed', failure: { code: 'repository-unlisted' } }])
    })
  })
})

describe('a run that has come to its end', () => {
  const over = new Failure('deadline-reached', { milliseconds: 2000 })

  test('begins nothing, and leaves every image to another run', async () => {
    const ports = { ...copyPorts(client), end: AbortSignal.abort(over) }
    const to = toMirrors(`${mirror.host}/m`, 'oci:./never-made')
    const outcomes = await copy({ images: [`${source.host}/app:v1`, 'nginx'], to }, ports)
    expect(outcomes.map(({ status }) => status)).toEqual(['left', 'left', 'left', 'left'])
    expect(outcomes[0]).toMatchObject({
      address: `${mirror.host}/m/${source.host.replace(':', '_')}/app:v1`,
      failure: over,
    })
    expect([...source.log.requests, ...mirror.log.requests]).toEqual([])
  })

  test('keeps what is copied, gives back what is under way, and leaves it', async () => {
    const { images, isHeld, atMirror, sessions } = await holdCopies(source, mirror)
    const run = new AbortController()
    const held = openRegistries({ endpoints: { 'docker.io': source.host }, signal: run.signal })
    const outcomes = new EventEmitter()
    const isDone = once(outcomes, 'first')
    const ports = { ...copyPorts(held), end: run.signal, onOutcome: () => outcomes.emit('first') }
    const copying = copy({ images, to: toMirrors(`${mirror.host}/acme`) }, ports)
    await Promise.all([isDone, isHeld])
    run.abort(over)
    expect(await copying).toMatchObject([
      { status: 'copied' },
      { status: 'left', image: images[1], address: `${mirror.host}/acme/${images[1]}`, failure: over },
      { status: 'left', image: images[2], failure: over },
    ])
    expect(await atMirror()).toEqual([expect.any(String), undefined, undefined])
    expect(new Set(sessions().map(({ isGivenBack }) => isGivenBack))).toEqual(new Set([true]))
    await held.close()
  })

  test('that was cancelled has failed', async () => {
    const ports = { ...copyPorts(client), end: AbortSignal.abort(new Failure('cancelled', {})) }
    const outcomes = await copy({ images: [`${source.host}/app:v1`], to: toMirrors(`${mirror.host}/m`) }, ports)
    expect(outcomes).toMatchObject([{ status: 'failed', failure: { code: 'cancelled' } }])
  })
})
