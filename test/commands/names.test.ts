import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { copy } from '../../src/commands/copy.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { parseMirror } from '../../src/policy/mirror.ts'
import { copyPorts } from '../support/copy-ports.ts'
import { answer } from '../support/faulty-registry/faults.ts'
import { basicGuard } from '../support/faulty-registry/token-service.ts'
import { makeImage, putImage } from '../support/images.ts'
import {
  credentialsFor,
  openRegistries,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../support/registries.ts'

const HEX = 'a'.repeat(64)
const login = { kind: 'basic', username: 'u', password: 'p' } as const

let hub: ScriptedRegistry
let mirror: ScriptedRegistry
let client: TestClient
let asked: string[]

beforeEach(async () => {
  hub = await startScriptedRegistry()
  mirror = await startScriptedRegistry()
  asked = []
  client = openRegistries({
    endpoints: { 'docker.io': hub.origin, 'evil.example': hub.origin },
    sourceCredentials: (host) => {
      asked.push(host)
      return credentialsFor({ [hub.host]: login })(host)
    },
  })
})
afterEach(async () => {
  await client.close()
  await hub.close()
  await mirror.close()
})

function indexOf(digest: string) {
  return { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest, size: 1 }] }
}

function withLayer(digest: string) {
  const layer = { mediaType: OCI_LAYER, digest: digestOf(Buffer.from('x')), size: 1 }
  const config = { ...layer, mediaType: OCI_CONFIG }
  return { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer, { ...layer, digest }] }
}

function copyAll(...images: string[]): Promise<Outcome[]> {
  return copy({ images, to: [parseMirror(`${mirror.host}/m`)] }, copyPorts(client))
}

test('MH-78 all names of one image of Docker Hub are one image, read with one login', async () => {
  const image = makeImage({ single: true })
  await putImage(hub.store.repository('library/app'), image, 'v1')
  hub.guard(basicGuard('u', 'p'))
  const names = ['app', 'library/app', 'docker.io/app', 'index.docker.io/library/app', 'registry-1.docker.io/app']
  const outcomes = await copyAll(...names.map((name) => `${name}:v1`))
  const address = `${mirror.host}/m/docker.io/library/app:v1`
  expect(outcomes.map((outcome) => ('address' in outcome ? outcome.address : undefined))).toEqual(
    names.map(() => address),
  )
  expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([])
  expect(hub.log.requests.filter(({ path }) => !path.startsWith('/v2/library/app/'))).toEqual([])
  expect(asked).toEqual([hub.host])
})

describe('MH-90 what must not come into a path is refused before any request', () => {
  test.each([
    'evil.example/../app:v1',
    'evil.example/a/../../v2/_catalog:v1',
    'evil.example/app/..:v1',
    'evil.example/app:../v1',
    'evil.example/app@sha256:short',
    `evil.example/app@sha512:${HEX}`,
    `evil.example/app@sha256:../${HEX.slice(3)}`,
    `evil.example/app@md5:${HEX.slice(32)}`,
  ])('as the name of an image: %s', async (name) => {
    expect(await copyAll(name)).toMatchObject([{ status: 'failed', image: name }])
    expect([...hub.log.lines(), ...mirror.log.lines()]).toEqual([])
  })

  test.each([
    ['a child', indexOf(`sha256:../../${HEX.slice(6)}`)],
    ['a child, with an unknown algorithm', indexOf(`md5:${HEX.slice(32)}`)],
    ['a layer', withLayer('../../../../etc/passwd')],
    ['a layer, in capitals', withLayer(`sha256:${HEX.toUpperCase()}`)],
  ])('as the digest of %s', async (_, document) => {
    const headers = { 'content-type': document.mediaType }
    hub.always('*', /manifests/, answer(200, headers, JSON.stringify(document)))
    const outcomes = await copyAll('evil.example/app:v1')
    expect(outcomes).toMatchObject([{ status: 'failed', failure: { code: 'manifest-invalid' } }])
    expect(hub.log.requests.filter(({ path }) => path !== '/v2/app/manifests/v1')).toEqual([])
    expect(mirror.log.requests.filter(({ method }) => method !== 'HEAD')).toEqual([])
  })
})
