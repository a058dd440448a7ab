import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { copyImage, type CopyImageOptions } from '../../src/commands/copy-image.ts'
import { failureText } from '../../src/failure/texts.ts'
import { parseAddress } from '../../src/oci/place.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { copyPorts } from '../support/copy-ports.ts'
import type { Fault } from '../support/faulty-registry/call.ts'
import { refuse } from '../support/faulty-registry/faults.ts'
import { refuseAttestations, refuseOciIndexes, takeSparse } from '../support/faulty-registry/manifests.ts'
import { makeImage, putImage } from '../support/images.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const image = makeImage({ attestations: 'artifacts' })
const { digest } = image.root.descriptor
const amd64 = [parsePlatform('linux/amd64')]
const MANIFESTS = /manifests/

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

function copy(options: CopyImageOptions, name = ':v1', to = `${mirror.host}/m/app${name}`): Promise<Outcome> {
  const from = `docker.io/library/app${name}`
  const task = { image: from, source: parseAddress(from), target: parseAddress(to), followsTag: true }
  return copyImage(task, options, copyPorts(client))
}

const atMirror = (key = 'v1') => mirror.store.repository('m/app').head(key)

describe('a registry that wants all that an index lists', () => {
  const sparse = { sparse: true, platforms: amd64 }

  test.each<[string, Fault | undefined]>([
    ['as distribution says it', undefined],
    ['as crane says it', refuse(404, 'MANIFEST_UNKNOWN', 'Sub-manifest "sha256:0" not found')],
  ])('is told from others, and the other form named: %s', async (_, fault) => {
    if (fault) mirror.always('PUT', /manifests\/v1/, fault)
    const outcome = await copy(sparse)
    if (outcome.status !== 'failed') throw new Error(outcome.status)
    expect(outcome.failure).toMatchObject({ code: 'sparse-refused', facts: { where: `${mirror.host}/m/app` } })
    expect(failureText(outcome.failure, 'en').next).toContain('Leave --sparse (sparse) out')
    expect(failureText(outcome.failure, 'zh-CN').next).toContain('请去掉 --sparse')
    expect(await atMirror()).toBeUndefined()
  })

  test('is not sent the other platforms', async () => {
    await copy(sparse)
    for (const child of image.root.children.slice(1, 3)) expect(await atMirror(child.digest)).toBeUndefined()
  })

  test('takes the other form', async () => {
    mirror.heal()
    expect(await copy({ platforms: amd64 })).toMatchObject({ status: 'copied', notes: [{ kind: 'platforms-chosen' }] })
  })

  test('may be a directory', async () => {
    await inTemporaryDirectory(async (path) => {
      const layout = `oci:${path}/mirror:app`
      const outcome = await copy(sparse, ':v1', `${layout}:v1`)
      expect(outcome).toMatchObject({ failure: { code: 'sparse-refused', facts: { where: layout } } })
    })
  })

  test('is not meant where the image is incomplete for another reason', async () => {
    const [config] = image.manifests[0]?.blobs ?? []
    source.always('GET', new RegExp(`blobs/${config?.digest}`), refuse(404, 'BLOB_UNKNOWN'))
    expect(await copy(sparse)).toMatchObject({ failure: { code: 'blob-unknown' } })
    source.heal()
    mirror.always('PUT', MANIFESTS, refuse(400, 'MANIFEST_BLOB_UNKNOWN'))
    expect(await copy({ platforms: amd64 })).toMatchObject({ failure: { code: 'manifest-incomplete' } })
  })
})

describe('a sparse copy', () => {
  beforeEach(() => mirror.always('PUT', MANIFESTS, takeSparse(mirror.store)))

  test('serves the digest that was asked for', async () => {
    const options = { sparse: true, platforms: amd64, proof: true }
    expect(await copy(options, `@${digest}`)).toMatchObject({
      status: 'copied',
      digest,
      address: `${mirror.host}/m/app@${digest}`,
      verified: 'everything',
      access: 'public',
    })
    expect(await copy(options, `@${digest}`)).toMatchObject({ status: 'unchanged', digest })
  })
})

describe('MH-89 a registry', () => {
  test.each<[string, Fault, CopyImageOptions, CopyImageOptions, readonly string[]]>([
    ['Aliyun', refuseAttestations, {}, { dropAttestations: true }, ['attestations-dropped']],
    ['SWR', refuseOciIndexes, {}, { dockerMediaTypes: true }, ['attestations-dropped', 'media-types-changed']],
    ['SWR without attestations', refuseOciIndexes, { dropAttestations: true }, { dockerMediaTypes: true, dropAttestations: true }, ['attestations-dropped', 'media-types-changed']], // prettier-ignore
  ])(
    'like %s names the option in its refusal, and takes the image with it',
    async (_, fault, without, with_, notes) => {
      mirror.always('PUT', MANIFESTS, fault)
      const refused = await copy({ ...without, proof: true })
      if (refused.status !== 'failed') throw new Error(refused.status)
      expect(refused.failure.code).toBe('manifest-refused')
      const [option = ''] = Object.keys(with_)
      const flag = `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
      expect(failureText(refused.failure, 'en').next).toContain(flag)
      expect(failureText(refused.failure, 'zh-CN').next).toContain(flag)
      expect(await atMirror()).toBeUndefined()

      const taken = await copy({ ...with_, proof: true })
      if (taken.status !== 'copied') throw new Error(JSON.stringify(taken))
      expect(taken.notes.map(({ kind }) => kind)).toEqual(notes)
      expect(taken).toMatchObject({ verified: 'everything', access: 'public', address: `${mirror.host}/m/app:v1` })
      expect(await atMirror()).toMatchObject({ digest: taken.digest })
      expect(taken.digest).not.toBe(digest)
    },
  )

  test.each<[string, Fault, CopyImageOptions]>([
    ['Aliyun', refuseAttestations, { dropAttestations: true }],
    ['SWR', refuseOciIndexes, { dockerMediaTypes: true }],
  ])(
    'like %s serves what was asked for by digest under another, and finds it up to date',
    async (_, fault, options) => {
      mirror.always('PUT', MANIFESTS, fault)
      const first = await copy({ ...options, proof: true }, `@${digest}`)
      if (first.status !== 'copied') throw new Error(JSON.stringify(first))
      expect(first.address).toBe(`${mirror.host}/m/app@${first.digest}`)
      expect(first.access).toBe('public')
      expect(await copy(options, `@${digest}`)).toMatchObject({ status: 'unchanged', digest: first.digest })
      expect(await atMirror(digest)).toBeUndefined()
    },
  )
})
