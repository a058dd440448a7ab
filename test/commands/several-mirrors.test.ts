import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir } from 'node:fs/promises'
import { openSpool } from '../../src/app/spool.ts'
import { copy } from '../../src/commands/copy.ts'
import { Failure } from '../../src/failure/failure.ts'
import type { Spool } from '../../src/mirror/source-share.ts'
import { cosignTags } from '../../src/oci/referrers.ts'
import { isDelivered, type Outcome } from '../../src/outcome/outcome.ts'
import { parseMirror } from '../../src/policy/mirror.ts'
import { corruptAt, refuse, silence } from '../support/faulty-registry/faults.ts'
import { copyPorts } from '../support/copy-ports.ts'
import { makeImage, putImage } from '../support/images.ts'
import { realPorts } from '../support/layouts.ts'
import { forgetReferrersApi, makeReferrer } from '../support/referrers.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const image = makeImage({ attestations: true, layerSize: 50_000 })
const { digest } = image.root.descriptor

let source: ScriptedRegistry
let mirrors: readonly ScriptedRegistry[]
let client: TestClient

beforeEach(async () => {
  source = await startScriptedRegistry()
  mirrors = await Promise.all([startScriptedRegistry(), startScriptedRegistry(), startScriptedRegistry()])
  client = openRegistries({ concurrency: 6 })
  await putImage(source.store.repository('app'), image, 'v1')
})
afterEach(async () => {
  await client.close()
  await Promise.all([source, ...mirrors].map((registry) => registry.close()))
})

function copyToAll(spool?: () => Promise<Spool>) {
  const to = mirrors.map(({ host }) => parseMirror(`${host}/m`))
  return copy({ images: [`${source.host}/app:v1`], to }, copyPorts(client, spool))
}

async function digestsAt(): Promise<readonly (string | undefined)[]> {
  const name = `m/${source.host.replace(':', '_')}/app`
  const found = await Promise.all(mirrors.map(({ store }) => store.repository(name).head('v1')))
  return found.map((descriptor) => descriptor?.digest)
}

const noRooms = [
  new Failure('disk-full', { path: '/tmp' }),
  new Failure('directory-unwritable', { path: '/tmp', reason: 'EROFS' }),
]
const never = (): Promise<Spool> => Promise.reject(new Error('opened'))

describe('one image at several mirrors', () => {
  test('is read once at the source', async () => {
    expect((await copyToAll()).map(({ status }) => status)).toEqual(['copied', 'copied', 'copied'])
    expect(await digestsAt()).toEqual([digest, digest, digest])
    expect(source.log.count('HEAD')).toBe(0)
    expect(source.log.count('GET', /manifests/)).toBe(image.manifests.length)
    expect(source.log.count('GET', /blobs/)).toBe(image.blobs.size)
    const bytes = [...image.blobs.values()].reduce((sum, { descriptor }) => sum + descriptor.size, 0)
    expect(source.log.find('GET', /blobs/).reduce((sum, { sent }) => sum + sent, 0)).toBe(bytes)
  })

  test('arrives at the others while one does not answer, whatever waits for that one', async () => {
    mirrors[0]?.always('*', /manifests/, silence)
    const tags = ['v1', 'v2', 'v3', 'v4']
    for (const tag of tags) await putImage(source.store.repository('app'), makeImage({ seed: tag }), tag)
    const to = mirrors.map(({ host }) => parseMirror(`${host}/m`))
    const images = tags.map((tag) => `${source.host}/app:${tag}`)
    let left = tags.length * (mirrors.length - 1)
    let run: Promise<Outcome[]> | undefined
    await new Promise<void>((resolve) => {
      const onOutcome = ({ status }: Outcome) => {
        if (status === 'copied') left -= 1
        if (left === 0) resolve()
      }
      run = copy({ images, to }, { ...copyPorts(client), onOutcome })
    })
    await client.close()
    expect((await run)?.filter(({ status }) => status === 'failed')).toHaveLength(tags.length)
  })

  test('MH-14 is never linked from one mirror into another', async () => {
    const ports = copyPorts(client)
    for (const [index, mirror] of mirrors.entries()) {
      mirror.always('HEAD', /blobs/, refuse(404, 'BLOB_UNKNOWN'))
      const to = [parseMirror(`${mirror.host}/m${index}`)]
      expect(await copy({ images: [`${source.host}/app:v1`], to }, ports)).toMatchObject([{ status: 'copied' }])
      const links = mirror.log.find('POST', /from=/).map(({ path }) => path)
      expect(links.filter((path) => !path.includes(`from=m${index}%2F`))).toEqual([])
      expect(mirror.log.count('PUT', /uploads/)).toBe(image.blobs.size)
    }
    expect(source.log.count('POST')).toBe(0)
  })

  test('has what is attached to it read once, and what is attached by tags listed once a run', async () => {
    forgetReferrersApi(source)
    const app = source.store.repository('app')
    const [referrer, signature] = [makeReferrer(image.root.descriptor), makeReferrer(undefined, { seed: 'cosign' })]
    for (const one of [referrer, signature]) await putImage(app, { ...one, manifests: [] })
    await app.putReferrers(digest, [referrer.root])
    await app.putManifest(signature.root, cosignTags(digest)[0])
    await putImage(app, makeImage({ seed: 'other' }), 'v2')

    const to = mirrors.map(({ host }) => parseMirror(`${host}/m`))
    const images = ['v1', 'v2'].map((tag) => `${source.host}/app:${tag}`)
    const outcomes = await copy({ images, to }, copyPorts(client))
    expect(outcomes.map((outcome) => (isDelivered(outcome) ? outcome.notes : outcome))).toEqual([
      ...[1, 2, 3].map(() => [{ kind: 'referrers', count: 2 }]),
      ...[1, 2, 3].map(() => []),
    ])
    expect(source.log.count('GET', /tags/)).toBe(1)
    for (const { root } of [referrer, signature]) {
      expect(source.log.count('GET', new RegExp(`manifests/${root.descriptor.digest}`))).toBe(1)
    }
    expect(source.log.count('GET', new RegExp(`blobs/${[...referrer.blobs.keys()][1]}`))).toBe(1)
  })

  test('arrives at the others where one refuses it', async () => {
    mirrors[1]?.always('POST', /uploads/, refuse(403, 'DENIED'))
    expect((await copyToAll()).map(({ status }) => status)).toEqual(['copied', 'failed', 'copied'])
    expect(await digestsAt()).toEqual([digest, undefined, digest])
  })

  test('arrives at none where the source is corrupt, and is told for each', async () => {
    const [blob] = image.blobs.values()
    source.always('GET', new RegExp(`blobs/${blob?.descriptor.digest}`), corruptAt(3))
    expect((await copyToAll()).map(({ status }) => status)).toEqual(['failed', 'failed', 'failed'])
    expect(await digestsAt()).toEqual([undefined, undefined, undefined])
  })

  test.each(noRooms)('is read from the source by each where there is no room to keep it: $code', async (noRoom) => {
    expect((await copyToAll(() => Promise.reject(noRoom))).map(({ status }) => status)).toEqual([
      'copied',
      'copied',
      'copied',
    ])
    expect(source.log.count('GET', /blobs/)).toBe(3 * image.blobs.size)
  })

  test('leaves nothing behind on the disk', async () => {
    await inTemporaryDirectory(async (path) => {
      let opened = 0
      await copyToAll(() => {
        opened += 1
        return openSpool({ RUNNER_TEMP: path }, realPorts)
      })
      expect(opened).toBe(1)
      expect(await readdir(path)).toEqual([])
    })
  })

  test('is read at the source only where a mirror lacks something', async () => {
    await Promise.all(mirrors.map(({ store }) => putImage(store.repository('elsewhere'), image)))
    expect((await copyToAll(never)).map(({ status }) => status)).toEqual(['copied', 'copied', 'copied'])
    expect(source.log.count('GET', /blobs/)).toBe(0)
  })

  test('arrives though only one blob moves at a time, each read once', async () => {
    const to = mirrors.map(({ host }) => parseMirror(`${host}/m`))
    const outcomes = await copy({ images: [`${source.host}/app:v1`], to }, copyPorts(client, undefined, 1))
    expect(outcomes.map(({ status }) => status)).toEqual(['copied', 'copied', 'copied'])
    expect(source.log.count('GET', /blobs/)).toBe(image.blobs.size)
  })

  test('arrives at the others where one takes no bytes, though only one blob moves at a time', async () => {
    const large = makeImage({ single: true, layers: 1, layerSize: 8_000_000 })
    await putImage(source.store.repository('app'), large, 'v1')
    mirrors[0]?.always('PUT', /uploads/, silence)
    const impatient = openRegistries({ concurrency: 12, patience: 200 })
    const to = mirrors.map(({ host }) => parseMirror(`${host}/m`))
    const outcomes = await copy({ images: [`${source.host}/app:v1`], to }, copyPorts(impatient, undefined, 1))
    expect(outcomes).toMatchObject([
      { status: 'failed', failure: { code: 'registry-stalled' } },
      { status: 'copied' },
      { status: 'copied' },
    ])
    await impatient.close()
  })

  test('needs no room where it goes to one alone', async () => {
    const ports = copyPorts(client, never)
    const to = mirrors.slice(0, 1).map(({ host }) => parseMirror(`${host}/m`))
    expect(await copy({ images: [`${source.host}/app:v1`], to }, ports)).toMatchObject([{ status: 'copied' }])
  })
})
