import { describe, expect, test } from '@jest/globals'
import { formatAddress, parseAddress } from '../../src/oci/place.ts'
import { formatReference, isRepositoryPath, parseReference, repositoryName } from '../../src/oci/reference.ts'
import { addressAt, parseMirror, type Naming } from '../../src/policy/mirror.ts'
import { numbers, pick } from '../support/random.ts'

const SHA256 = `sha256:${'0a'.repeat(32)}`

const served = (mirror: string, source: string, naming?: Naming): string =>
  formatAddress(addressAt(parseMirror(mirror, naming), parseReference(source)))

describe('a mirror', () => {
  test.each([
    ['ghcr.io/acme/mirror', { registry: 'ghcr.io', prefix: 'acme/mirror' }],
    ['127.0.0.1:5002', { registry: '127.0.0.1:5002', prefix: '' }],
    ['127.0.0.1:5001/m', { registry: '127.0.0.1:5001', prefix: 'm' }],
    ['localhost', { registry: 'localhost', prefix: '' }],
    ['[::1]:5000/m', { registry: '[::1]:5000', prefix: 'm' }],
    ['docker.io/acme', { registry: 'docker.io', prefix: 'acme' }],
    ['registry-1.docker.io/acme', { registry: 'docker.io', prefix: 'acme' }],
    ['GHCR.io/acme', { registry: 'ghcr.io', prefix: 'acme' }],
  ])('%s is a registry and a prefix', (text, expected) => {
    expect(parseMirror(text)).toEqual({ kind: 'registry', text, naming: 'prefix', ...expected })
  })

  test('may be a directory', () => {
    expect(parseMirror('oci:./mirror')).toEqual({
      kind: 'layout',
      text: 'oci:./mirror',
      naming: 'prefix',
      directory: './mirror',
    })
  })

  test.each([
    '',
    'acme/mirror',
    'mirror',
    'ghcr.io/acme/mirror:tag',
    'ghcr.io/acme:tag',
    `ghcr.io/acme@${SHA256}`,
    'ghcr.io:latest',
    'ghcr.io/',
    'ghcr.io/acme/',
    'ghcr.io//acme',
    'ghcr.io/../acme',
    'https://ghcr.io/acme',
    'ghcr.io/acme mirror',
    ' ghcr.io/acme',
    'docker.io',
    'index.docker.io',
    '$(id).io/acme',
    'oci:',
    'oci:./mirror:app',
    'oci:./mirror:app:v1',
  ])('is refused when it reads %j', (text) => {
    expect(() => parseMirror(text)).toThrow(expect.objectContaining({ code: 'target-invalid' }))
  })

  test('is in lower case, however the account that it belongs to is written', () => {
    expect(parseMirror('GHCR.io/Acme/Mirror')).toMatchObject({ registry: 'ghcr.io', prefix: 'acme/mirror' })
  })
})

describe('by prefix, a mirror serves', () => {
  test.each([
    ['ghcr.io/acme/mirror', 'nginx:1.27', 'ghcr.io/acme/mirror/docker.io/library/nginx:1.27'],
    ['127.0.0.1:5002', 'nginx', '127.0.0.1:5002/docker.io/library/nginx:latest'],
    ['docker.io/acme', 'ghcr.io/a/b:v1', 'docker.io/acme/ghcr.io/a/b:v1'],
    ['ghcr.io/m', `quay.io/a/b:v1@${SHA256}`, `ghcr.io/m/quay.io/a/b:v1@${SHA256}`],
    ['ghcr.io/m', `quay.io/a/b@${SHA256}`, `ghcr.io/m/quay.io/a/b@${SHA256}`],
    ['ghcr.io/m', '127.0.0.1:5001/app:v1', 'ghcr.io/m/127.0.0.1_5001/app:v1'],
    ['ghcr.io/m', '[fd00::1]:5000/app:v1', 'ghcr.io/m/ip6__fd00xx1_5000/app:v1'],
    ['ghcr.io/m', '[::1]/app:v1', 'ghcr.io/m/ip6__xx1/app:v1'],
    ['oci:./mirror', 'nginx:1.27', 'oci:./mirror:docker.io/library/nginx:1.27'],
    ['oci:./mirror', '[fd00::]:5000/app:v1', 'oci:./mirror:ip6__fd00xx_5000/app:v1'],
  ])('%s: %s as %s', (mirror, source, address) => {
    expect(served(mirror, source)).toBe(address)
  })
})

describe('flat, a mirror serves', () => {
  test.each([
    ['registry.example/ns', 'nginx', 'registry.example/ns/docker.io--library--nginx:latest'],
    ['registry.example/ns', 'a/b-c:v1', 'registry.example/ns/docker.io--a--b-c:v1'],
    ['registry.example/ns', 'a/b--c:v1', 'registry.example/ns/docker.io--a--b---c:v1'],
    ['registry.example/ns', 'a--b/c:v1', 'registry.example/ns/docker.io--a---b--c:v1'],
    ['registry.example/ns', '127.0.0.1:5001/a:v1', 'registry.example/ns/127.0.0.1_5001--a:v1'],
    ['docker.io/acme', 'nginx', 'docker.io/acme/docker.io--library--nginx:latest'],
  ])('%s: %s as %s', (mirror, source, address) => {
    expect(served(mirror, source, 'flat')).toBe(address)
  })
})

const nameOf = (length: number) => parseReference(`a.io/${'b'.repeat(length - 'a.io/'.length)}`)

describe('an address', () => {
  test('of more than 255 characters is refused, at the registry and in a directory', () => {
    const registry = parseMirror('ghcr.io/m')
    expect(formatAddress(addressAt(registry, nameOf(245)))).toHaveLength(255 + ':latest'.length)
    expect(() => addressAt(registry, nameOf(246))).toThrow(expect.objectContaining({ code: 'address-too-long' }))
    const directory = parseMirror('oci:./a/rather/long/name')
    expect(addressAt(directory, nameOf(255)).place.repository).toHaveLength(255)
    expect(() => addressAt(directory, nameOf(256))).toThrow(expect.objectContaining({ code: 'address-too-long' }))
  })
})

const UNFLAT = /-{2,}/g
const unflatten = (name: string) => name.replace(UNFLAT, (run) => (run === '--' ? '/' : run.slice(1)))

/** What a client of the mirror would have to do to learn the source: written from the documentation alone. */
function sourceOf(repository: string, naming: Naming): string {
  const [component = '', ...path] = (naming === 'flat' ? unflatten(repository) : repository).split('/')
  const [, address, port] = /^ip6__([a-f0-9x]+)(_\d+)?$/.exec(component) ?? []
  const host = address === undefined ? component : `[${address.replaceAll('x', ':')}]${port ?? ''}`
  return [host.replace('_', ':'), ...path].join('/')
}

test.each(['prefix', 'flat'] as const)(
  'two sources never share an address (%s): each leads back to its own',
  (naming) => {
    const next = numbers(11)
    const hosts = ['a.io', 'a--b.io', 'a-b.io', 'ip6.io', 'ip6:5', 'xx1:5', 'a:5000', '127.0.0.1:5001', '[::1]', '[::1]:5', '[1::]:5', '[fd00::a1]:5000'] as const // prettier-ignore
    const pieces = ['a', 'b1', 'xx1', 'ip6', '5'] as const
    const joints = ['/', '-', '--', '---', '----', '.', '_', '__'] as const
    const mirror = parseMirror('m.example', naming)
    const sources = new Map<string, string>()
    const wrong: string[] = []
    for (let round = 0; round < 20_000; round += 1) {
      const tail = Array.from({ length: next() * 5 }, () => pick(next, joints) + pick(next, pieces)).join('')
      const source = parseReference(`${pick(next, hosts)}/${pick(next, pieces)}${tail}`)
      const { place } = addressAt(mirror, source)
      const isRight =
        isRepositoryPath(place.repository) && sourceOf(place.repository, naming) === repositoryName(source)
      if (!isRight) wrong.push(`${repositoryName(source)} as ${place.repository}`)
      sources.set(place.repository, repositoryName(source))
    }
    expect(wrong).toEqual([])
    expect(new Set(sources.values()).size).toBe(sources.size)
    expect(sources.size).toBeGreaterThan(3000)
  },
)

test('an address reads as itself, wherever it is', () => {
  for (const mirror of ['ghcr.io/m', '127.0.0.1:5002', 'docker.io/acme', 'oci:./mirror']) {
    for (const naming of ['prefix', 'flat'] as const) {
      for (const source of ['nginx', `[::1]:5/a--b:v1@${SHA256}`, `a.io/b@${SHA256}`]) {
        const address = addressAt(parseMirror(mirror, naming), parseReference(source))
        expect(parseAddress(formatAddress(address))).toEqual(address)
      }
    }
  }
  expect(formatReference(parseReference('docker.io/acme/docker.io--library--nginx'))).toContain('docker.io/acme/')
})
