import { describe, expect, test } from '@jest/globals'
import { readSettings, type SettingName } from '../../src/app/settings.ts'
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

test.each<[SettingName, string, string]>([
  ['language', 'fr', 'en | zh-CN'],
  ['dry-run', 'yes', 'true | false'],
  ['naming', 'flatt', 'prefix | flat'],
  ['max-size', '1 box', 'BYTES | 500MB | 20GiB'],
  ['concurrency', '0', '1-64'],
  ['concurrency', '65', '1-64'],
  ['endpoints', 'docker.io', 'registry=host[:port][/prefix]'],
  ['endpoints', 'docker.io=', 'registry=host[:port][/prefix]'],
])('%s does not take %j', (name, value, expected) => {
  expect(() => read({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'input-invalid', facts: { name, value, expected } }),
  )
})
