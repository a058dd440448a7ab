import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/oci/digest.ts'
import { OCI_ARTIFACT, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { cosignTags, isAttachmentTag, isReferrersList, referrersTag, withReferrers } from '../../src/oci/referrers.ts'
import { isTag } from '../../src/oci/reference.ts'
import { makeImage, manifestOf } from '../support/images.ts'
import { listOfReferrers, makeReferrer, SBOM } from '../support/referrers.ts'

const bytes = Buffer.from('x')
const sha256 = digestOf(bytes)
const sha512 = digestOf(bytes, 'sha512')
const image = makeImage()
const one = makeReferrer(image.root.descriptor, { seed: 'one', annotations: { by: 'one' } })
const other = makeReferrer(image.root.descriptor, { seed: 'other' })

describe('tags of a digest', () => {
  test('are those of the specification and of cosign', () => {
    const hex = sha256.slice('sha256:'.length)
    expect(referrersTag(sha256)).toBe(`sha256-${hex}`)
    expect(cosignTags(sha256)).toEqual([`sha256-${hex}.sig`, `sha256-${hex}.att`, `sha256-${hex}.sbom`])
    expect([referrersTag(sha256), ...cosignTags(sha256)].every(isAttachmentTag)).toBe(true)
  })

  test('are tags for a long digest too, where there can be any', () => {
    expect(referrersTag(sha512)).toBe(`sha512-${sha512.slice('sha512:'.length).slice(0, 64)}`)
    expect(isTag(referrersTag(sha512))).toBe(true)
    expect(cosignTags(sha512)).toEqual([])
  })

  test.each(['v1', 'sha256-abc', `sha256-${'A'.repeat(64)}`, `sha256-${'a'.repeat(64)}.exe`, `${sha256}.sig`])(
    'are none such as %s',
    (tag) => expect(isAttachmentTag(tag)).toBe(false),
  )
})

const listed = (...referrers: readonly (typeof one)[]) =>
  withReferrers(
    undefined,
    referrers.map(({ root }) => root),
    'app',
  )

describe('a list of referrers', () => {
  test('says of each its type and annotations', () => {
    const list = listed(one, other)
    expect(list?.descriptor.mediaType).toBe(OCI_INDEX)
    expect(list?.children).toEqual([
      { ...one.root.descriptor, artifactType: SBOM, annotations: { by: 'one' } },
      { ...other.root.descriptor, artifactType: SBOM },
    ])
  })

  test.each<[string, object, string | undefined]>([
    ['its own type', { mediaType: OCI_MANIFEST, artifactType: 'a/b', layers: [] }, 'a/b'],
    ["its config's type", { mediaType: OCI_MANIFEST, artifactType: '', layers: [] }, 'c/d'],
    ['the type of an old artifact', { mediaType: OCI_ARTIFACT, artifactType: 'a/b', config: undefined }, 'a/b'],
    ['no type of an index', { mediaType: OCI_INDEX, config: undefined, manifests: [] }, undefined],
  ])('gives %s', (_, document, expected) => {
    const config = { mediaType: 'c/d', digest: sha256, size: 1 }
    const referrer = manifestOf({ schemaVersion: 2, config, ...document })
    expect(withReferrers(undefined, [referrer], 'app')?.children[0]?.artifactType).toBe(expected)
  })

  test('keeps what it says already as it was written', () => {
    const more = { annotations: { a: 'b' }, 'x-unknown': [1] }
    const list = withReferrers(listOfReferrers([one], more), [one.root, other.root], 'app')
    expect(JSON.parse(Buffer.from(list?.bytes ?? '').toString())).toMatchObject({
      ...more,
      manifests: [one.root.descriptor, { ...other.root.descriptor, artifactType: SBOM }],
    })
  })

  test('names each once, and is left alone where it names all', () => {
    expect(listed(one, one)?.children).toHaveLength(1)
    expect(withReferrers(listed(one), [one.root], 'app')).toBeUndefined()
  })

  test('is refused where it cannot be written', () => {
    const depth = 50_000
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`
    const text = `{"schemaVersion":2,"mediaType":"${OCI_INDEX}","manifests":[],"x":${nested}}`
    const list = { ...listOfReferrers([]), bytes: Buffer.from(text) }
    expect(() => withReferrers(list, [one.root], 'app')).toThrow(
      expect.objectContaining({ code: 'manifest-invalid', facts: expect.objectContaining({ reason: 'nesting' }) }),
    )
  })

  test('MH-92 is an index, and not the manifest that it is about', () => {
    expect(isReferrersList(listOfReferrers([one]), image.root.descriptor.digest)).toBe(true)
    expect(isReferrersList(image.root, image.root.descriptor.digest)).toBe(false)
    expect(isReferrersList(one.root, image.root.descriptor.digest)).toBe(false)
  })
})
