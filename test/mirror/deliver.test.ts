import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hexOf, type Digest } from '../../src/oci/digest.ts'
import type { Fault } from '../support/faulty-registry/call.ts'
import { answer, loseAnswer, refuse, reset, withHeaders } from '../support/faulty-registry/faults.ts'
import { basicGuard } from '../support/faulty-registry/token-service.ts'
import { makeImage } from '../support/images.ts'
import { credentialsFor, openRegistries } from '../support/registries.ts'
import { blobsSentTo, expectWhole, startWorld, type World } from './world.ts'

const image = makeImage({ attestations: true })
const other = makeImage({ seed: 'other' })
const { digest } = image.root.descriptor
const layer = [...image.blobs.keys()][1] ?? digest
const child = image.manifests[0]?.descriptor.digest ?? digest

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
})
afterEach(() => world.close())

const loseAtMirror = (lost: Digest): Promise<void> => rm(join(world.mirror.directory, 'blobs', 'sha256', hexOf(lost)))

describe('a mirror that lost', () => {
  test('a blob is mended when everything is read back', async () => {
    await world.copy()
    await loseAtMirror(layer)
    expect(await world.copy()).toMatchObject({ status: 'unchanged', verified: 'tag' })
    world.heal()
    const outcome = await world.copy({ proof: true })
    expect(outcome).toMatchObject({ status: 'copied', digest, sent: { blobs: 1 }, verified: 'everything' })
    expect(blobsSentTo(world.mirror)).toEqual([layer])
    await expectWhole(world.atMirror, image)
  })

  test('a manifest is mended when everything is read back', async () => {
    await world.copy()
    await loseAtMirror(child)
    expect(await world.copy({ proof: true })).toMatchObject({ status: 'copied', sent: { blobs: 0 } })
    await expectWhole(world.atMirror, image)
  })

  test('a blob of chosen platforms is mended for these', async () => {
    const choice = { platforms: ['linux/amd64'], proof: true }
    const first = await world.copy(choice)
    await loseAtMirror(layer)
    expect(await world.copy(choice)).toMatchObject({ status: 'copied', digest: first.digest, sent: { blobs: 1 } })
  })

  test('a blob and does not keep it either is not said to have it', async () => {
    await world.copy()
    world.mirror.always('HEAD', new RegExp(layer), refuse(404, 'BLOB_UNKNOWN'))
    await expect(world.copy({ proof: true })).rejects.toMatchObject({
      code: 'not-verified',
      facts: { fault: 'blob-absent', digest: layer },
    })
  })
})

describe('a mirror that answers', () => {
  test.each<[string, Fault, object]>([
    [
      'another digest',
      withHeaders({ 'docker-content-digest': other.root.descriptor.digest }),
      { fault: 'other-digest', digest: other.root.descriptor.digest },
    ],
    ['that nothing is there', answer(404), { fault: 'absent', digest }],
  ])('%s after the copy is not believed', async (_, fault, facts) => {
    let isPut = false
    world.mirror.always('PUT', /manifests\/v1/, (call) => {
      isPut = true
      return call.forward()
    })
    world.mirror.always('HEAD', /manifests\/v1/, (call) => (isPut ? fault(call) : call.forward()))
    const failing = world.copy()
    await expect(failing).rejects.toMatchObject({ code: 'not-verified', facts })
    await expect(failing).rejects.toThrow(`${world.mirror.host}/app:v1`)
  })

  test('another manifest than it says is not believed', async () => {
    world.mirror.always(
      'GET',
      new RegExp(`manifests/${child}`),
      answer(200, { 'content-type': 'application/json' }, Buffer.from(other.root.bytes).toString()),
    )
    await expect(world.copy({ proof: true })).rejects.toMatchObject({ code: 'size-mismatch' })
  })

  test('nothing when the tag is put, though it was, has it', async () => {
    world.mirror.on('PUT', /manifests\/v1/, loseAnswer)
    expect(await world.copy({ proof: true })).toMatchObject({ status: 'copied' })
  })
})

describe('as a stranger sees it', () => {
  test.each<[string, Fault, string]>([
    ['it may be read by all', (call) => call.forward(), 'public'],
    ['a login is wanted', answer(401, { 'www-authenticate': 'Basic realm="x"' }), 'private'],
    ['it is denied', refuse(403, 'DENIED'), 'private'],
    ['it seems not to be there', answer(404), 'private'],
    ['the mirror is out of reach', reset, 'unchecked'],
    ['the mirror is unwell', answer(500), 'unchecked'],
  ])('%s', async (_, fault, access) => {
    const credentials = credentialsFor({ [world.mirror.host]: { kind: 'basic', username: 'u', password: 'p' } })
    const client = openRegistries({ mirrorCredentials: credentials })
    const guard = basicGuard('u', 'p')
    world.mirror.guard(guard)
    world.mirror.always('HEAD', /manifests\/v1/, (call) => {
      // Who shows no credentials after the copy is the stranger.
      const isStranger =
        world.mirror.log.count('PUT', /manifests\/v1/) > 0 && call.seen.headers.authorization === undefined
      if (!isStranger) return call.forward()
      world.mirror.guard(undefined)
      return fault(call)
    })
    expect(await world.copy({ client, proof: true, stranger: true })).toMatchObject({ status: 'copied', access })
    await client.close()
  })

  test('is not looked at unless asked', async () => {
    expect(await world.copy({ proof: true })).toMatchObject({ access: 'unchecked' })
  })
})

describe('an image above the size limit', () => {
  const size = [...image.blobs.values(), ...image.manifests].reduce((sum, { descriptor }) => sum + descriptor.size, 0)

  test('is refused before any byte of it is read', async () => {
    await expect(world.copy({ maxSize: size - 1 })).rejects.toMatchObject({
      code: 'image-too-large',
      facts: { size, limit: size - 1 },
    })
    expect(world.source.log.count('GET', /blobs/)).toBe(0)
    expect(world.mirror.log.count('PUT')).toBe(0)
  })

  test('is one that is larger by a byte', async () => {
    expect(await world.copy({ maxSize: size })).toMatchObject({ facts: { size } })
  })

  test('may have platforms that are below it', async () => {
    expect(await world.copy({ maxSize: size / 2, platforms: ['linux/amd64'] })).toMatchObject({ status: 'copied' })
  })
})

describe('an image that is not there', () => {
  test('is unknown, and the mirror is not written to', async () => {
    await expect(world.copy({ key: 'v2' })).rejects.toMatchObject({
      code: 'image-unknown',
      facts: { image: `${world.source.host}/app:v2` },
    })
    expect(world.mirror.log.requests.every(({ method }) => method === 'HEAD')).toBe(true)
  })
})

const signed = (host: string) => `http://${host}/blob?sig=query-secret`

test('MH-80 what is secret is in no failure, whatever fails', async () => {
  const secrets = ['pass-secret', 'query-secret', Buffer.from('user:pass-secret').toString('base64')]
  const credential = { kind: 'basic', username: 'user', password: 'pass-secret' } as const
  const credentials = credentialsFor({ [world.source.host]: credential, [world.mirror.host]: credential })
  const closed = await startWorld()
  await closed.close()
  const faults: Fault[] = [
    reset,
    refuse(403, 'DENIED', `no access to ${signed('r.io')}`),
    refuse(500, 'UNKNOWN', `see ${signed('r.io')}`),
    answer(307, { location: signed(closed.source.host) }),
    answer(307, { location: 'ftp://user:pass-secret@r.io/?sig=query-secret' }),
    answer(401, { 'www-authenticate': `Bearer realm="${signed(closed.source.host)}"` }),
    answer(202, { location: signed(closed.source.host) }),
  ]
  for (const fault of faults) {
    for (const [side, path] of [
      ['source', /blobs/],
      ['source', /manifests/],
      ['mirror', /uploads/],
      ['mirror', /manifests/],
    ] as const) {
      world.heal()
      const client = openRegistries({ sourceCredentials: credentials, mirrorCredentials: credentials })
      world.source.guard(basicGuard('user', 'pass-secret'))
      world.mirror.guard(basicGuard('user', 'pass-secret'))
      world[side].always('*', path, fault)
      const failure: unknown = await world.copy({ client }).catch((error: unknown) => error)
      const text = failure instanceof Error ? `${failure.message} ${JSON.stringify(failure)} ${failure.stack}` : 'none'
      for (const secret of secrets) expect(text).not.toContain(secret)
      await client.close()
    }
  }
})
