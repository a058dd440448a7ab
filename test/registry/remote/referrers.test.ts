import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Descriptor } from '../../../src/oci/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/media-types.ts'
import { referrersTag } from '../../../src/oci/referrers.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import { plainAnswer, type Fault } from '../../support/faulty-registry/call.ts'
import { answer, redirectTo, refuse, reset } from '../../support/faulty-registry/faults.ts'
import { listOf, makeImage, putImage } from '../../support/images.ts'
import { forgetReferrersApi, listOfReferrers, makeReferrer, SBOM } from '../../support/referrers.ts'
import {
  openMirror,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const image = makeImage({ single: true })
const subject = image.root.descriptor.digest
const tag = referrersTag(subject)
const one = makeReferrer(image.root.descriptor, { seed: 'one' })
const other = makeReferrer(image.root.descriptor, { seed: 'other' })
const API = /\/referrers\//
const TAG = new RegExp(`manifests/${tag}$`)

let registry: ScriptedRegistry
let client: TestClient
let app: Repository

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries()
  app = await openSource(client, registry)
  await putImage(registry.store.repository('app'), image, 'v1')
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const behind = (): Repository => registry.store.repository('app')
const digestsOf = (referrers: readonly Descriptor[]): string[] => referrers.map(({ digest }) => digest)
const found = async (repository = app): Promise<string[]> => digestsOf(await listOf(repository.referrers(subject)))
const lines = (): string[] => registry.log.requests.map(({ method, path }) => `${method} ${path.split('/')[3]}`)
const page = (referrers: readonly (typeof one)[], link?: string): Fault => {
  const text = Buffer.from(listOfReferrers(referrers).bytes).toString()
  return () => plainAnswer(200, { 'content-type': OCI_INDEX, ...(link !== undefined && { link }) }, text)
}

const manifestInstead: Fault = () =>
  plainAnswer(200, { 'content-type': OCI_MANIFEST }, Buffer.from(image.root.bytes).toString())

/** Lists a referrer where only its tag tells of it. */
async function listUnderTag(referrer = one): Promise<void> {
  await putImage(behind(), referrer)
  await behind().putManifest(listOfReferrers([referrer]), tag)
}

describe('what refers to a manifest', () => {
  test('is listed by the registry, with its type and annotations', async () => {
    const signed = makeReferrer(image.root.descriptor, { annotations: { by: 'me' } })
    await putImage(behind(), signed)
    await behind().putReferrers(subject, [signed.root])
    expect(await listOf(app.referrers(subject))).toEqual([
      { ...signed.root.descriptor, artifactType: SBOM, annotations: { by: 'me' } },
    ])
    expect(lines()).toEqual(['GET referrers'])
    expect(registry.log.requests[0]?.headers.accept).toBe(OCI_INDEX)
  })

  test('MH-92 is read to the last page', async () => {
    registry.on('GET', API, page([one], '<?page=2>; rel="next"'), page([other]))
    expect(await found()).toEqual([one.root.descriptor.digest, other.root.descriptor.digest])
  })

  test('MH-92 ends at a repeated link, and at an empty page', async () => {
    registry.always('GET', API, page([one], '<>; rel="next"'))
    expect(await found()).toEqual([one.root.descriptor.digest])
    registry.heal()
    registry.on('GET', API, page([one], '<?page=2>; rel="next"'), page([], '<?page=3>; rel="next"'))
    expect(await found()).toHaveLength(1)
    expect(registry.log.requests).toHaveLength(2)
  })

  test('MH-91 is not read from another host', async () => {
    registry.always('GET', API, page([one], '<http://127.0.0.1:9/>; rel="next"'))
    await expect(found()).rejects.toMatchObject({ code: 'registry-untrusted', facts: { reason: 'foreign-link' } })
  })

  test('has an end', async () => {
    let pages = 0
    registry.always('GET', API, (call) => {
      pages += 1
      return page([one], `<?page=${pages}>; rel="next"`)(call)
    })
    await expect(found()).rejects.toMatchObject({ code: 'registry-error' })
    expect(pages).toBe(1_000)
  })

  test('is not read where a page is too large', async () => {
    registry.always('GET', API, answer(200, { 'content-type': OCI_INDEX }, ' '.repeat(8 * 1024 * 1024 + 1)))
    await expect(found()).rejects.toMatchObject({ code: 'manifest-too-large' })
  })

  test('is not half of it, where a later page fails', async () => {
    const link = '<?page=2>; rel="next"'
    registry.on('GET', API, page([one], link), refuse(404, 'UNKNOWN'), page([one], link), answer(200, {}, 'nonsense'))
    await expect(found()).rejects.toMatchObject({ code: 'registry-error' })
    await expect(found()).rejects.toMatchObject({ code: 'manifest-invalid' })
    registry.on('GET', API, page([one], link), manifestInstead)
    await expect(found()).rejects.toMatchObject({ code: 'manifest-invalid', facts: { reason: 'not-a-list' } })
  })

  test.each([408, 425, 429, 500, 503])('is not known where the registry answers %i', async (status) => {
    await listUnderTag()
    registry.always('GET', API, answer(status))
    await expect(found()).rejects.toBeDefined()
  })
})

describe('a registry without the API', () => {
  test.each<[string, Fault]>([
    ['that says 404', refuse(404, 'UNSUPPORTED')],
    ['that says 405', answer(405)],
    ['that says 400', refuse(400, 'UNSUPPORTED')],
    ['that says 501', answer(501)],
    ['that answers with a page', answer(200, { 'content-type': 'text/html' }, '<html>')],
    ['that answers with JSON', answer(200, { 'content-type': 'application/json' }, '{"errors":[]}')],
    ['that answers with a manifest', manifestInstead],
    ['that leads to another host', redirectTo('https://web.example/referrers', 303)],
    ['that leads to no address', answer(303, { location: 'http://[' })],
  ])('%s lists under a tag', async (_, fault) => {
    await listUnderTag()
    registry.always('GET', API, fault)
    expect(await found()).toEqual([one.root.descriptor.digest])
    expect(lines()).toEqual(['GET referrers', 'GET manifests'])
  })

  test('is not asked again in the same run, in any of its repositories', async () => {
    registry.always('GET', API, refuse(404, 'UNSUPPORTED'))
    await found()
    await found(await openSource(client, registry, 'other'))
    expect(registry.log.count('GET', API)).toBe(1)
  })

  test('is asked again where only one repository was closed', async () => {
    registry.always('GET', /app\/referrers/, refuse(403, 'DENIED'))
    await found()
    await found()
    await found(await openSource(client, registry, 'other'))
    expect(registry.log.count('GET', API)).toBe(2)
  })

  test('is asked for a tag that may be there, and for no other', async () => {
    await listUnderTag()
    registry.always('GET', API, refuse(404, 'UNSUPPORTED'))
    const asked: string[] = []
    const absent = (name: string) => Promise.resolve(asked.push(name) === 0)
    expect(await listOf(app.referrers(subject, absent))).toEqual([])
    expect(asked).toEqual([tag])
    expect(lines()).toEqual(['GET referrers'])
    expect(await listOf(app.referrers(subject, () => Promise.resolve(true)))).toHaveLength(1)
  })

  test('MH-92 that answers with an empty list has its tag looked at', async () => {
    await listUnderTag()
    registry.always('GET', API, page([]))
    expect(await found()).toEqual([one.root.descriptor.digest])
  })

  test.each<[string, Fault]>([
    ['the manifest itself', (call) => call.forward({ path: `/v2/app/manifests/${subject}` })],
    ['no manifest', answer(200, {}, 'nonsense')],
    ['a manifest of old', answer(200, {}, '{"schemaVersion":1}')],
    ['nothing', refuse(404, 'MANIFEST_UNKNOWN')],
  ])('MH-92 has no referrers where the tag leads to %s', async (_, fault) => {
    registry.always('GET', API, refuse(404, 'UNSUPPORTED'))
    registry.always('GET', TAG, fault)
    expect(await found()).toEqual([])
  })

  test('MH-92 has no referrers where the tag of an index leads to that index', async () => {
    const index = makeImage()
    const { digest } = index.root.descriptor
    await putImage(behind(), index, referrersTag(digest))
    registry.always('GET', API, refuse(404, 'UNSUPPORTED'))
    expect(await listOf(app.referrers(digest))).toEqual([])
  })

  test('is not said to have none where the tag cannot be read', async () => {
    registry.always('GET', API, refuse(404, 'UNSUPPORTED'))
    registry.always('GET', TAG, reset)
    await expect(found()).rejects.toMatchObject({ code: 'registry-unreachable' })
  })
})

describe('referrers that are put', () => {
  let mirror: Repository

  beforeEach(async () => {
    mirror = await openMirror(client, registry)
    for (const referrer of [one, other]) await putImage(behind(), { ...referrer, manifests: [] })
  })

  test('are listed by a registry that says so, which costs nothing more', async () => {
    await mirror.putReferrers(subject, [one.root, other.root])
    expect(lines()).toEqual(['PUT manifests', 'PUT manifests'])
    expect(await found()).toHaveLength(2)
  })

  test('are listed under the tag where it does not, all in one', async () => {
    forgetReferrersApi(registry)
    await mirror.putReferrers(subject, [one.root, other.root])
    expect(lines()).toEqual(['PUT manifests', 'PUT manifests', 'GET manifests', 'PUT manifests'])
    expect((await behind().manifest(tag)).children).toEqual([
      { ...one.root.descriptor, artifactType: SBOM },
      { ...other.root.descriptor, artifactType: SBOM },
    ])
  })

  test('are added to what is listed there', async () => {
    forgetReferrersApi(registry)
    await listUnderTag(other)
    await mirror.putReferrers(subject, [one.root])
    expect(await found()).toEqual([other.root.descriptor.digest, one.root.descriptor.digest])
    registry.log.clear()
    await mirror.putReferrers(subject, [one.root])
    expect(lines()).toEqual(['PUT manifests', 'GET manifests'])
  })

  test('take the place of what is no list', async () => {
    forgetReferrersApi(registry)
    await behind().putManifest(image.root, tag)
    await mirror.putReferrers(subject, [one.root])
    expect(await found()).toEqual([one.root.descriptor.digest])
  })

  test('do not undo each other when they are put at the same time', async () => {
    forgetReferrersApi(registry)
    const again = await openMirror(client, registry)
    await Promise.all([mirror.putReferrers(subject, [one.root]), again.putReferrers(subject, [other.root])])
    expect((await found()).toSorted()).toEqual([one, other].map(({ root }) => root.descriptor.digest).toSorted())
  })

  test('are not listed where the list would be too long', async () => {
    forgetReferrersApi(registry)
    await behind().putManifest(listOfReferrers([], { annotations: { x: 'x'.repeat(4 * 1024 * 1024) } }), tag)
    await expect(mirror.putReferrers(subject, [one.root])).rejects.toMatchObject({
      code: 'manifest-too-large',
      facts: { image: `${registry.host}/app:${tag}` },
    })
  })

  test('are refused as manifests are', async () => {
    registry.always('PUT', /manifests/, refuse(403, 'DENIED'))
    await expect(mirror.putReferrers(subject, [one.root])).rejects.toMatchObject({ code: 'push-denied' })
  })
})

const tagPage = (number: number): Fault =>
  answer(200, { link: `<?page=${number + 1}>; rel="next"` }, JSON.stringify({ tags: [`t${number}`] }))

describe('a part of the tags', () => {
  test('is asked for by the tag before it', async () => {
    for (const name of ['a', 'b', 'c']) await behind().putManifest(image.root, name)
    expect(await listOf(app.tags({ after: 'b' }))).toEqual(['c', 'v1'])
    expect(registry.log.requests[0]?.path).toBe('/v2/app/tags/list?n=1000&last=b')
  })

  test('is not taken for all where there are more pages than are wanted', async () => {
    registry.on('GET', /tags/, tagPage(1), tagPage(2), tagPage(3))
    const tags: string[] = []
    const read = async () => {
      for await (const name of app.tags({ pages: 2 })) tags.push(name)
    }
    await expect(read()).rejects.toMatchObject({ code: 'registry-error' })
    expect(tags).toEqual(['t1', 't2'])
    expect(registry.log.requests).toHaveLength(2)
  })
})
