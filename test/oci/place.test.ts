import { describe, expect, test } from '@jest/globals'
import { formatAddress, formatPlace, parseAddress } from '../../src/oci/place.ts'

const SHA256 = `sha256:${'0a'.repeat(32)}`

describe('an address', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['127.0.0.1:5001/m/app:v1', '127.0.0.1:5001/m/app:v1'],
    [`ghcr.io/acme/app:v1@${SHA256}`, `ghcr.io/acme/app:v1@${SHA256}`],
    ['oci:./mirror', 'oci:./mirror'],
    ['oci:./mirror:', 'oci:./mirror'],
    ['oci:/srv/a b', 'oci:/srv/a b'],
    ['oci:dir:app', 'oci:dir:app:latest'],
    ['oci:dir:docker.io/library/nginx:1.27', 'oci:dir:docker.io/library/nginx:1.27'],
    [`oci:dir:app@${SHA256}`, `oci:dir:app@${SHA256}`],
    [`oci:dir:app:v1@${SHA256}`, `oci:dir:app:v1@${SHA256}`],
    ['oci:dir:127.0.0.1_5001/app:v1', 'oci:dir:127.0.0.1_5001/app:v1'],
  ])('%s is %s, which reads as itself', (text, formatted) => {
    const address = parseAddress(text)
    expect(formatAddress(address)).toBe(formatted)
    expect(parseAddress(formatted)).toEqual(address)
  })

  test('in a directory has the directory, the repository, the tag and the digest apart', () => {
    expect(parseAddress(`oci:./m:docker.io/library/nginx:1.27@${SHA256}`)).toEqual({
      place: { kind: 'layout', directory: './m', repository: 'docker.io/library/nginx' },
      tag: '1.27',
      digest: SHA256,
    })
  })

  test('without a name is the whole directory', () => {
    expect(parseAddress('oci:./m')).toEqual({ place: { kind: 'layout', directory: './m', repository: '' } })
  })

  test.each([
    'oci:',
    'oci::app:v1',
    'oci:dir:App',
    'oci:dir:app:',
    'oci:dir:../app',
    'oci:dir:app:v1@sha256:abc',
    `oci:dir:app@${SHA256}@${SHA256}`,
    `oci:dir:@${SHA256}`,
    'oci:dir:127.0.0.1:5001/app:v1',
    `oci:dir:${'a'.repeat(256)}`,
  ])('is refused when it reads %s', (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'target-invalid' }))
  })

  test('on a registry follows the grammar of references', () => {
    expect(() => parseAddress('not an image')).toThrow(expect.objectContaining({ code: 'reference-invalid' }))
  })
})

test('a place is written as people paste it', () => {
  expect(formatPlace({ kind: 'registry', registry: 'ghcr.io', repository: 'acme/m' })).toBe('ghcr.io/acme/m')
  expect(formatPlace({ kind: 'layout', directory: './m', repository: '' })).toBe('oci:./m')
  expect(formatPlace({ kind: 'layout', directory: './m', repository: 'app' })).toBe('oci:./m:app')
})
