import { describe, expect, test } from '@jest/globals'
import type { SettingName } from '../../src/app/given.ts'
import { readSettings } from '../../src/app/settings.ts'
import type { Config } from '../../src/config/config.ts'

const read = (given: Partial<Record<SettingName, string>>, config: Config = {}) =>
  readSettings((name) => given[name] ?? '', config)

describe('mirrors', () => {
  test.each([
    ['ghcr.io/Acme/Mirror', { registry: 'ghcr.io', prefix: 'acme/mirror' }],
    ['oci:./Mirror', { directory: './Mirror' }],
  ])('%s may have capitals, which a directory keeps', (mirrors, expected) => {
    expect(read({ mirrors }).mirrors).toMatchObject([expected])
  })

  test('that are given go before those of the configuration, and bring their own naming', () => {
    const config: Config = { mirrors: [{ address: 'docker.io/acme', naming: 'flat' }] }
    expect(read({}, config).mirrors).toMatchObject([{ prefix: 'acme', naming: 'flat' }])
    expect(read({ mirrors: 'ghcr.io/acme' }, config).mirrors).toMatchObject([{ naming: 'prefix' }])
    expect(read({ naming: 'prefix' }, config).mirrors).toMatchObject([{ prefix: 'acme', naming: 'prefix' }])
  })
})

test('a list has an item a line, or commas and spaces between, and comments', () => {
  expect(read({ images: 'a:1\n# b:1\n c:1, d:1 e:1\r\n' }).images).toEqual(['a:1', 'c:1', 'd:1', 'e:1'])
})

describe('how images are copied', () => {
  test('is faithful and unforced where nobody says otherwise', () => {
    const { copying, registries, force, deadline } = read({})
    expect(copying).toEqual({
      sparse: false,
      dropAttestations: false,
      dockerMediaTypes: false,
      referrers: 'auto',
      foreignLayers: false,
      tags: { immutable: false, except: [] },
      backupTags: false,
      limits: {},
      maxSize: 20 * 2 ** 30,
    })
    expect(registries).toEqual({ endpoints: {}, insecure: [], pullReserve: 0 })
    expect({ force, deadline }).toEqual({ force: false, deadline: undefined })
  })

  const config: Config = {
    sparse: false,
    dropAttestations: true,
    dockerMediaTypes: true,
    referrers: 'always',
    foreignLayers: true,
    tags: 'immutable',
    mutableTags: ['latest'],
    backupTags: true,
    maxSize: 5,
    limits: { manifest: 1, manifests: 2, depth: 3, parts: 4, stall: 5, rate: 6 },
    pullReserve: 7,
    deadline: 8,
  }

  test('is said by the configuration', () => {
    const { copying, registries, deadline } = read({}, config)
    expect(copying).toEqual({
      sparse: false,
      dropAttestations: true,
      dockerMediaTypes: true,
      referrers: 'always',
      foreignLayers: true,
      tags: { immutable: true, except: ['latest'] },
      backupTags: true,
      limits: { manifests: 2, depth: 3, parts: 4 },
      maxSize: 5,
    })
    expect(registries).toMatchObject({ largestManifest: 1, patience: 5, leastRate: 6, pullReserve: 7 })
    expect(deadline).toBe(8)
  })

  test('is said by what is given before that', () => {
    const { copying, registries, deadline } = read(
      {
        sparse: 'true',
        'drop-attestations': 'false',
        'docker-media-types': 'false',
        referrers: 'none',
        'foreign-layers': 'false',
        tags: 'mutable',
        'mutable-tags': '*-nightly, edge',
        'backup-tags': 'false',
        'max-size': '1KiB',
        'pull-reserve': '0',
        deadline: '2s',
      },
      config,
    )
    expect(copying).toEqual({
      sparse: true,
      dropAttestations: false,
      dockerMediaTypes: false,
      referrers: 'none',
      foreignLayers: false,
      tags: { immutable: false, except: ['*-nightly', 'edge'] },
      backupTags: false,
      limits: { manifests: 2, depth: 3, parts: 4 },
      maxSize: 1024,
    })
    expect(registries).toMatchObject({ pullReserve: 0 })
    expect(deadline).toBe(2000)
  })

  test('holds for all platforms where the list of them is empty', () => {
    expect(read({}, { platforms: [] }).copying.platforms).toBeUndefined()
  })

  test.each(['drop-attestations', 'docker-media-types'] as const)('is not both sparse and with %s', (other) => {
    const facts = { name: 'sparse', other, reason: 'digest' }
    expect(() => read({ [other]: 'true' }, { sparse: true })).toThrow(
      expect.objectContaining({ code: 'input-conflict', facts }),
    )
  })

  test('does not name tags that may move, as if the others were protected, where nobody says that they are', () => {
    const missing = expect.objectContaining({ code: 'input-missing', facts: { name: 'tags', need: 'immutable' } })
    expect(() => read({ 'mutable-tags': 'latest' })).toThrow(missing)
    expect(() => read({}, { mutableTags: ['latest'] })).toThrow(missing)
    expect(read({ tags: 'mutable' }, { mutableTags: ['latest'] }).copying.tags).toMatchObject({ immutable: false })
  })

  test('is forced by who is there, never by what a request is copied with', () => {
    const settings = read({ force: 'true' })
    expect(settings.force).toBe(true)
    expect(settings.copying).not.toHaveProperty('force')
  })
})

test.each<[SettingName, string, string]>([
  ['language', 'fr', 'en | zh-CN'],
  ['dry-run', 'yes', 'true | false'],
  ['naming', 'flatt', 'prefix | flat'],
  ['max-size', '1 box', 'BYTES | 500MB | 20GiB'],
  ['concurrency', '0', '1-64'],
  ['concurrency', '65', '1-64'],
  ['concurrency', '1e1', '1-64'],
  ['sparse', 'on', 'true | false'],
  ['force', '1', 'true | false'],
  ['referrers', 'never', 'auto | always | none'],
  ['tags', 'fixed', 'mutable | immutable'],
  ['mutable-tags', 'a:b', 'latest | *-nightly'],
  ['pull-reserve', '-1', '0-1000000'],
  ['deadline', '90', '90s | 45m | 5h30m'],
  ['deadline', '0s', '90s | 45m | 5h30m'],
  ['endpoints', 'docker.io', 'registry=host[:port][/prefix]'],
  ['endpoints', 'docker.io=', 'registry=host[:port][/prefix]'],
  ['endpoints', '=proxy:5000', 'registry=host[:port][/prefix]'],
  ['endpoints', 'docker.io=ftp://proxy', 'registry=host[:port][/prefix]'],
  ['endpoints', 'docker.io=http://', 'registry=host[:port][/prefix]'],
  ['endpoints', 'docker.io/library=proxy', 'registry=host[:port][/prefix]'],
  ['insecure-registries', 'http://proxy', 'host[:port]'],
])('%s does not take %j', (name, value, expected) => {
  expect(() => read({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'input-invalid', facts: { name, value, expected } }),
  )
})
