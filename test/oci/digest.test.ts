import { describe, expect, test } from '@jest/globals'
import { digestOf, isDigest } from '../../src/oci/digest.ts'

describe('a digest', () => {
  test('is computed over bytes', () => {
    expect(digestOf(new TextEncoder().encode(''))).toBe(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  test.each(['sha256:abc', 'SHA256:'.padEnd(71, 'a'), `sha256:${'A'.repeat(64)}`, `md5:${'a'.repeat(32)}`, ''])(
    'is refused when it reads %j',
    (text) => {
      expect(isDigest(text)).toBe(false)
    },
  )
})
