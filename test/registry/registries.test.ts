import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../src/failure/failure.ts'
import { parseAddress } from '../../src/oci/place.ts'
import { anonymous, type Credential } from '../../src/registry/remote/credentials.ts'
import { manualClock } from '../support/clocks.ts'
import { answer, reset } from '../support/faulty-registry/faults.ts'
import { basicGuard } from '../support/faulty-registry/token-service.ts'
import { makeBlob, makeImage, putImage, streamOf } from '../support/images.ts'
import { openRegistries, placeAt, startScriptedRegistry, type ScriptedRegistry } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const image = makeImage({ single: true })
const { digest } = image.root.descriptor
const credential: Credential = { kind: 'basic', username: 'u', password: 'p' }

let registry: ScriptedRegistry

beforeEach(async () => {
  registry = await startScriptedRegistry()
})
afterEach(() => registry.close())

describe('a repository', () => {
  test('is read below the prefix of its endpoint, and keeps its own name', async () => {
    await putImage(registry.store.repository('hub/library/app'), image, 'v1')
    const client = openRegistries({ endpoints: { 'docker.io': `${registry.host}/hub` } })
    const app = await client.open({ kind: 'registry', registry: 'docker.io', repository: 'library/app' }, 'source')
    expect(app.name).toBe('docker.io/library/app')
    expect(await app.head('v1')).toMatchObject({ digest })
    expect(registry.log.lines()).toEqual(['HEAD /v2/hub/library/app/manifests/v1'])
    await client.close()
  })

  test('is linked from below the same prefix', async () => {
    const blob = makeBlob('blob', 10)
    const client = openRegistries({ endpoints: { 'docker.io': `${registry.host}/hub` } })
    const app = await client.open({ kind: 'registry', registry: 'docker.io', repository: 'library/app' }, 'mirror')
    await app.putBlob(blob.descriptor, () => streamOf(blob.bytes), { mountFrom: ['library/base'] })
    const [post] = registry.log.find('POST')
    expect(new URL(post?.path ?? '', registry.origin).searchParams.get('from')).toBe('hub/library/base')
    await client.close()
  })

  test('whose endpoint is no address is refused before any request', async () => {
    const client = openRegistries({ endpoints: { 'docker.io': 'user:secret@host' } })
    const opening = client.open({ kind: 'registry', registry: 'docker.io', repository: 'library/app' }, 'source')
    await expect(opening).rejects.toMatchObject({ code: 'input-invalid', facts: { name: 'endpoints' } })
    await client.close()
  })

  test('MH-84 reads no manifest beyond the bound that was set, on a registry and in a directory', async () => {
    await putImage(registry.store.repository('app'), image, 'v1')
    const largestManifest = image.root.descriptor.size - 1
    const refusal = { code: 'manifest-too-large', facts: { limit: largestManifest } }
    const client = openRegistries({ largestManifest })
    const remote = await client.open(placeAt(registry, 'app'), 'source')
    await expect(remote.manifest('v1')).rejects.toMatchObject(refusal)
    const layout = await client.open({ kind: 'layout', directory: registry.directory, repository: 'app' }, 'source')
    await expect(layout.manifest('v1')).rejects.toMatchObject(refusal)
    await client.close()
  })

  test.each([
    ['source', true],
    ['mirror', false],
    ['stranger', false],
  ] as const)('MH-79 is opened as %s with the credentials of that role alone', async (role, isLetIn) => {
    await putImage(registry.store.repository('app'), image, 'v1')
    registry.guard(basicGuard('u', 'p'))
    const client = openRegistries({
      sourceCredentials: () => Promise.resolve(credential),
      mirrorCredentials: anonymous,
    })
    const reading = (await client.open(placeAt(registry, 'app'), role)).manifest('v1')
    if (isLetIn) await expect(reading).resolves.toMatchObject({ descriptor: { digest } })
    else await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/denied/) })
    await client.close()
  })

  test('asks for its credentials once, and only when they are wanted', async () => {
    await putImage(registry.store.repository('app'), image, 'v1')
    const asked: string[] = []
    const sourceCredentials = (host: string) => {
      asked.push(host)
      return Promise.resolve(credential)
    }
    const client = openRegistries({ sourceCredentials })
    const app = await client.open(placeAt(registry, 'app'), 'source')
    await app.head('v1')
    expect(asked).toEqual([])
    registry.guard(basicGuard('u', 'p'))
    await Promise.all([app.head('v1'), app.head('v1'), app.manifest('v1')])
    expect(asked).toEqual([registry.host])
    await client.close()
  })

  test('whose credentials cannot be found out is not read as by a stranger', async () => {
    registry.guard(basicGuard('u', 'p'))
    const client = openRegistries({ sourceCredentials: () => Promise.reject(new Error('helper failed')) })
    const app = await client.open(placeAt(registry, 'app'), 'source')
    await expect(app.head('v1')).rejects.toThrow('helper failed')
    await expect(app.head('v1')).rejects.toThrow('helper failed')
    expect(registry.log.requests).toHaveLength(1)
    await client.close()
  })
})

test('a token service that breaks off is asked as often as a registry, not as often for each time', async () => {
  const { origin } = registry
  const challenge = { 'www-authenticate': `Bearer realm="${origin}/token",service="test"` }
  registry.always('GET', /^\/token/, reset)
  registry.always('HEAD', /manifests/, answer(401, challenge))
  const client = openRegistries()
  const app = await client.open(placeAt(registry, 'app'), 'source')
  await expect(app.head('v1')).rejects.toMatchObject({ code: 'registry-unreachable' })
  expect(registry.log.count('GET', /^\/token/)).toBe(8)
  expect(registry.log.count('HEAD')).toBe(1)
  await client.close()
})

describe('an image', () => {
  test.each([
    ['its tag', ':v1', 'v1'],
    ['its digest', `@${digest}`, digest],
    ['its digest, where it has both', `:v1@${digest}`, digest],
    ['latest, where it has none', '', 'latest'],
  ])('is asked for by %s', async (_, name, key) => {
    const client = openRegistries()
    const located = await client.locate(parseAddress(`${registry.host}/app${name}`))
    expect(located).toMatchObject({ key, repository: { name: `${registry.host}/app` } })
    expect(registry.log.requests).toEqual([])
    await client.close()
  })

  test('is found in a directory that the same run has written', async () => {
    await inTemporaryDirectory(async (path) => {
      const client = openRegistries()
      const directory = `${path}/mirror`
      await putImage(await client.open({ kind: 'layout', directory, repository: 'app' }, 'mirror'), image, 'v1')
      const { repository, key } = await client.locate(parseAddress(`oci:${directory}:app:v1`))
      expect(await repository.head(key)).toMatchObject({ digest })
      await client.close()
    })
  })
})

describe.each([
  ['is told to end', new Failure('cancelled', {})],
  ['has come to its deadline', new Failure('deadline-reached', { milliseconds: 1000 })],
])('a run that %s', (_, reason) => {
  test('reads no more of a directory', async () => {
    const blob = makeBlob('large', 2_000_000)
    await registry.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    const run = new AbortController()
    const client = openRegistries({ signal: run.signal })
    const source = await client.open({ kind: 'layout', directory: registry.directory, repository: 'app' }, 'source')
    const reading = source.blob(blob.descriptor)[Symbol.asyncIterator]()
    expect(await reading.next()).toMatchObject({ done: false })
    run.abort(reason)
    await expect(reading.next()).rejects.toBe(reason)
    await client.close()
  })

  test('does not wait for the lock of a directory', async () => {
    await putImage(registry.store.repository('app'), image, 'v1')
    const held = join(registry.directory, 'index.json.lock')
    await writeFile(held, JSON.stringify({ host: 'elsewhere', pid: 1 }))
    const run = new AbortController()
    const client = openRegistries({ signal: run.signal, clock: manualClock() })
    const target = await client.open({ kind: 'layout', directory: registry.directory, repository: 'app' }, 'mirror')
    const putting = target.putManifest(image.root, 'v2')
    run.abort(reason)
    await expect(putting).rejects.toBe(reason)
    await client.close()
  })
})
