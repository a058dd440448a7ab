import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ATTACHMENT_LIMITS } from '../../src/mirror/attachments.ts'
import { createHoldings } from '../../src/mirror/holdings.ts'
import { hexOf, type Digest } from '../../src/oci/digest.ts'
import { DOCKER_MANIFEST, OCI_INDEX } from '../../src/oci/media-types.ts'
import { cosignTags, referrersTag } from '../../src/oci/referrers.ts'
import type { Repository } from '../../src/registry/repository.ts'
import { plainAnswer, type Fault } from '../support/faulty-registry/call.ts'
import { answer, corruptAt, refuse, withHeaders } from '../support/faulty-registry/faults.ts'
import { takeSparse } from '../support/faulty-registry/manifests.ts'
import { listOf, makeImage, putImage, type TestImage } from '../support/images.ts'
import { forgetReferrersApi, listOfReferrers, makeReferrer, strayDigest } from '../support/referrers.ts'
import { openRegistries } from '../support/registries.ts'
import { expectWhole, startWorld, type CopyChoices, type World } from './world.ts'

const image = makeImage()
const root = image.root.descriptor
const child = image.manifests[0]?.descriptor ?? root
const signature = makeReferrer(root, { seed: 'signature', artifactType: 'a/signature', annotations: { by: 'me' } })
const sbom = makeReferrer(child, { seed: 'sbom' })
const signedSbom = makeReferrer(sbom.root.descriptor, { seed: 'signed sbom' })
const [SIG = '', ATT = ''] = cosignTags(root.digest)
const API = /\/referrers\//
const TAGS = /\/tags\/list/

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(image)
})
afterEach(() => world.close())

/** Attaches something where it stands: the registry lists it by its API, and under the tag. */
async function attach(at: Repository, ...referrers: readonly TestImage[]): Promise<void> {
  for (const referrer of referrers) {
    await putImage(at, { ...referrer, manifests: [] })
    await at.putReferrers(referrer.root.subject?.digest ?? root.digest, [referrer.root])
  }
}

const attachedTo = async (at: Repository, subject: Digest = root.digest): Promise<string[]> =>
  (await listOf(at.referrers(subject))).map(({ digest }) => digest)
const digestsOf = (...images: readonly TestImage[]): string[] => images.map((one) => one.root.descriptor.digest)
const notesOf = async (choices?: CopyChoices) => (await world.copy(choices)).notes
const came = (count: number) => [{ kind: 'referrers', count }]
const stayed = (count: number, code: string) => [{ kind: 'referrers-failed', count, code }]
const blobOf = (one: TestImage): RegExp => new RegExp(`blobs/${[...one.blobs.keys()][1]}`)
const page = (body: object | string): Fault => {
  return () => plainAnswer(200, { 'content-type': OCI_INDEX }, typeof body === 'string' ? body : JSON.stringify(body))
}

/** Says that a manifest has these referrers, whatever they are. */
function pretend(subject: Digest, referrers: readonly object[]): void {
  const list = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: referrers }
  world.source.always('GET', new RegExp(`/referrers/${subject}`), page(list))
}

describe.each([
  ['with the API', 'with the API', true, true],
  ['with the API', 'without it', true, false],
  ['without the API', 'with it', false, true],
  ['without the API', 'without it', false, false],
] as const)('from a source %s to a mirror %s', (_, __, fromApi, toApi) => {
  beforeEach(() => {
    if (!fromApi) forgetReferrersApi(world.source)
    if (!toApi) forgetReferrersApi(world.mirror)
  })

  test('all that is attached to an image comes along, and what is attached to that', async () => {
    await attach(world.atSource, signature, sbom, signedSbom)
    expect(await notesOf()).toEqual(came(3))
    expect(await attachedTo(world.atMirror)).toEqual(digestsOf(signature))
    expect(await attachedTo(world.atMirror, child.digest)).toEqual(digestsOf(sbom))
    expect(await attachedTo(world.atMirror, sbom.root.descriptor.digest)).toEqual(digestsOf(signedSbom))
    for (const one of [signature, sbom, signedSbom]) await expectWhole(world.atMirror, one)
    expect(world.mirror.log.count('PUT', /manifests\/sha256-/)).toBe(toApi ? 0 : 3)
  })

  test('what the list says of it stays', async () => {
    await attach(world.atSource, signature)
    await world.copy()
    expect(await listOf(world.atMirror.referrers(root.digest))).toEqual([
      { ...signature.root.descriptor, artifactType: 'a/signature', annotations: { by: 'me' } },
    ])
  })

  test('what is only at the mirror stays there', async () => {
    const own = makeReferrer(root, { seed: 'own' })
    await attach(world.atSource, signature)
    await attach(world.atMirror, own)
    expect(await notesOf()).toEqual(came(1))
    expect(await attachedTo(world.atMirror)).toEqual(digestsOf(own, signature))
  })

  test('the tag is put last', async () => {
    await attach(world.atSource, signature, sbom)
    await world.copy()
    const puts = world.mirror.log.find('PUT').map(({ path }) => path)
    expect(puts.at(-1)).toMatch(/manifests\/v1$/)
    expect(puts.findLast((path) => path.includes('/manifests/sha256:'))).not.toContain(child.digest)
  })

  test("cosign's tags come along under the same tags", async () => {
    const signed = makeReferrer(undefined, { seed: 'cosign' })
    const attested = makeReferrer(undefined, { seed: 'attested' })
    await putImage(world.atSource, signed, SIG)
    await putImage(world.atSource, attested, cosignTags(child.digest)[1])
    expect(await notesOf()).toEqual(came(2))
    expect((await world.atMirror.head(SIG))?.digest).toBe(signed.root.descriptor.digest)
    for (const one of [signed, attested]) await expectWhole(world.atMirror, one)
  })
})

/** What a copy asks of the source because of what may be attached. */
async function more(): Promise<string[]> {
  await world.copy({ referrers: 'none', tag: 'plain' })
  const plain = world.source.log.lines()
  world.source.log.clear()
  await rm(join(world.mirror.directory, 'blobs'), { recursive: true })
  await world.copy()
  return world.source.log.lines().filter((line) => !plain.includes(line))
}

describe('of requests', () => {
  test('a source without the API takes two, where nothing is attached', async () => {
    forgetReferrersApi(world.source)
    expect(await more()).toEqual([`GET /v2/app/referrers/${root.digest}`, 'GET /v2/app/tags/list?n=1000&last=sha256-'])
  })

  test('a mirror takes none, where nothing is attached', async () => {
    forgetReferrersApi(world.source)
    await world.copy({ referrers: 'none' })
    const plain = world.mirror.log.requests.length
    world.mirror.log.clear()
    await rm(join(world.mirror.directory, 'blobs'), { recursive: true })
    await rm(join(world.mirror.directory, 'index.json'))
    await world.copy()
    expect(world.mirror.log.requests).toHaveLength(plain)
  })

  test('a source with the API is asked for each manifest, and for its tags once', async () => {
    const asked = await more()
    expect(asked.filter((line) => API.test(line))).toHaveLength(image.manifests.length)
    expect(asked.filter((line) => TAGS.test(line))).toHaveLength(1)
    expect(asked).toHaveLength(image.manifests.length + 1)
  })

  test.each([403, 404, 405])(
    'a source that refuses to list its tags (%i) has those of the root asked for',
    async (status) => {
      await attach(world.atSource, signature)
      await putImage(world.atSource, makeReferrer(undefined), ATT)
      forgetReferrersApi(world.source)
      world.source.always('GET', TAGS, refuse(status, 'DENIED'))
      expect(await notesOf()).toEqual(came(2))
      const heads = world.source.log.find('HEAD', /manifests\/sha256-/).map(({ path }) => path.split('/').at(-1) ?? '')
      expect([...new Set(heads)].toSorted()).toEqual([referrersTag(root.digest), ...cosignTags(root.digest)].toSorted())
    },
  )

  test('a list of tags without end is left after some pages', async () => {
    let pages = 0
    world.source.always('GET', TAGS, () => {
      pages += 1
      return plainAnswer(200, { link: `<?page=${pages}>; rel="next"` }, JSON.stringify({ tags: [`t${pages}`] }))
    })
    await putImage(world.atSource, makeReferrer(undefined), SIG)
    expect(await notesOf()).toEqual(came(1))
    expect(pages).toBe(ATTACHMENT_LIMITS.tagPages)
  })

  test('what the tags do not name is not asked for by HEAD', async () => {
    await world.copy()
    expect(world.source.log.count('*', /manifests\/sha256-/)).toBe(0)
  })

  test('a tag that is up to date takes two, and a second tag of the same image none for what is attached', async () => {
    await attach(world.atSource, signature)
    await world.copy()
    await attach(world.atSource, makeReferrer(root, { seed: 'late' }))
    world.heal()
    expect(await notesOf()).toEqual([])
    expect(world.requests()).toBe(2)
    expect(await notesOf({ tag: 'v2' })).toEqual([])
    expect(world.source.log.count('*', /referrers|tags/)).toBe(0)
  })

  test('two tags of one image that are copied at once have what is attached copied once', async () => {
    await attach(world.atSource, signature)
    const holdings = createHoldings()
    const outcomes = await Promise.all(['v1', 'v2'].map((tag) => world.copy({ tag, holdings })))
    expect(outcomes.flatMap(({ notes }) => notes)).toEqual(came(1))
    expect(world.mirror.log.count('PUT', new RegExp(signature.root.descriptor.digest))).toBe(1)
  })
})

describe('by choice', () => {
  test('none are looked for', async () => {
    await attach(world.atSource, signature)
    expect(await notesOf({ referrers: 'none' })).toEqual([])
    expect(await attachedTo(world.atMirror)).toEqual([])
    expect(world.source.log.count('GET', /referrers|tags/)).toBe(0)
  })

  test.each([true, false])('they are always looked for, at what is up to date too (API: %s)', async (hasApi) => {
    await world.copy({ referrers: 'none' })
    await attach(world.atSource, signature, sbom)
    await putImage(world.atSource, makeReferrer(undefined), SIG)
    if (!hasApi) [world.source, world.mirror].forEach(forgetReferrersApi)
    const outcome = await world.copy({ referrers: 'always' })
    expect(outcome).toMatchObject({ status: 'unchanged', notes: came(3) })
    expect(await attachedTo(world.atMirror, child.digest)).toEqual(digestsOf(sbom))
    world.mirror.log.clear()
    expect(await notesOf({ referrers: 'always' })).toEqual([])
    expect(world.mirror.log.count('PUT') + world.mirror.log.count('POST')).toBe(0)
  })

  test('a tag of cosign that has moved is moved', async () => {
    const [before, after] = ['before', 'after'].map((seed) => makeReferrer(undefined, { seed }))
    if (before) await putImage(world.atSource, before, SIG)
    await world.copy()
    if (after) await putImage(world.atSource, after, SIG)
    expect(await notesOf({ referrers: 'always' })).toEqual(came(1))
    expect((await world.atMirror.head(SIG))?.digest).toBe(after?.root.descriptor.digest)
  })

  test('a platform that is left out leaves what is attached to it', async () => {
    await attach(world.atSource, signature, sbom, makeReferrer(image.manifests[1]?.descriptor, { seed: 'arm' }))
    expect(await notesOf({ platforms: ['linux/amd64'] })).toEqual([
      expect.objectContaining({ kind: 'platforms-chosen' }),
      ...came(1),
    ])
    expect(await attachedTo(world.atMirror, child.digest)).toEqual(digestsOf(sbom))
    expect(await attachedTo(world.atMirror)).toEqual([])
    expect(await attachedTo(world.atMirror, image.manifests[1]?.descriptor.digest)).toEqual([])
  })

  test('a sparse index has its own come along, and those of the platforms that are copied, as they are', async () => {
    const arm = image.manifests[1]?.descriptor ?? root
    await attach(world.atSource, signature, sbom, makeReferrer(arm, { seed: 'arm' }))
    const choices = { sparse: true, keepPlatforms: true }
    world.mirror.always('PUT', /manifests\/v1$/, takeSparse(world.mirror.store))
    const first = await world.copy({ ...choices, platforms: ['linux/amd64'] })
    expect(first.notes).toEqual(expect.arrayContaining(came(2)))
    expect(world.source.log.count('GET', new RegExp(`referrers/${arm.digest}`))).toBe(0)
    const second = await world.copy({ ...choices, platforms: ['linux/arm64'] })
    expect(second.notes).toEqual(expect.arrayContaining(came(1)))
    expect(await attachedTo(world.atMirror)).toEqual(digestsOf(signature))
    expect(await attachedTo(world.atMirror, arm.digest)).toHaveLength(1)
  })

  test('a child whose copy was cut short has what is attached to it brought with the next one', async () => {
    await attach(world.atSource, sbom)
    await putImage(world.atMirror, { ...image, manifests: image.manifests.slice(0, 1) })
    expect(await notesOf()).toEqual(came(1))
    expect(await attachedTo(world.atMirror, child.digest)).toEqual(digestsOf(sbom))
  })
})

describe('what goes wrong with it leaves the image whole', () => {
  const ok = makeReferrer(root, { seed: 'ok' })

  afterEach(() => expectWhole(world.atMirror, image))

  test.each<[string, () => void, string]>([
    ['a blob is not there', () => world.source.always('GET', blobOf(signature), refuse(404, 'BLOB_UNKNOWN')), 'blob-unknown'], // prettier-ignore
    ['a blob is corrupt', () => world.source.always('GET', blobOf(signature), corruptAt(3)), 'digest-mismatch'],
    ['it is refused', () => world.mirror.always('PUT', new RegExp(digestsOf(signature)[0] ?? ''), refuse(415, 'MANIFEST_INVALID')), 'manifest-refused'], // prettier-ignore
    ['it may not be read', () => world.source.always('GET', new RegExp(`manifests/${digestsOf(signature)[0]}`), refuse(403, 'DENIED')), 'pull-denied'], // prettier-ignore
  ])('where %s; the others come', async (_, fail, code) => {
    await attach(world.atSource, signature, ok)
    fail()
    expect(await notesOf()).toEqual([...came(1), ...stayed(1, code)])
    expect(await attachedTo(world.atMirror)).toEqual(digestsOf(ok))
  })

  test('where it fails that something else is attached to, which stays behind with it', async () => {
    await attach(world.atSource, ok, sbom, signedSbom)
    world.source.always('GET', blobOf(sbom), refuse(404, 'BLOB_UNKNOWN'))
    expect(await notesOf()).toEqual([...came(1), ...stayed(1, 'blob-unknown')])
    expect(await attachedTo(world.atMirror, sbom.root.descriptor.digest)).toEqual([])
  })

  test('where it is gone from the source, of which nothing is said', async () => {
    await attach(world.atSource, signature, ok)
    await rm(join(world.source.directory, 'blobs', 'sha256', hexOf(signature.root.descriptor.digest)))
    expect(await notesOf()).toEqual(came(1))
  })

  test.each<[string, () => void, string]>([
    ['the list of referrers cannot be read', () => world.source.always('GET', API, answer(500)), 'registry-error'],
    ['the list of tags cannot be read', () => world.source.always('GET', TAGS, answer(429)), 'registry-throttled'],
    ['a page is too large', () => world.source.always('GET', API, page(' '.repeat(9_000_000))), 'manifest-too-large'],
    ['a page leads elsewhere', () => world.source.always('GET', API, answer(200, { 'content-type': OCI_INDEX, link: '<http://127.0.0.1:9/>; rel="next"' }, Buffer.from(listOfReferrers([ok]).bytes).toString())), 'registry-untrusted'], // prettier-ignore
  ])('where %s', async (_, fail, code) => {
    await attach(world.atSource, signature)
    fail()
    expect(await notesOf()).toEqual(stayed(0, code))
  })

  test('where there are 10,000, none of which is taken', async () => {
    const list = Array.from({ length: 10_000 }, (_, index) => ({
      ...ok.root.descriptor,
      digest: strayDigest(`${index}`),
    }))
    pretend(root.digest, list)
    expect(await notesOf()).toEqual(stayed(0, 'image-too-complex'))
    expect(world.source.log.count('GET', /manifests/)).toBe(image.manifests.length)
  })

  test('where they would be too large to be held', async () => {
    pretend(root.digest, [{ ...ok.root.descriptor, size: ATTACHMENT_LIMITS.bytes + 1 }])
    expect(await notesOf()).toEqual(stayed(0, 'manifest-too-large'))
  })

  test('where a chain of them does not end', async () => {
    let number = 0
    world.source.always('GET', API, (call) => {
      number += 1
      return page({ manifests: [{ ...ok.root.descriptor, digest: strayDigest(`${number}`) }] })(call)
    })
    expect(await notesOf()).toEqual(stayed(0, 'manifest-too-deep'))
    expect(number).toBe(image.manifests.length * (ATTACHMENT_LIMITS.depth + 1))
  })

  test('where they lead in a circle', async () => {
    await attach(world.atSource, signature)
    pretend(root.digest, [signature.root.descriptor])
    pretend(signature.root.descriptor.digest, [signature.root.descriptor, root])
    expect(await notesOf()).toEqual(came(1))
  })

  test('where what is listed refers to something else, or to nothing', async () => {
    const strange = makeReferrer(makeImage({ seed: 'strange' }).root.descriptor)
    await attach(world.atSource, ok, strange)
    pretend(root.digest, [strange.root.descriptor, child, root, ok.root.descriptor])
    expect(await notesOf()).toEqual(came(1))
    expect(await attachedTo(world.atMirror)).toEqual(digestsOf(ok))
  })

  test('where it is of another size than the list says', async () => {
    await attach(world.atSource, ok)
    pretend(root.digest, [{ ...ok.root.descriptor, size: 1 }])
    expect(await notesOf()).toEqual(stayed(1, 'size-mismatch'))
  })

  test('where all together are larger than an image may be', async () => {
    const large = ['1', '2', '3'].map((seed) => makeReferrer(root, { seed, size: 30_000 }))
    await attach(world.atSource, ...large)
    const notes = await notesOf({ maxSize: 70_000 })
    expect(notes).toEqual([...came(2), ...stayed(1, 'image-too-large')])
  })

  test('where the mirror refuses the list', async () => {
    forgetReferrersApi(world.mirror)
    await attach(world.atSource, signature)
    world.mirror.on('PUT', /manifests\/sha256-/, refuse(403, 'DENIED'))
    expect(await notesOf()).toEqual(stayed(1, 'push-denied'))
  })

  test("where a tag of cosign's cannot be asked for", async () => {
    await putImage(world.atSource, makeReferrer(undefined), SIG)
    world.source.always('HEAD', new RegExp(SIG), refuse(500, 'UNKNOWN'))
    expect(await notesOf()).toEqual(stayed(0, 'registry-error'))
  })
})

test('a run that is cancelled meanwhile ends, and the tag is not written', async () => {
  await attach(world.atSource, signature)
  const end = new AbortController()
  const other = await startWorld({ signal: end.signal })
  try {
    await putImage(other.atSource, image, 'v1')
    await attach(other.atSource, signature)
    other.source.always('GET', API, (call) => {
      end.abort()
      return call.forward()
    })
    await expect(other.copy()).rejects.toMatchObject({ code: 'cancelled' })
    expect(await other.atMirror.head('v1')).toBeUndefined()
  } finally {
    await other.close()
  }
})

test('a run that may pull no more leaves the image to another one, rather than set its tag without', async () => {
  const single = makeImage({ single: true })
  await world.publish(single)
  await attach(world.atSource, makeReferrer(single.root.descriptor))
  world.source.always('GET', /manifests\/v1/, withHeaders({ 'ratelimit-remaining': '0;w=21600' }))
  await expect(world.copy()).rejects.toMatchObject({ code: 'pull-limit-reached' })
  expect(await world.atMirror.head('v1')).toBeUndefined()
  world.heal()
  const later = openRegistries()
  expect(await notesOf({ client: later })).toEqual(came(1))
  await later.close()
})

test('an image in Docker format is signed by the same ways', async () => {
  const docker = makeImage({ docker: true, single: true, seed: 'docker' })
  expect(docker.root.descriptor.mediaType).toBe(DOCKER_MANIFEST)
  await world.publish(docker, 'docker')
  const signed = makeReferrer(docker.root.descriptor)
  await attach(world.atSource, signed)
  expect(await notesOf({ key: 'docker', tag: 'docker' })).toEqual(came(1))
  expect(await attachedTo(world.atMirror, docker.root.descriptor.digest)).toEqual(digestsOf(signed))
})
