import { describe, expect, test } from '@jest/globals'
import { parseConfig } from '../../src/config/config.ts'
import type { ConfigFault } from '../../src/failure/config-fault.ts'
import { Failure } from '../../src/failure/failure.ts'
import { failureText } from '../../src/failure/texts.ts'

const FILE = '.github/transship.yml'

/** The failure that reading `text` ends in. */
function failureOf(text: string): Failure<'config-invalid'> {
  try {
    parseConfig(text, FILE)
  } catch (error) {
    if (Failure.is(error, 'config-invalid')) return error
    throw error
  }
  throw new Error('the configuration was taken')
}

/** `line:column` of the fault, and the fault. */
function faultOf(text: string): [string, ConfigFault] {
  const { line, column, reason } = failureOf(text).facts
  return [`${line}:${column}`, reason]
}

describe('a configuration', () => {
  test('is read into typed settings', () => {
    const text = `
mirrors:
  - ghcr.io/acme/mirror
  - { address: registry.example.com/acme, naming: flat }
  - oci:./mirror
allowlist: .github/allows.txt
images: [nginx, "quay.io/prometheus/node-exporter:v1.8.2"]
platforms: [linux/amd64, linux/arm64/v8]
endpoints: { index.docker.io: "http://127.0.0.1:5001", Quay.io: proxy.example.com }
insecure-registries: ["registry.local:5000"]
language: zh-CN
max-size: 1.5GiB
max-images: 7
request-label: mirror please
concurrency: 8
sparse: true
drop-attestations: true
docker-media-types: false
referrers: always
foreign-layers: true
tags: immutable
mutable-tags: [latest, "*-nightly"]
backup-tags: true
limits: { manifest: 1MiB, manifests: 4MiB, depth: 2, parts: 100, stall: 2m, rate: 64KiB }
pull-reserve: 0
deadline: 1h30m
`
    expect(parseConfig(text, FILE)).toEqual({
      mirrors: [
        { address: 'ghcr.io/acme/mirror', naming: 'prefix' },
        { address: 'registry.example.com/acme', naming: 'flat' },
        { address: 'oci:./mirror', naming: 'prefix' },
      ],
      allowlist: '.github/allows.txt',
      images: ['nginx', 'quay.io/prometheus/node-exporter:v1.8.2'],
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64', variant: 'v8' },
      ],
      endpoints: { 'docker.io': 'http://127.0.0.1:5001', 'quay.io': 'proxy.example.com' },
      insecureRegistries: ['registry.local:5000'],
      language: 'zh-CN',
      maxSize: 1_610_612_736,
      maxImages: 7,
      requestLabel: 'mirror please',
      concurrency: 8,
      sparse: true,
      dropAttestations: true,
      dockerMediaTypes: false,
      referrers: 'always',
      foreignLayers: true,
      tags: 'immutable',
      mutableTags: ['latest', '*-nightly'],
      backupTags: true,
      limits: { manifest: 2 ** 20, manifests: 2 ** 22, depth: 2, parts: 100, stall: 120_000, rate: 65_536 },
      pullReserve: 0,
      deadline: 5_400_000,
    })
  })

  test.each(['', '# nothing yet\n', '{}', '---\n'])('that reads %j configures nothing', (text) => {
    expect(parseConfig(text, FILE)).toEqual({})
  })

  test('may use anchors and aliases', () => {
    expect(parseConfig('insecure-registries: [&own "registry.local:5000"]\nmirrors: [*own]', FILE)).toEqual({
      insecureRegistries: ['registry.local:5000'],
      mirrors: [{ address: 'registry.local:5000', naming: 'prefix' }],
    })
  })
})

describe('a fault in the configuration is told with its line and column:', () => {
  test.each<[string, string, string, ConfigFault]>([
    [
      'a key that is unknown',
      'language: en\nmirors: []',
      '2:1',
      { kind: 'unknown-key', key: 'mirors', nearest: 'mirrors' },
    ],
    ['a key like no other', '{colour: red}', '1:2', { kind: 'unknown-key', key: 'colour' }],
    [
      'a key of a mirror',
      'mirrors:\n  - address: a.io/b\n    namign: flat',
      '3:5',
      { kind: 'unknown-key', key: 'namign', nearest: 'naming' },
    ],
    ['a key that is there twice', 'language: en\nlanguage: en', '2:1', { kind: 'duplicate-key' }],
    [
      'text for a list',
      'mirrors: a.io/b',
      '1:10',
      { kind: 'value', key: 'mirrors', expected: 'list', found: '"a.io/b"' },
    ],
    ['nothing for a list', 'language: en\nmirrors:', '2:1', { kind: 'value', key: 'mirrors', expected: 'list' }],
    ['a list for the whole', '\n- a', '2:1', { kind: 'value', key: '', expected: 'mapping', found: '[...]' }],
    [
      'a value inside a mirror',
      'mirrors:\n- a.io/b\n- {address: a.io/b, naming: deep}',
      '3:29',
      { kind: 'value', key: 'mirrors[2].naming', expected: 'naming', found: '"deep"' },
    ],
    [
      'a mirror with a scheme',
      'mirrors: ["https://a.io"]',
      '1:11',
      { kind: 'value', key: 'mirrors[1]', expected: 'mirror', found: '"https://a.io"' },
    ],
    [
      'a mirror without an address',
      'mirrors: [{naming: flat}]',
      '1:11',
      { kind: 'value', key: 'mirrors[1].address', expected: 'mirror' },
    ],
    [
      'a number for an image',
      'images:\n  - nginx\n  - 1.27',
      '3:5',
      { kind: 'value', key: 'images[2]', expected: 'image', found: '1.27' },
    ],
    [
      'a platform of one word',
      'platforms: [amd64]',
      '1:13',
      { kind: 'value', key: 'platforms[1]', expected: 'platform', found: '"amd64"' },
    ],
    [
      'a size in words',
      'max-size: huge',
      '1:11',
      { kind: 'value', key: 'max-size', expected: 'size', found: '"huge"' },
    ],
    ['a size of zero', 'max-size: 0', '1:11', { kind: 'value', key: 'max-size', expected: 'size', found: '0' }],
    ['a limit that is unknown', 'limits:\n  dept: 3', '2:3', { kind: 'unknown-key', key: 'dept', nearest: 'depth' }],
    [
      'a limit that is none',
      'limits: {depth: 0}',
      '1:17',
      { kind: 'value', key: 'limits.depth', expected: 'count', found: '0' },
    ],
    [
      'a duration without a unit',
      'deadline: 90',
      '1:11',
      { kind: 'value', key: 'deadline', expected: 'duration', found: '90' },
    ],
    [
      'a duration in words',
      'limits: {stall: a minute}',
      '1:17',
      { kind: 'value', key: 'limits.stall', expected: 'duration', found: '"a minute"' },
    ],
    ['a word for a switch', 'sparse: on', '1:9', { kind: 'value', key: 'sparse', expected: 'switch', found: '"on"' }],
    [
      'a choice that is none',
      'referrers: never',
      '1:12',
      { kind: 'value', key: 'referrers', expected: 'referrers', found: '"never"' },
    ],
    ['a rule of no kind', 'tags: fixed', '1:7', { kind: 'value', key: 'tags', expected: 'tags', found: '"fixed"' }],
    [
      'a tag that no tag can be',
      'mutable-tags: [latest, "a:b"]',
      '1:24',
      { kind: 'value', key: 'mutable-tags[2]', expected: 'tag-pattern', found: '"a:b"' },
    ],
    [
      'a reserve below nothing',
      'pull-reserve: -1',
      '1:15',
      { kind: 'value', key: 'pull-reserve', expected: 'count-from-zero', found: '-1' },
    ],
    ['half an image', 'max-images: 1.5', '1:13', { kind: 'value', key: 'max-images', expected: 'count', found: '1.5' }],
    [
      'a language not spoken',
      'language: de',
      '1:11',
      { kind: 'value', key: 'language', expected: 'language', found: '"de"' },
    ],
    [
      'an endpoint of another protocol',
      'endpoints: {docker.io: "ftp://a"}',
      '1:24',
      { kind: 'value', key: 'endpoints.docker.io', expected: 'endpoint', found: '"ftp://a"' },
    ],
    [
      'an endpoint for no host',
      'endpoints: {"a b": a.io}',
      '1:13',
      { kind: 'value', key: 'endpoints (key)', expected: 'host', found: '"a b"' },
    ],
    [
      'an alias of nothing',
      'mutable-tags: [*-nightly]',
      '1:16',
      {
        kind: 'syntax',
        detail: 'there is no anchor named -nightly; a text that begins with "*" has to stand in quotes',
      },
    ],
    [
      'two documents',
      'language: en\n---\n{}',
      '2:1',
      { kind: 'syntax', detail: 'the file holds more than one document' },
    ],
  ])('%s', (_what, text, position, fault) => {
    expect(faultOf(text)).toEqual([position, fault])
  })

  test.each([
    ['mirrors: [a.io/b', '1:17'],
    ['mirrors:\n\t- a.io/b', '2:1'],
    ['language: "en', '1:14'],
  ])('YAML that breaks off, as in %j', (text, position) => {
    expect(faultOf(text)).toEqual([position, { kind: 'syntax', detail: expect.any(String) }])
  })
})

describe('a configuration made to do harm', () => {
  test('is refused by size before it is parsed', () => {
    expect(faultOf(`#${'x'.repeat(2 ** 20)}`)).toEqual(['1:1', { kind: 'too-large', limit: 2 ** 20 }])
  })

  test.each([
    ['open brackets', '['.repeat(500_000)],
    ['open braces', '{a: '.repeat(200_000)],
    ['dashes', '- '.repeat(500_000)],
    ['growing indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['aliases of aliases', aliasBomb(9)],
  ])('is refused when it is made of %s', (_what, text) => {
    expect(faultOf(text)).toEqual(['1:1', { kind: 'too-complex' }])
  })

  test('cannot reach the prototype of objects', () => {
    expect(faultOf('__proto__: {language: en}')).toEqual(['1:1', { kind: 'unknown-key', key: '__proto__' }])
    expect(faultOf('constructor: {}')[1]).toEqual({ kind: 'unknown-key', key: 'constructor' })
  })

  test('does not bring a password into the message', () => {
    const failure = failureOf('endpoints: {docker.io: "https://user:secret@proxy.example.com"}')
    expect(failure.message).toContain('//***@proxy.example.com')
    expect(`${failure.message} ${JSON.stringify(failure.facts)}`).not.toContain('secret')
  })
})

test('a fault is told in both languages', () => {
  const failure = failureOf('language: en\nmirors: []')
  expect(failure.message).toMatch(/^\.github\/transship\.yml:2:1: there is no key "mirors"; the nearest is "mirrors"\./)
  expect(failureText(failure, 'zh-CN').sentence).toBe(
    '.github/transship.yml:2:1：没有名为“mirors”的键，最接近的是“mirrors”。',
  )
})

/** Each level lists the one before it ten times. */
function aliasBomb(levels: number): string {
  const lines = ['a0: &a0 x']
  for (let level = 1; level <= levels; level += 1) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`)
  }
  return lines.join('\n')
}
