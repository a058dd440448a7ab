import { describe, expect, test } from '@jest/globals'
import { parseContentRange, parseRange } from '../../../src/registry/server/byte-range.ts'
import { parseRoute } from '../../../src/registry/server/route.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('a path', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['/v2', { kind: 'base' }],
    ['/v2/?x=1', { kind: 'base' }],
    ['/v2/_catalog?n=1', { kind: 'catalog' }],
    ['/v2/a/b/tags/list', { kind: 'tags', repository: 'a/b' }],
    ['/v2/a/manifests/v1', { kind: 'manifest', repository: 'a', key: 'v1' }],
    [`/v2/a/manifests/${digest}`, { kind: 'manifest', repository: 'a', key: digest }],
    [`/v2/a/blobs/${digest.replace(':', '%3A')}`, { kind: 'blob', repository: 'a', key: digest }],
    ['/v2/a/blobs/uploads/', { kind: 'uploads', repository: 'a' }],
    ['/v2/a/blobs/uploads?mount=x', { kind: 'uploads', repository: 'a' }],
    ['/v2/a/blobs/uploads/1', { kind: 'upload', repository: 'a', key: '1' }],
    [`/v2/a/b/referrers/${digest}`, { kind: 'referrers', repository: 'a/b', key: digest }],
    ['/v2/blobs/uploads/manifests/v1', { kind: 'manifest', repository: 'blobs/uploads', key: 'v1' }],
    ['/v2/tags/list/tags/list', { kind: 'tags', repository: 'tags/list' }],
  ])('%s is understood', (path, route) => {
    expect(parseRoute(path)).toMatchObject(route)
  })

  test.each([
    '/v2/../etc/manifests/v1',
    '/v2/a/../b/manifests/v1',
    '/v2/a%2F..%2Fb/blobs/uploads/',
    '/v2/UPPER/manifests/v1',
    '/v2/a//b/manifests/v1',
    '/v2/a%00/tags/list',
    '/v2/%ff/manifests/v1',
    `/v2/${'a'.repeat(256)}/tags/list`,
  ])('%s has a bad name', (path) => {
    expect(parseRoute(path)).toEqual({ kind: 'bad-name' })
  })

  test.each(['/', '', '/v1/', '/v2/a', '/v2/a/manifests/', '/v2//manifests/v1', '/v2/a/referrers/', '/v2x/_catalog'])(
    '%j is none of ours',
    (path) => {
      expect(parseRoute(path)).toEqual({ kind: 'none' })
    },
  )

  test('of a megabyte is judged at once', () => {
    const started = performance.now()
    parseRoute(`/v2/${'a/blobs/uploads/'.repeat(65_536)}`)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('a range of 100 bytes', () => {
  test.each<[string | undefined, unknown]>([
    [undefined, 'whole'],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=99-99', { start: 99, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-0', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['lines=0-1', 'whole'],
  ])('%s is read as %j', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range)
  })

  test('of nothing is never satisfiable', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable')
    expect(parseRange(undefined, 0)).toBe('whole')
  })
})

test.each<[string, unknown]>([
  ['0-9', { start: 0, end: 9 }],
  ['bytes 10-19/*', { start: 10, end: 19 }],
  ['bytes 10-19/20', { start: 10, end: 19 }],
  ['9-0', undefined],
  ['0-', undefined],
  ['x', undefined],
])('the place of a chunk, %s, is read as %j', (header, range) => {
  expect(parseContentRange(header)).toEqual(range)
})
