import { describe, expect, test } from '@jest/globals'
import { Failure, type ReferenceFault } from '../../src/failure/failure.ts'
import {
  canonicalRegistry,
  formatReference,
  isRegistry,
  isRepositoryPath,
  isTag,
  parseReference,
  pullKey,
  repositoryName,
} from '../../src/oci/reference.ts'
import { numbers, pick } from '../support/random.ts'

const SHA256 = `sha256:${'0a'.repeat(32)}`
const SHA512 = `sha512:${'0a'.repeat(64)}`

const parts = (text: string) => {
  const { registry, repository, tag, digest } = parseReference(text)
  return [registry, repository, tag, digest]
}

const faultOf = (text: string): ReferenceFault | undefined => {
  try {
    parseReference(text)
  } catch (error) {
    if (Failure.is(error, 'reference-invalid')) return error.facts.reason
    throw error
  }
  return undefined
}

describe('a reference is read into registry, repository, tag and digest', () => {
  test.each([
    ['example.com/repo:tag', 'example.com', 'repo', 'tag', undefined],
    ['example.com/repo', 'example.com', 'repo', 'latest', undefined],
    ['registry:5000/repo', 'registry:5000', 'repo', 'latest', undefined],
    ['registry:5000/repo:5050', 'registry:5000', 'repo', '5050', undefined],
    [`registry:5000/repo@${SHA256}`, 'registry:5000', 'repo', undefined, SHA256],
    [`registry:5000/repo:tag@${SHA256}`, 'registry:5000', 'repo', 'tag', SHA256],
    [`xn--n3h.com/image:xn--n3h.com@${SHA512}`, 'xn--n3h.com', 'image', 'xn--n3h.com', SHA512],
    ['localhost/app', 'localhost', 'app', 'latest', undefined],
    ['localhost:8080/app:v1', 'localhost:8080', 'app', 'v1', undefined],
    ['127.0.0.1:5001/library/app:v1', '127.0.0.1:5001', 'library/app', 'v1', undefined],
    ['192.0.2.7/app', '192.0.2.7', 'app', 'latest', undefined],
    ['[2001:db8::1]/app', '[2001:db8::1]', 'app', 'latest', undefined],
    ['[2001:db8::1]:5000/app:v1', '[2001:db8::1]:5000', 'app', 'v1', undefined],
    [`[::1]:5000/a/b:v1@${SHA256}`, '[::1]:5000', 'a/b', 'v1', SHA256],
    ['sub-1.example.com/a/b/c:some-long-tag', 'sub-1.example.com', 'a/b/c', 'some-long-tag', undefined],
    ['b.example.io/test.example.com/my-app:test.example.com', 'b.example.io', 'test.example.com/my-app', 'test.example.com', undefined], // prettier-ignore
    ['registry.io/a/project--id.module--name.ver---sion', 'registry.io', 'a/project--id.module--name.ver---sion', 'latest', undefined], // prettier-ignore
    ['example.com/some_separator__twice/x', 'example.com', 'some_separator__twice/x', 'latest', undefined],
    ['example.com/repo:Upper_.-1', 'example.com', 'repo', 'Upper_.-1', undefined],
    ['example.com/repo:_x', 'example.com', 'repo', '_x', undefined],
  ])('%s', (text, ...expected) => {
    expect(parts(text)).toEqual(expected)
  })
})

describe('MH-78 names of Docker Hub are written out', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    [`nginx@${SHA256}`, `docker.io/library/nginx@${SHA256}`],
    [`nginx:1.27@${SHA256}`, `docker.io/library/nginx:1.27@${SHA256}`],
    ['library/nginx', 'docker.io/library/nginx:latest'],
    ['prom/node-exporter:v1.8.2', 'docker.io/prom/node-exporter:v1.8.2'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/library/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/library', 'docker.io/library/library:latest'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['registry-1.docker.io/prom/prometheus', 'docker.io/prom/prometheus:latest'],
    ['Docker.IO/nginx', 'docker.io/library/nginx:latest'],
    ['test_com/foo', 'docker.io/test_com/foo:latest'],
    ['dock__er/app', 'docker.io/dock__er/app:latest'],
    ['docker---rules/app', 'docker.io/docker---rules/app:latest'],
    ['d/t', 'docker.io/d/t:latest'],
    ['library/foo/bar', 'docker.io/library/foo/bar:latest'],
    ['example.com:5000', 'docker.io/library/example.com:5000'],
    ['192.0.2.7', 'docker.io/library/192.0.2.7:latest'],
    [`docker.io/${'1a'.repeat(32)}`, `docker.io/library/${'1a'.repeat(32)}:latest`],
    ['1a2b', 'docker.io/library/1a2b:latest'],
  ])('%s is %s', (text, expected) => {
    expect(formatReference(parseReference(text))).toBe(expected)
  })

  test('a registry is in lower case, a tag as it was written', () => {
    expect(formatReference(parseReference('GHCR.io/acme/app:V1'))).toBe('ghcr.io/acme/app:V1')
  })
})

describe('what is outside the grammar is refused, with what is wrong', () => {
  const cases: readonly (readonly [string, ReferenceFault])[] = [
    ['', 'empty'],
    [' ', 'grammar'],
    [' nginx', 'grammar'],
    ['nginx ', 'grammar'],
    ['nginx\n', 'grammar'],
    ['nginx:1.27\n', 'tag'],
    ['docker pull nginx', 'grammar'],
    ['nginx\u0000', 'grammar'],
    ['ng\u202einx', 'grammar'],
    ['ｎｇｉｎｘ', 'grammar'],
    ['nginx：1.27', 'grammar'],
    ['docer\u212a.io/nginx', 'grammar'],
    ['docker.i\u043e/nginx', 'grammar'],
    [':tag', 'grammar'],
    [`@${SHA256}`, 'grammar'],
    ['/nginx', 'grammar'],
    ['nginx/', 'grammar'],
    ['docker.io/', 'grammar'],
    ['docker.io//nginx', 'grammar'],
    ['a//b', 'grammar'],
    ['docker///docker', 'grammar'],
    ['example.com/../etc/passwd', 'grammar'],
    ['example.com/a/..', 'grammar'],
    ['../a', 'grammar'],
    ['./a', 'grammar'],
    ['do..cker/app', 'grammar'],
    ['dock_.er/app', 'grammar'],
    ['dock-.er/app', 'grammar'],
    ['a___b', 'grammar'],
    ['-docker/app', 'grammar'],
    ['docker-/app', 'grammar'],
    ['docker./app', 'grammar'],
    ['.docker/app', 'grammar'],
    ['_docker/_docker', 'grammar'],
    ['____/____', 'grammar'],
    ['-docker.io/a', 'grammar'],
    ['foo_bar.com:8080/app', 'grammar'],
    ['aa/asdf$$^/aa', 'grammar'],
    ['$(id)/app', 'grammar'],
    ['`id`', 'grammar'],
    ['a;b', 'grammar'],
    ['registry:http/app', 'grammar'],
    ['registry:99999/app', 'grammar'],
    ['256.1.1.1/app', 'grammar'],
    ['fd00::1:5000/app', 'grammar'],
    ['[fd00::1]5000/app', 'grammar'],
    ['[1:2]/app', 'grammar'],
    ['[fe80::1%eth0]:5000/app', 'grammar'],
    ['[::ffff:192.0.2.33]:5000/app', 'grammar'],
    ['[fd00::1]', 'tag'],
    ['nginx:', 'tag'],
    ['nginx:-1', 'tag'],
    ['nginx:.1', 'tag'],
    ['nginx:1.27~2', 'tag'],
    ['nginx:1 27', 'tag'],
    [`nginx:${'a'.repeat(129)}`, 'tag'],
    ['Nginx', 'uppercase'],
    ['Docker/app', 'uppercase'],
    ['acme/App:v1', 'uppercase'],
    ['docker.io/acme/App', 'uppercase'],
    ['nginx@', 'digest'],
    ['nginx@sha256', 'digest'],
    ['nginx@sha256:abc', 'digest'],
    [`nginx@${SHA256.toUpperCase()}`, 'digest'],
    [`nginx@md5:${'a'.repeat(32)}`, 'digest'],
    [`nginx@${SHA256}0`, 'digest'],
    [`nginx@${SHA256}@${SHA256}`, 'digest'],
    [`nginx@${SHA256}:tag`, 'digest'],
    ['1a'.repeat(32), 'identifier'],
    [SHA256, 'identifier'],
    ['https://docker.io/library/nginx', 'scheme'],
    ['docker://nginx', 'scheme'],
    ['HTTP://hub.docker.com/_/nginx', 'scheme'],
    [`example.com/${'a'.repeat(256)}`, 'too-long'],
    [`docker.io/${'a'.repeat(248)}`, 'too-long'],
    ['a'.repeat(1_000_000), 'too-long'],
  ]
  test.each(cases)('%j: %s', (text, reason) => {
    expect(faultOf(text)).toBe(reason)
  })

  test('an error never repeats more than a line of a hostile text', () => {
    expect(() => parseReference('x'.repeat(1_000_000))).toThrow(/^.{0,400}$/s)
  })
})

test('the limits are 255 characters for a repository and 128 for a tag', () => {
  const repository = 'a'.repeat(255)
  expect(parts(`example.com/${repository}:${'t'.repeat(128)}`)).toEqual([
    'example.com',
    repository,
    't'.repeat(128),
    undefined,
  ])
  expect(parts(`a.io/${'a/'.repeat(127)}a`)[1]).toHaveLength(255)
  expect(isRepositoryPath(repository)).toBe(true)
  expect(isRepositoryPath(`${repository}a`)).toBe(false)
  expect(isTag('t'.repeat(128))).toBe(true)
  expect(isTag('t'.repeat(129))).toBe(false)
})

describe('a registry', () => {
  test.each(['docker.io', 'localhost', 'LOCALHOST', 'a:5000', '127.0.0.1:5000', '[::1]', '[::1]:5000', 'a-b.c'])(
    '%s is one',
    (text) => {
      expect(isRegistry(text)).toBe(true)
    },
  )
  test.each(['', 'docker', 'a/b.c', 'a..b', '-a.b', 'a.b:', 'a.b:65536', 'a_b.c', '[::1', '::1', 'a.b@c', '*.io'])(
    '%j is none',
    (text) => {
      expect(isRegistry(text)).toBe(false)
    },
  )
  test('has one canonical form', () => {
    expect(['INDEX.docker.io', 'registry-1.docker.io', 'GHCR.io'].map(canonicalRegistry)).toEqual([
      'docker.io',
      'docker.io',
      'ghcr.io',
    ])
  })
})

test('a digest says more than a tag about what to pull', () => {
  expect(pullKey(parseReference(`nginx:1@${SHA256}`))).toBe(SHA256)
  expect(pullKey(parseReference('nginx:1'))).toBe('1')
  expect(repositoryName(parseReference('nginx:1'))).toBe('docker.io/library/nginx')
})

test('whatever parses, parses to itself when written out', () => {
  const next = numbers(7)
  const pieces = [
    'a',
    'B',
    '0',
    '.',
    '-',
    '_',
    '/',
    ':',
    '@',
    '[',
    ']',
    '::1',
    'docker.io',
    'localhost',
    '5000',
    SHA256,
  ] as const
  const changed: string[] = []
  let read = 0
  for (let round = 0; round < 40_000; round += 1) {
    const text = Array.from({ length: 1 + next() * 7 }, () => pick(next, pieces)).join('')
    if (faultOf(text) !== undefined) continue
    const reference = parseReference(text)
    const again = parseReference(formatReference(reference))
    if (JSON.stringify(again) !== JSON.stringify(reference)) changed.push(text)
    read += 1
  }
  expect(changed).toEqual([])
  expect(read).toBeGreaterThan(1000)
})
