import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { copyPorts } from '../support/copy-ports.ts'
import { copyImage, type CopyImageOptions } from '../../src/commands/copy-image.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { registryAddress } from '../../src/oci/place.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import { parseReference } from '../../src/oci/reference.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { addressAt, parseMirror } from '../../src/policy/mirror.ts'
import { outcomeToJson } from '../../src/report/json.ts'
import { outcomeLines } from '../../src/report/terminal.ts'
import { answer } from '../support/faulty-registry/faults.ts'
import { makeImage, putImage, streamOf, type TestBlob } from '../support/images.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'

const IMAGE = 'evil.example/some/app:v1'
const HUGE = 'x'.repeat(1_000_000)
const DEEP = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

let source: ScriptedRegistry
let mirror: ScriptedRegistry
let client: TestClient

beforeEach(async () => {
  source = await startScriptedRegistry()
  mirror = await startScriptedRegistry()
  client = openRegistries({ endpoints: { 'evil.example': source.host } })
})
afterEach(async () => {
  await client.close()
  await source.close()
  await mirror.close()
})

/** Copies an image as a request does. */
function request(image = IMAGE, options: CopyImageOptions = {}): Promise<Outcome> {
  const reference = parseReference(image)
  const target = addressAt(parseMirror(`${mirror.host}/acme`), reference)
  const task = { image, source: registryAddress(reference), target, followsTag: true }
  return copyImage(task, { proof: true, keepPlatforms: true, ...options }, copyPorts(client))
}

/** Entries of an index, each of another manifest that nobody has. */
function entries(count: number, size = 400) {
  const digests = Array.from({ length: count }, (_, at) => digestOf(Buffer.from(String(at))))
  return digests.map((digest) => ({ mediaType: OCI_MANIFEST, digest, size }))
}

/** The text of an index. */
function indexOf(manifests: readonly unknown[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })
}

/** What the source says when it is asked for any manifest. */
function serve(text: string, contentType: string): void {
  const headers = { 'content-type': contentType, 'docker-content-digest': digestOf(Buffer.from(text)) }
  source.always('*', /\/manifests\//, answer(200, headers, text))
}

const tagAtMirror = async () => (await mirror.store.repository('acme/evil.example/some/app').head('v1'))?.digest
const writes = () => mirror.log.requests.filter(({ method }) => method !== 'HEAD' && method !== 'GET')

describe('a source that is made to flood logs, outputs and comments', () => {
  test.each<[string, string, string, CopyImageOptions]>([
    ['a media type', JSON.stringify({ schemaVersion: 2, mediaType: HUGE }), '', {}],
    ['a media type of schema 1', JSON.stringify({ schemaVersion: 1, mediaType: HUGE }), '', {}],
    ['two media types', JSON.stringify({ schemaVersion: 2, mediaType: HUGE, manifests: [] }), OCI_INDEX, {}],
    [
      'many platforms, of which none is wanted',
      indexOf(entries(4000).map((entry, at) => ({ ...entry, platform: { os: 'linux', architecture: `a${at}` } }))),
      OCI_INDEX,
      { platforms: [parsePlatform('linux/amd64')] },
    ],
  ])('with %s gets an excerpt', async (_, text, contentType, options) => {
    serve(text, contentType)
    const outcome = await request(IMAGE, options)
    expect(outcome.status).toBe('failed')
    expect(outcomeLines(outcome, { language: 'en', color: false }).join('\n').length).toBeLessThan(1000)
    expect(JSON.stringify(outcomeToJson(outcome)).length).toBeLessThan(1000)
  })

  test('with the name of a platform is copied, and the name left out', async () => {
    const config = blob(JSON.stringify({ os: HUGE, architecture: 'amd64' }))
    const repository = source.store.repository('some/app')
    await repository.putBlob(config.descriptor, () => streamOf(config.bytes))
    serve(
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: config.descriptor, layers: [] }),
      OCI_MANIFEST,
    )
    const outcome = await request()
    expect(outcome).toMatchObject({ status: 'copied', facts: { platforms: [] } })
    expect(JSON.stringify(outcomeToJson(outcome)).length).toBeLessThan(1000)
  })
})

describe('a source that is made to exhaust the runner', () => {
  test('by JSON that is nested too deep to be written again is refused', async () => {
    const [first, second] = makeImage().root.children
    const text = `{"schemaVersion":2,"mediaType":"${OCI_INDEX}","x":${DEEP},"manifests":${JSON.stringify([first, second])}}`
    serve(text, OCI_INDEX)
    expect(await request(IMAGE, { platforms: [parsePlatform('linux/amd64')] })).toMatchObject({
      status: 'failed',
      failure: { code: 'manifest-invalid', facts: { reason: 'nesting' } },
    })
    expect(writes()).toEqual([])
  })

  test('by manifests that are large together is refused before one of them is read', async () => {
    const manifests = entries(5, 8 * 1024 * 1024)
    serve(indexOf(manifests), OCI_INDEX)
    expect(await request()).toMatchObject({ status: 'failed', failure: { code: 'manifest-too-large' } })
    for (const { digest } of manifests) expect(source.log.count('*', new RegExp(digest))).toBe(0)
    expect(writes()).toEqual([])
  })
})

describe('a requester who names a tag and a digest', () => {
  const [old, current] = [makeImage({ seed: 'old' }), makeImage({ seed: 'current' })]
  const wanted = `evil.example/some/app:v1@${old.root.descriptor.digest}`

  beforeEach(() => putImage(source.store.repository('some/app'), old, 'v0'))

  test('does not make a tag that the source does not have', async () => {
    expect(await request(wanted)).toMatchObject({
      status: 'copied',
      address: `${mirror.host}/acme/evil.example/some/app@${old.root.descriptor.digest}`,
      notes: [{ kind: 'tag-elsewhere', tag: 'v1' }],
    })
    expect(await tagAtMirror()).toBeUndefined()
  })

  test('does not turn a tag back that the source has no more', async () => {
    await putImage(mirror.store.repository('acme/evil.example/some/app'), current, 'v1')
    await request(wanted)
    expect(await tagAtMirror()).toBe(current.root.descriptor.digest)
  })

  test('gets the tag of a source that answers no HEAD for it', async () => {
    await putImage(source.store.repository('some/app'), old, 'v1')
    source.always('HEAD', /\/manifests\/v1/, answer(404))
    expect(await request(wanted)).toMatchObject({ status: 'copied', notes: [] })
    expect(await tagAtMirror()).toBe(old.root.descriptor.digest)
  })
})

test('a platform that an image lacks is not called ready because the image is there', async () => {
  await putImage(source.store.repository('some/app'), makeImage(), 'v1')
  expect(await request()).toMatchObject({ status: 'copied' })
  const [there, missing] = await Promise.all(
    ['linux/arm64', 'linux/s390x'].map((name) => request(IMAGE, { platforms: [parsePlatform(name)] })),
  )
  expect(there).toMatchObject({ status: 'unchanged' })
  expect(missing).toMatchObject({ status: 'failed', failure: { code: 'platform-missing' } })
})

function blob(text: string): TestBlob {
  const bytes = Buffer.from(text)
  return { bytes, descriptor: { mediaType: OCI_CONFIG, digest: digestOf(bytes), size: bytes.byteLength } }
}
