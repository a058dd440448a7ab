import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/media-types.ts'
import { referrersTag } from '../../../src/oci/referrers.ts'
import { makeImage, putImage, type TestImage } from '../../support/images.ts'
import { makeReferrer, SBOM } from '../../support/referrers.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

const image = makeImage({ single: true })
const { digest } = image.root.descriptor
const signature = makeReferrer(image.root.descriptor, { seed: 'signature', artifactType: 'a/signature' })
const sbom = makeReferrer(image.root.descriptor, { seed: 'sbom', annotations: { by: 'me' } })

let directory: TemporaryDirectory
let registry: TestRegistry

beforeEach(async () => {
  directory = await temporaryDirectory()
  registry = await startRegistry(directory.path)
})
afterEach(async () => {
  await registry.close()
  await directory.remove()
})

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`http://${registry.host}${path}`, init)

async function put({ root, blobs }: TestImage, key: string = root.descriptor.digest): Promise<Response> {
  await putImage(registry.store.repository('r'), { root, blobs, manifests: [] })
  const headers = { 'content-type': root.descriptor.mediaType }
  return ask(`/v2/r/manifests/${key}`, { method: 'PUT', body: Buffer.from(root.bytes), headers })
}

async function listed(path = `/v2/r/referrers/${digest}`): Promise<{ manifests: readonly { digest: string }[] }> {
  return JSON.parse(await (await ask(path)).text())
}

const tagStatus = async (): Promise<number> => (await ask(`/v2/r/manifests/${referrersTag(digest)}`)).status

const entry = ({ root }: TestImage, more: object) => ({ ...root.descriptor, ...more })

describe('referrers', () => {
  test('are listed as an index, the subject being there or not', async () => {
    for (const referrer of [signature, sbom]) {
      const answer = await put(referrer)
      expect([answer.status, answer.headers.get('oci-subject')]).toEqual([201, digest])
    }
    expect(await listed()).toEqual({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [
        entry(signature, { artifactType: 'a/signature' }),
        entry(sbom, { artifactType: SBOM, annotations: { by: 'me' } }),
      ],
    })
    const answer = await ask(`/v2/r/referrers/${digest}`, { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, OCI_INDEX])
    expect(answer.headers.get('oci-filters-applied')).toBeNull()
  })

  test('are found under their tag while the list grows', async () => {
    await put(signature)
    const more = Array.from({ length: 15 }, (_, number) => makeReferrer(image.root.descriptor, { seed: `${number}` }))
    const growing = Promise.all(more.map((referrer) => put(referrer))).then(() => 'grown')
    while ((await Promise.race([growing, tagStatus()])) !== 'grown') expect(await tagStatus()).toBe(200)
    expect((await listed()).manifests).toHaveLength(16)
  })

  test('are listed for one type alone, and it is said so', async () => {
    await put(signature)
    await put(sbom)
    const answer = await ask(`/v2/r/referrers/${digest}?artifactType=a%2Fsignature`)
    expect(answer.headers.get('oci-filters-applied')).toBe('artifactType')
    expect(JSON.parse(await answer.text())).toMatchObject({ manifests: [{ artifactType: 'a/signature' }] })
    expect(await listed(`/v2/r/referrers/${digest}?artifactType=none`)).toMatchObject({ manifests: [] })
  })

  test('may have a tag of their own, and are listed once however often they are put', async () => {
    await put(sbom, 'sbom')
    await put(sbom)
    expect((await ask('/v2/r/manifests/sbom')).status).toBe(200)
    expect(await listed()).toMatchObject({ manifests: [{ digest: sbom.root.descriptor.digest }] })
  })

  test.each([`/v2/r/referrers/${digest}`, `/v2/nowhere/referrers/${digest}`])('are none at %s', async (path) => {
    expect((await ask(path)).status).toBe(200)
    expect(await listed(path)).toMatchObject({ manifests: [] })
  })

  test('are refused for what is no digest', async () => {
    const answer = await ask('/v2/r/referrers/v1')
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('DIGEST_INVALID')
  })

  test('are not written to, and not for a manifest without a subject', async () => {
    expect((await ask(`/v2/r/referrers/${digest}`, { method: 'PUT' })).status).toBe(405)
    expect((await put(image)).headers.get('oci-subject')).toBeNull()
  })

  test('of one manifest are not listed for another, of another repository, or beside what is not whole', async () => {
    await put(sbom)
    expect(await listed(`/v2/r/referrers/${sbom.root.descriptor.digest}`)).toMatchObject({ manifests: [] })
    expect(await listed(`/v2/other/referrers/${digest}`)).toMatchObject({ manifests: [] })
    const lonely = makeReferrer(image.root.descriptor, { seed: 'lonely' })
    const body = Buffer.from(lonely.root.bytes)
    const headers = { 'content-type': OCI_MANIFEST }
    const refused = await ask(`/v2/r/manifests/${lonely.root.descriptor.digest}`, { method: 'PUT', body, headers })
    expect([refused.status, refused.headers.get('oci-subject')]).toEqual([400, null])
    expect(await listed()).toMatchObject({ manifests: [{ digest: sbom.root.descriptor.digest }] })
  })

  test('are many at once, and none is lost', async () => {
    const many = Array.from({ length: 20 }, (_, index) => makeReferrer(image.root.descriptor, { seed: `${index}` }))
    await Promise.all(many.map((referrer) => put(referrer)))
    const { manifests } = await listed()
    expect(manifests.map((one) => one.digest).toSorted()).toEqual(
      many.map(({ root }) => root.descriptor.digest).toSorted(),
    )
  })

  test('that would make their list too long are refused, with nothing of this machine', async () => {
    const annotations = { x: 'x'.repeat(3 * 1024 * 1024) }
    const long = ['1', '2'].map((seed) => makeReferrer(image.root.descriptor, { seed, annotations }))
    const [first, second] = [await put(long[0] ?? image), await put(long[1] ?? image)]
    expect([first.status, second.status]).toEqual([201, 400])
    const text = await second.text()
    expect(text).toContain('SIZE_INVALID')
    expect(text).toContain(referrersTag(digest))
    expect(text).not.toContain(directory.path)
  })
})
