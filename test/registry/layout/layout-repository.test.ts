import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, hexOf, type Digest } from '../../../src/oci/digest.ts'
import { readManifest } from '../../../src/oci/manifest.ts'
import { DOCKER_MANIFEST, OCI_ARTIFACT, OCI_MANIFEST } from '../../../src/oci/media-types.ts'
import type { LayoutStore } from '../../../src/registry/layout/store.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import { bytesOf, listOf, makeBlob, makeImage, manifestOf, putImage, streamOf } from '../../support/images.ts'
import { openLayout } from '../../support/layouts.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
let store: LayoutStore
let nginx: Repository
const image = makeImage({ attestations: true, sharedLayers: 1 })
const blob = makeBlob('blob', 300_000)

beforeEach(async () => {
  directory = await temporaryDirectory()
  store = await openLayout(directory.path)
  nginx = store.repository('docker.io/library/nginx')
})
afterEach(() => directory.remove())

const fileOf = (digest: Digest): string => join(directory.path, 'blobs', 'sha256', hexOf(digest))
const tagsOf = (repository: Repository): Promise<string[]> => listOf(repository.tags())
const unfinished = (): Promise<string[]> => readdir(join(directory.path, '.ingest'))

describe('an image in a layout', () => {
  test('is read back by tag and by digest, byte for byte', async () => {
    await putImage(nginx, image, '1.27')
    expect(await nginx.head('1.27')).toEqual(image.root.descriptor)
    expect(await nginx.manifest('1.27')).toEqual(image.root)
    for (const manifest of image.manifests) {
      expect(await nginx.head(manifest.descriptor.digest)).toEqual(manifest.descriptor)
      expect(Buffer.from((await nginx.manifest(manifest.descriptor.digest)).bytes)).toEqual(manifest.bytes)
    }
    for (const { descriptor, bytes } of image.blobs.values()) {
      expect(await bytesOf(nginx.blob(descriptor))).toEqual(Buffer.from(bytes))
    }
    expect(await unfinished()).toEqual([])
  })

  test('is entered in index.json under repository and tag, and nowhere else', async () => {
    await putImage(nginx, image, '1.27')
    const index: unknown = JSON.parse(await readFile(join(directory.path, 'index.json'), 'utf8'))
    const annotations = { 'org.opencontainers.image.ref.name': 'docker.io/library/nginx:1.27' }
    expect(index).toMatchObject({ schemaVersion: 2, manifests: [{ ...image.root.descriptor, annotations }] })
  })

  test('is not there before its tag is written, nor in another repository', async () => {
    expect(await nginx.head('1.27')).toBeUndefined()
    await putImage(nginx, image, '1.27')
    expect(await store.repository('docker.io/library/ngin').head('1.27')).toBeUndefined()
    await expect(nginx.manifest('1.28')).rejects.toMatchObject({ code: 'image-unknown' })
    await expect(nginx.manifest(digestOf(Buffer.from('other')))).rejects.toMatchObject({ code: 'image-unknown' })
  })

  test('gives way to another one under its tag', async () => {
    const next = makeImage({ seed: 'next' })
    await putImage(nginx, image, 'latest')
    await putImage(nginx, next, 'latest')
    expect(await nginx.head('latest')).toEqual(next.root.descriptor)
    expect(await nginx.head(image.root.descriptor.digest)).toEqual(image.root.descriptor)
    expect(await tagsOf(nginx)).toEqual(['latest'])
  })

  test('may have many tags, which are listed in order and kept apart by repository', async () => {
    await putImage(nginx, image, '1.27')
    for (const tag of ['latest', '1', '_a', 'B']) await nginx.putManifest(image.root, tag)
    await store.repository('docker.io/library/nginx/extra').putManifest(image.root, 'x')
    await store.repository('').putManifest(image.root, 'bare')
    expect(await tagsOf(nginx)).toEqual(['1', '1.27', 'B', '_a', 'latest'])
    expect(await tagsOf(store.repository(''))).toEqual(['bare'])
    expect(await store.repositories()).toEqual(['docker.io/library/nginx', 'docker.io/library/nginx/extra'])
  })
})

describe('a manifest', () => {
  test.each([
    ['a layer', 1],
    ['the config', 0],
  ])('is refused while %s is missing', async (_, position) => {
    const [child] = image.manifests
    const missing = child?.blobs[position]
    for (const { descriptor, bytes } of image.blobs.values()) {
      if (descriptor.digest !== missing?.digest) await nginx.putBlob(descriptor, () => streamOf(bytes))
    }
    const refused = nginx.putManifest(child ?? image.root, 'v1')
    await expect(refused).rejects.toMatchObject({ code: 'blob-unknown', facts: { digest: missing?.digest } })
    expect(await nginx.head('v1')).toBeUndefined()
  })

  test('is refused while one of its children is missing', async () => {
    for (const { descriptor, bytes } of image.blobs.values()) await nginx.putBlob(descriptor, () => streamOf(bytes))
    await nginx.putManifest(image.manifests[0] ?? image.root)
    await expect(nginx.putManifest(image.root, 'v1')).rejects.toMatchObject({ code: 'blob-unknown' })
    expect(await tagsOf(nginx)).toEqual([])
  })

  test('may leave foreign layers to their publisher, and its subject to later', async () => {
    const config = makeBlob('config', 10)
    await nginx.putBlob(config.descriptor, () => streamOf(config.bytes))
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
    const layer = { ...blob.descriptor, mediaType, urls: ['https://example.com/layer'] }
    const document = { schemaVersion: 2, mediaType: DOCKER_MANIFEST, config: config.descriptor, layers: [layer] }
    const subject = makeBlob('subject', 10).descriptor
    await nginx.putManifest(manifestOf({ ...document, subject }), 'windows')
    const withoutUrls = manifestOf({ ...document, layers: [{ ...layer, urls: [] }] })
    await expect(nginx.putManifest(withoutUrls, 'broken')).rejects.toMatchObject({ code: 'blob-unknown' })
  })

  test('keeps its type where its bytes do not tell it', async () => {
    const bytes = Buffer.from(`{"schemaVersion":2,"blobs":[]}`)
    const artifact = readManifest(bytes, { image: 'artifact', contentType: OCI_ARTIFACT })
    await nginx.putManifest(artifact)
    expect(await nginx.head(artifact.descriptor.digest)).toMatchObject({ mediaType: OCI_ARTIFACT })
    expect(await nginx.manifest(artifact.descriptor.digest)).toMatchObject({ descriptor: { mediaType: OCI_ARTIFACT } })
    expect(await store.repositories()).toEqual([])
  })

  test('without a media type is an OCI one', async () => {
    const config = makeBlob('config', 10)
    await nginx.putBlob(config.descriptor, () => streamOf(config.bytes))
    const plain = manifestOf({ schemaVersion: 2, config: config.descriptor, layers: [] })
    await nginx.putManifest(plain)
    expect(await nginx.head(plain.descriptor.digest)).toMatchObject({ mediaType: OCI_MANIFEST })
  })

  test('is not what a layer or a config is', async () => {
    const large = makeBlob('large', 9 * 1024 * 1024)
    await nginx.putBlob(large.descriptor, () => streamOf(large.bytes))
    await putImage(nginx, image, 'v1')
    expect(await nginx.head(large.descriptor.digest)).toBeUndefined()
    for (const digest of image.blobs.keys()) expect(await nginx.head(digest)).toBeUndefined()
    await expect(nginx.manifest(large.descriptor.digest)).rejects.toMatchObject({ code: 'manifest-too-large' })
  })

  test('that was damaged on the disk is not there, and can be put again', async () => {
    await putImage(nginx, image, 'v1')
    const [child] = image.manifests
    const { digest, size } = child?.descriptor ?? image.root.descriptor
    await writeFile(fileOf(digest), 'x'.repeat(size))
    expect(await nginx.head(digest)).toBeUndefined()
    await expect(nginx.manifest(digest)).rejects.toMatchObject({ code: 'digest-mismatch' })
    await nginx.putManifest(child ?? image.root)
    expect(await nginx.head(digest)).toEqual(child?.descriptor)
  })

  test('whose file is gone is not there under its tag either', async () => {
    await putImage(nginx, image, 'v1')
    await rm(fileOf(image.root.descriptor.digest))
    expect(await nginx.head('v1')).toBeUndefined()
    await expect(nginx.manifest('v1')).rejects.toMatchObject({ code: 'image-unknown' })
  })
})

describe('a blob', () => {
  test('is stored once, whichever repository it came through', async () => {
    const open = (): AsyncGenerator<Uint8Array> => streamOf(blob.bytes)
    expect(await nginx.putBlob(blob.descriptor, open)).toBe('sent')
    expect(await store.repository('quay.io/other').putBlob(blob.descriptor, open)).toBe('present')
    expect(await nginx.hasBlob(blob.descriptor)).toBe(true)
  })

  test('is read from an offset to its end', async () => {
    await nginx.putBlob(blob.descriptor, () => streamOf(blob.bytes))
    for (const offset of [0, 1, 299_999, 300_000]) {
      expect(await bytesOf(nginx.blob(blob.descriptor, offset))).toEqual(Buffer.from(blob.bytes.subarray(offset)))
    }
  })

  test('may have no bytes, or a sha512 digest', async () => {
    const empty = makeBlob('empty', 0)
    await nginx.putBlob(empty.descriptor, () => streamOf(empty.bytes))
    expect(await bytesOf(nginx.blob(empty.descriptor))).toHaveLength(0)

    const digest = digestOf(blob.bytes, 'sha512')
    await nginx.putBlob({ ...blob.descriptor, digest }, () => streamOf(blob.bytes))
    expect(await readdir(join(directory.path, 'blobs', 'sha512'))).toEqual([hexOf(digest)])
    expect(await bytesOf(nginx.blob({ ...blob.descriptor, digest }))).toHaveLength(300_000)
  })

  test('that is not there is said to be unknown', async () => {
    expect(await nginx.hasBlob(blob.descriptor)).toBe(false)
    await expect(bytesOf(nginx.blob(blob.descriptor))).rejects.toMatchObject({ code: 'blob-unknown' })
  })

  test.each<[string, () => AsyncGenerator<Uint8Array>, string]>([
    ['is cut short', () => streamOf(blob.bytes.subarray(0, 299_999)), 'size-mismatch'],
    ['does not end', () => streamOf(Buffer.concat([blob.bytes, blob.bytes])), 'size-mismatch'],
    ['is corrupt', () => streamOf(Buffer.alloc(300_000)), 'digest-mismatch'],
  ])('leaves nothing behind when its stream %s', async (_, open, code) => {
    await expect(nginx.putBlob(blob.descriptor, open)).rejects.toMatchObject({ code })
    expect(await nginx.hasBlob(blob.descriptor)).toBe(false)
    expect(await readdir(join(directory.path, 'blobs', 'sha256'))).toEqual([])
    expect(await unfinished()).toEqual([])
  })

  test('leaves nothing behind when its stream throws, and the error is passed on as it is', async () => {
    const broken = new Error('the link broke')
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield blob.bytes.subarray(0, 100)
      throw broken
    }
    await expect(nginx.putBlob(blob.descriptor, breaking)).rejects.toBe(broken)
    expect(await unfinished()).toEqual([])
  })

  test('that was cut on the disk is sent anew', async () => {
    await nginx.putBlob(blob.descriptor, () => streamOf(blob.bytes))
    await truncate(fileOf(blob.descriptor.digest), 1000)
    expect(await nginx.hasBlob(blob.descriptor)).toBe(false)
    expect(await nginx.putBlob(blob.descriptor, () => streamOf(blob.bytes))).toBe('sent')
    expect(await bytesOf(nginx.blob(blob.descriptor))).toHaveLength(300_000)
  })

  test('that was damaged on the disk does not read to its end', async () => {
    await nginx.putBlob(blob.descriptor, () => streamOf(blob.bytes))
    await writeFile(fileOf(blob.descriptor.digest), Buffer.alloc(300_000))
    await expect(bytesOf(nginx.blob(blob.descriptor))).rejects.toMatchObject({ code: 'digest-mismatch' })
  })

  test('may be written by several at once', async () => {
    const arrivals = await Promise.all(
      Array.from({ length: 5 }, () => nginx.putBlob(blob.descriptor, () => streamOf(blob.bytes, 1000))),
    )
    expect(arrivals).toContain('sent')
    expect(await bytesOf(nginx.blob(blob.descriptor))).toHaveLength(300_000)
    expect(await unfinished()).toEqual([])
  })
})
