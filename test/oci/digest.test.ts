import { describe, expect, test } from '@jest/globals'
import { algorithmOf, digestOf, hasherFor, hexOf, isDigest, matchesDigest, type Digest } from '../../src/oci/digest.ts'

const EMPTY: Digest = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const bytes = new TextEncoder().encode('some bytes')

describe('a digest', () => {
  test('is computed over bytes', () => {
    expect(digestOf(new Uint8Array())).toBe(EMPTY)
  })

  test.each(['sha256', 'sha512'] as const)('of %s knows its algorithm and its own bytes alone', (algorithm) => {
    const digest = digestOf(bytes, algorithm)
    expect(isDigest(digest)).toBe(true)
    expect(algorithmOf(digest)).toBe(algorithm)
    expect(matchesDigest(bytes, digest)).toBe(true)
    expect(matchesDigest(new Uint8Array(), digest)).toBe(false)
    expect(hasherFor(digest).update(bytes).digest('hex')).toBe(hexOf(digest))
  })

  test.each([
    '',
    'sha256:',
    'sha256:abc',
    'a'.repeat(64),
    `SHA256:${'a'.repeat(64)}`,
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'a'.repeat(65)}`,
    `sha256:${'g'.repeat(64)}`,
    `sha256:${'a'.repeat(64)}\n`,
    ` sha256:${'a'.repeat(64)}`,
    `sha512:${'a'.repeat(64)}`,
    `sha384:${'a'.repeat(96)}`,
    `md5:${'a'.repeat(32)}`,
    `sha256:../../${'a'.repeat(58)}`,
  ])('is refused when it reads %j', (text) => {
    expect(isDigest(text)).toBe(false)
  })
})
