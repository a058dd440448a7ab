import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { attestedDigest, editIndex, isAttestation } from '../../src/oci/index-entries.ts'
import { readManifest, type Descriptor, type Manifest } from '../../src/oci/manifest.ts'
import { DOCKER_LIST, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'

const IMAGE = 'docker.io/library/app:v1'
const encode = (text: string) => new TextEncoder().encode(text)
const manifest = (text: string) => ({
  mediaType: OCI_MANIFEST,
  digest: digestOf(encode(text)),
  size: encode(text).byteLength,
})

const amd64 = { ...manifest('child'), platform: { os: 'linux', architecture: 'amd64' } }
const arm64 = { ...manifest('arm'), platform: { os: 'linux', architecture: 'arm64' } }
const mark = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': amd64.digest }
const attestation = { ...manifest('attestation'), annotations: mark }

const read = (document: unknown, contentType?: string): Manifest =>
  readManifest(encode(JSON.stringify(document)), { image: IMAGE, ...(contentType !== undefined && { contentType }) })

const whole = read({
  schemaVersion: 2,
  mediaType: OCI_INDEX,
  manifests: [{ ...amd64, extra: { kept: true } }, arm64, attestation],
  annotations: { a: 'b' },
})

const keep = (index: Manifest, ...kept: readonly Descriptor[]): Manifest =>
  editIndex(index, (child) => kept.find(({ digest }) => digest === child.digest) && child, IMAGE)
const documentOf = ({ bytes }: Manifest): unknown => JSON.parse(new TextDecoder().decode(bytes))

describe('an edited index', () => {
  test('holds the entries that stay as they were written, and everything else', () => {
    const edited = keep(whole, amd64, attestation)
    expect(edited.children.map((entry) => entry.digest)).toEqual([amd64.digest, attestation.digest])
    expect(edited.descriptor.digest).not.toBe(whole.descriptor.digest)
    expect(documentOf(edited)).toEqual({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [{ ...amd64, extra: { kept: true } }, attestation],
      annotations: { a: 'b' },
    })
  })

  test('has the same bytes for the same edit', () => {
    expect(keep(whole, arm64).descriptor.digest).toBe(keep(whole, arm64).descriptor.digest)
  })

  test('of which nothing changes is the index itself, byte for byte', () => {
    expect(keep(whole, amd64, arm64, attestation)).toBe(whole)
  })

  test('keeps a media type that only the header told', () => {
    const bare = read({ manifests: [amd64, arm64] }, DOCKER_LIST)
    expect(keep(bare, arm64).descriptor.mediaType).toBe(DOCKER_LIST)
  })

  test('leads to what an entry became, without the bytes of what it was', () => {
    const inline = { ...arm64, data: Buffer.from('arm').toString('base64') }
    const other = { ...manifest('another'), mediaType: OCI_INDEX }
    const index = read({ mediaType: OCI_INDEX, manifests: [amd64, inline] })
    const edited = editIndex(index, (child) => (child.digest === arm64.digest ? other : child), IMAGE)
    expect(documentOf(edited)).toMatchObject({ manifests: [amd64, { ...other, platform: arm64.platform }] })
    expect(edited.children[1]).not.toHaveProperty('data')
  })

  test('is refused where it is nested too deep to be written', () => {
    const depth = 100_000
    const text = `{"mediaType":"${OCI_INDEX}","x":${'['.repeat(depth)}${']'.repeat(depth)},"manifests":[${JSON.stringify(amd64)}]}`
    const deep = readManifest(encode(text), { image: IMAGE })
    expect(() => keep(deep)).toThrow(expect.objectContaining({ code: 'manifest-invalid' }))
  })
})

describe('an attestation', () => {
  test('tells which entry it is about', () => {
    expect(whole.children.map(attestedDigest)).toEqual([undefined, undefined, amd64.digest])
    expect(attestedDigest({ ...amd64, annotations: { 'vnd.docker.reference.digest': arm64.digest } })).toBeUndefined()
  })

  const unknown = { os: 'unknown', architecture: 'unknown' }

  test.each<[string, Partial<Descriptor>, boolean]>([
    ['by its mark', { annotations: mark }, true],
    ['by its platform', { platform: unknown }, true],
    ['by both', { annotations: mark, platform: unknown }, true],
    ['not by another mark', { annotations: { ...mark, 'vnd.docker.reference.type': 'other' } }, false],
    ['not by half a platform', { platform: { os: 'linux', architecture: 'unknown' } }, false],
    ['not by nothing', {}, false],
  ])('is known %s', (_, entry, expected) => {
    expect(isAttestation({ ...manifest('x'), ...entry })).toBe(expected)
  })
})
