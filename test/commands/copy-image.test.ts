import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { copyPorts } from '../support/copy-ports.ts'
import { copyImage, type CopyImageOptions, type CopyTask } from '../../src/commands/copy-image.ts'
import { isLayoutText, parseAddress } from '../../src/oci/place.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { refuse, reset } from '../support/faulty-registry/faults.ts'
import { makeImage, putImage } from '../support/images.ts'
import { openLayout } from '../support/layouts.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const image = makeImage({ attestations: true })
const next = makeImage({ seed: 'next' })
const { digest } = image.root.descriptor

let source: ScriptedRegistry
let mirror: ScriptedRegistry
let client: TestClient

beforeEach(async () => {
  source = await startScriptedRegistry()
  mirror = await startScriptedRegistry()
  client = openRegistries({ endpoints: { 'docker.io': source.host } })
  await putImage(source.store.repository('library/app'), image, 'v1')
})
afterEach(async () => {
  await client.close()
  await source.close()
  await mirror.close()
})

/** Copies `from` to `to`, both as people write them. */
function copy(from: string, to: string, options: CopyImageOptions & Partial<CopyTask> = {}): Promise<Outcome> {
  const { followsTag = true, ...choices } = options
  const task = { image: from, source: parseAddress(from), target: parseAddress(to), followsTag }
  return copyImage(task, choices, copyPorts(client))
}

const addressOf = (tag: string) => `${mirror.host}/m/app${tag}`
const tagAtMirror = async (tag = 'v1') => (await mirror.store.repository('m/app').head(tag))?.digest

describe('one image to one place', () => {
  test('goes by its endpoint and is told by its own name', async () => {
    const outcome = await copy('docker.io/library/app:v1', addressOf(':v1'), { proof: true })
    expect(outcome).toMatchObject({
      status: 'copied',
      image: 'docker.io/library/app:v1',
      address: addressOf(':v1'),
      digest,
      access: 'public',
      verified: 'everything',
    })
  })

  test('is linked within a registry', async () => {
    expect(await copy(`${source.host}/library/app:v1`, `${source.host}/m/app:v1`)).toMatchObject({ status: 'copied' })
    expect(source.log.count('GET', /blobs/)).toBe(0)
  })

  test('MH-14 is not linked from a registry of another name', async () => {
    source.always('HEAD', /m\/app/, refuse(404, 'UNKNOWN'))
    const outcome = await copy('docker.io/library/app:v1', `${source.host}/m/app:v1`)
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'not-verified' } })
    expect(source.log.count('POST')).toBe(image.blobs.size)
    expect(source.log.count('POST', /from=m%2Fapp$/)).toBe(image.blobs.size)
  })

  test('goes to a directory and from there to a registry', async () => {
    await inTemporaryDirectory(async (path) => {
      const layout = `oci:${path}/mirror:docker.io/library/app:v1`
      expect(isLayoutText(layout)).toBe(true)
      expect(await copy('docker.io/library/app:v1', layout, { proof: true })).toMatchObject({
        status: 'copied',
        address: layout,
        access: 'unchecked',
      })
      expect(await copy(layout, addressOf(':v1'))).toMatchObject({ status: 'copied', digest })
      const repository = (await openLayout(`${path}/mirror`)).repository('docker.io/library/app')
      expect(await repository.head('v1')).toMatchObject({ digest })
    })
  })

  test('is planned, and no more', async () => {
    expect(await copy('docker.io/library/app:v1', addressOf(':v1'), { dryRun: true })).toMatchObject({
      status: 'planned',
      digest,
      upToDate: false,
    })
    expect(mirror.log.requests.every(({ method }) => ['GET', 'HEAD'].includes(method))).toBe(true)
  })
})

describe('a tag and a digest', () => {
  const both = `docker.io/library/app:v1@${digest}`

  test('that belong together set the tag', async () => {
    expect(await copy(both, `${addressOf(':v1')}@${digest}`)).toMatchObject({
      status: 'copied',
      address: addressOf(':v1'),
      notes: [],
    })
    expect(await tagAtMirror()).toBe(digest)
  })

  test('of which the tag has moved on leave the tag alone', async () => {
    await putImage(source.store.repository('library/app'), next, 'v1')
    await putImage(mirror.store.repository('m/app'), next, 'v1')
    expect(await copy(both, `${addressOf(':v1')}@${digest}`, { proof: true })).toMatchObject({
      status: 'copied',
      address: addressOf(`@${digest}`),
      digest,
      notes: [{ kind: 'tag-elsewhere', tag: 'v1', digest: next.root.descriptor.digest }],
    })
    expect(await tagAtMirror()).toBe(next.root.descriptor.digest)
    expect(await tagAtMirror(digest)).toBe(digest)
  })

  test('set another tag whatever has moved, where the caller chose it', async () => {
    await putImage(source.store.repository('library/app'), next, 'v1')
    expect(await copy(both, addressOf(':mine'), { followsTag: false })).toMatchObject({
      address: addressOf(':mine'),
      notes: [],
    })
    expect(await tagAtMirror('mine')).toBe(digest)
  })

  test('of which there is only the digest are told by it', async () => {
    expect(await copy(`docker.io/library/app@${digest}`, addressOf(`@${digest}`))).toMatchObject({
      status: 'copied',
      address: addressOf(`@${digest}`),
    })
  })

  test.each([
    ['only the digest', `@${digest}`, false],
    ['a tag that has moved on', `:v1@${digest}`, true],
  ])('with chosen platforms and %s are told by the new digest', async (_, name, hasMoved) => {
    if (hasMoved) await putImage(source.store.repository('library/app'), next, 'v1')
    const outcome = await copy(`docker.io/library/app${name}`, addressOf(name), {
      platforms: [parsePlatform('linux/amd64')],
      proof: true,
    })
    if (outcome.status !== 'copied') throw new Error(JSON.stringify(outcome))
    expect(outcome.digest).not.toBe(digest)
    expect(outcome.address).toBe(addressOf(`@${outcome.digest}`))
    expect(outcome.access).toBe('public')
    expect(await tagAtMirror(outcome.digest)).toBe(outcome.digest)
  })
})

describe('what goes wrong is an outcome', () => {
  test.each<[string, () => void, string]>([
    ['the source is out of reach', () => source.always('*', /^/, reset), 'registry-unreachable'],
    ['the mirror is out of reach', () => mirror.always('*', /^/, reset), 'registry-unreachable'],
    ['the image is not there', () => source.always('*', /manifests/, refuse(404, 'MANIFEST_UNKNOWN')), 'image-unknown'],
    ['nothing may be pushed', () => mirror.always('POST', /^/, refuse(403, 'DENIED')), 'push-denied'],
  ])('where %s', async (_, spoil, code) => {
    spoil()
    expect(await copy('docker.io/library/app:v1', addressOf(':v1'))).toMatchObject({
      status: 'failed',
      image: 'docker.io/library/app:v1',
      address: addressOf(':v1'),
      failure: { code },
    })
    expect(await tagAtMirror()).toBeUndefined()
  })

  test('where a directory has no images', async () => {
    await inTemporaryDirectory(async (path) => {
      expect(await copy(`oci:${path}:app:v1`, addressOf(':v1'))).toMatchObject({
        status: 'failed',
        failure: { code: 'layout-invalid' },
      })
    })
  })

  test('MH-57 of one image among others alone', async () => {
    for (const tag of ['v2', 'v3', 'v4']) await source.store.repository('library/app').putManifest(image.root, tag)
    source.always('HEAD', /manifests\/v2/, refuse(404, 'MANIFEST_UNKNOWN'))
    source.always('GET', /manifests\/v2/, refuse(404, 'MANIFEST_UNKNOWN'))
    const outcomes = await Promise.all(
      ['v1', 'v2', 'v3', 'v4'].map((tag) => copy(`docker.io/library/app:${tag}`, addressOf(`:${tag}`))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['copied', 'failed', 'copied', 'copied'])
    expect(await tagAtMirror('v2')).toBeUndefined()
    expect(await tagAtMirror('v4')).toBe(digest)
  })
})
