import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openSpool } from '../../src/app/spool.ts'
import { copy } from '../../src/commands/copy.ts'
import { digestOf } from '../../src/oci/digest.ts'
import type { Manifest } from '../../src/oci/manifest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { parseMirror } from '../../src/policy/mirror.ts'
import { copyPorts } from '../support/copy-ports.ts'
import type { Fault } from '../support/faulty-registry/call.ts'
import { answer, corruptAt, endAfter } from '../support/faulty-registry/faults.ts'
import { makeImage, manifestOf, putImage } from '../support/images.ts'
import { realPorts } from '../support/layouts.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temp.ts'

const image = makeImage({ layerSize: 100_000 })
const [child = image.root] = image.manifests
const [, layer = image.root.descriptor] = child.blobs
const HOST = 'evil.example'
/** Bytes: whatever has no end is left long before. Sockets take some more than is read. */
const MOST_READ = 64 * 1024 * 1024

let evil: ScriptedRegistry
let good: ScriptedRegistry
let mirrors: readonly ScriptedRegistry[]
let client: TestClient
let room: TemporaryDirectory

beforeEach(async () => {
  ;[evil, good] = await Promise.all([startScriptedRegistry(), startScriptedRegistry()])
  mirrors = await Promise.all([startScriptedRegistry(), startScriptedRegistry()])
  client = openRegistries({ endpoints: { [HOST]: evil.host, 'good.example': good.host } })
  room = await temporaryDirectory()
  await putImage(evil.store.repository('app'), image, 'v1')
  await putImage(good.store.repository('app'), makeImage({ seed: 'good' }), 'v1')
})
afterEach(async () => {
  await client.close()
  await Promise.all([evil, good, ...mirrors].map((registry) => registry.close()))
  await room.remove()
})

const openRoom = () => openSpool({ RUNNER_TEMP: room.path }, realPorts)

/** Copies a bad image and a good one to two mirrors, in one run. */
async function copyAll(bad = `${HOST}/app:v1`): Promise<Outcome[]> {
  const to = mirrors.map(({ host }) => parseMirror(`${host}/m`))
  return copy({ images: [bad, 'good.example/app:v1'], to }, copyPorts(client, openRoom))
}

/** What each mirror has under the tag of an image. */
function tagged(host: string): Promise<unknown[]> {
  return Promise.all(mirrors.map(({ store }) => store.repository(`m/${host}/app`).head('v1')))
}

/** Serves a manifest that no honest registry would take, under the tag and its digest. */
function serve({ bytes, descriptor: { digest, mediaType } }: Pick<Manifest, 'bytes' | 'descriptor'>, type = mediaType) {
  const headers = { 'content-type': type, 'docker-content-digest': digest }
  evil.always('*', new RegExp(`/manifests/(v1|${digest})$`), answer(200, headers, Buffer.from(bytes).toString()))
}

/** Some JSON that calls itself a manifest. */
function claimed(document: object, mediaType: string): Pick<Manifest, 'bytes' | 'descriptor'> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }))
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength } }
}

const indexOf = (...manifests: object[]) => manifestOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })

/** As many indexes around an image; the tag leads to the outermost. */
function serveNested(levels: number): void {
  const indexes = [image.root]
  for (let level = 0; level < levels; level += 1) indexes.unshift(indexOf(indexes[0]?.descriptor ?? {}))
  for (const index of indexes) serve(index)
}

/** A body that nobody reads to its end. */
const endless =
  (status: number, headers = {}): Fault =>
  () => ({ status, headers: { 'content-type': OCI_INDEX, ...headers }, body: zeros() })

async function* zeros(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(65_536, ' ')
}

const never = digestOf(Buffer.from('never'))
const tenThousand = indexOf(
  ...Array.from({ length: 10_000 }, (_, at) => ({ ...child.descriptor, digest: digestOf(Buffer.from(String(at))) })),
)
const BLOBS = new RegExp(`/blobs/${layer.digest}`)

/** What is wrong, how it is done, the failure, and the digest that its message names. */
const CASES: [string, () => void, string, string?][] = [
  [
    'MH-85 an index that pretends to hold itself',
    () => {
      const index = indexOf({ ...child.descriptor, digest: never })
      evil.always(
        'GET',
        new RegExp(never),
        answer(200, { 'content-type': OCI_INDEX }, Buffer.from(index.bytes).toString()),
      )
      serve(index)
    },
    'digest-mismatch',
    never,
  ],
  ['ten thousand children', () => serve(tenThousand), 'image-too-complex', tenThousand.descriptor.digest],
  ['indexes in indexes in indexes', () => serveNested(6), 'manifest-too-deep', 'sha256:'],
  [
    'MH-81 a manifest that is served as another type than it says',
    () => serve(image.root, DOCKER_LIST),
    'manifest-invalid',
  ],
  [
    'a child that is served as another type than it says',
    () => serveAs(child, DOCKER_MANIFEST),
    'manifest-invalid',
    child.descriptor.digest,
  ],
  [
    'an index that is an image as well',
    () => serve(claimed({ manifests: [], layers: [] }, OCI_INDEX)),
    'manifest-invalid',
  ],
  [
    'a child that is larger than its index says',
    () => serve(indexOf({ ...child.descriptor, size: 7 })),
    'size-mismatch',
    child.descriptor.digest,
  ],
  [
    'a layer that is larger than its manifest says',
    () => serve(imageWith({ ...layer, size: 7 })),
    'size-mismatch',
    layer.digest,
  ],
  [
    'a layer that is smaller than its manifest says',
    () => serve(imageWith({ ...layer, size: layer.size + 7 })),
    'size-mismatch',
    layer.digest,
  ],
  ['a layer that ends early', () => evil.always('GET', BLOBS, endAfter(1000)), 'size-mismatch', layer.digest],
  ['MH-30 a layer of other bytes', () => evil.always('GET', BLOBS, corruptAt(50_000)), 'digest-mismatch', layer.digest],
  ['MH-32 a layer without end', () => evil.always('GET', BLOBS, endless(200)), 'size-mismatch', layer.digest],
  [
    'MH-90 a layer whose digest is a path',
    () => serve(claimed({ config: child.blobs[0], layers: [{ ...layer, digest: 'sha256:../../app' }] }, OCI_MANIFEST)),
    'manifest-invalid',
  ],
  [
    'MH-90 a child whose digest is a path',
    () => serve(claimed({ manifests: [{ ...child.descriptor, digest: '../../../v2/other' }] }, OCI_INDEX)),
    'manifest-invalid',
  ],
  ['manifests that are large together', () => serve(indexOf(...sizes(5, 8_000_000))), 'manifest-too-large', 'sha256:'],
  ['MH-84 a manifest without end', () => evil.always('GET', /manifests/, endless(200)), 'manifest-too-large'],
  ['a refusal without end', () => evil.always('*', /manifests/, endless(403)), 'pull-denied'],
  ['an error of a layer without end', () => evil.always('GET', BLOBS, endless(400)), 'registry-error'],
]

/** A child of that digest is served as another type. */
function serveAs({ bytes, descriptor }: Manifest, type: string): void {
  const served = answer(200, { 'content-type': type }, Buffer.from(bytes).toString())
  evil.always('GET', new RegExp(`/manifests/${descriptor.digest}`), served)
}

function imageWith(changed: object): Manifest {
  const [config, , ...layers] = child.blobs
  return manifestOf({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [changed, ...layers] })
}

function sizes(count: number, size: number): object[] {
  return Array.from({ length: count }, (_, at) => ({
    ...child.descriptor,
    digest: digestOf(Buffer.from(String(at))),
    size,
  }))
}

describe('an image of a hostile source holds up no other, and leaves nothing behind:', () => {
  test.each(CASES)('%s', async (_, spoil, code, named = HOST) => {
    spoil()
    await expectRefused(await copyAll(), code, [HOST, named])
  })

  test('a token without end', async () => {
    const realm = `Bearer realm="${evil.origin}/token",service="evil"`
    evil.always('*', /^\/v2\//, answer(401, { 'www-authenticate': realm }))
    evil.always('GET', /^\/token/, endless(200))
    await expectRefused(await copyAll(), 'registry-error', [evil.host])
  })

  test.each([
    '../app:v1',
    `${HOST}/../app:v1`,
    `${HOST}/a/../../app:v1`,
    `${HOST}/app@sha256:../../app`,
    `${HOST}/%2e%2e/app`,
  ])('MH-90 the name %s', async (name) => {
    await expectRefused(await copyAll(name), 'reference-invalid', [])
    expect(evil.log.requests).toEqual([])
  })
})

async function expectRefused(outcomes: readonly Outcome[], code: string, words: readonly string[]): Promise<void> {
  for (const outcome of outcomes.slice(0, -2)) {
    expect(outcome).toMatchObject({ status: 'failed', failure: { code } })
    for (const word of words) expect(outcome).toMatchObject({ failure: { message: expect.stringContaining(word) } })
  }
  expect(outcomes.slice(-2)).toMatchObject([{ status: 'copied' }, { status: 'copied' }])
  expect(await tagged(HOST)).toEqual([undefined, undefined])
  expect(await tagged('good.example')).toEqual([expect.anything(), expect.anything()])
  expect(evil.log.requests.reduce((sum, { sent }) => sum + sent, 0)).toBeLessThan(MOST_READ)
  expect(await readdir(room.path)).toEqual([])
  for (const { directory } of mirrors) await isEmptied(join(directory, '.ingest'))
}

/** A registry throws away what broke off by itself, a moment after its client is done. */
async function isEmptied(directory: string): Promise<void> {
  while ((await readdir(directory)).length > 0) await new Promise(setImmediate)
}
