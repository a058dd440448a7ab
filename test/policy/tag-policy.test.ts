import { describe, expect, test } from '@jest/globals'
import { isProtected } from '../../src/policy/tag-policy.ts'

const immutable = (...except: string[]) => ({ immutable: true, except })

describe('a tag', () => {
  test.each([
    ['v1.2.3', immutable(), true],
    ['latest', immutable(), true],
    ['latest', immutable('latest'), false],
    ['latest-alpine', immutable('latest'), true],
    ['Latest', immutable('latest'), true],
    ['2026-nightly', immutable('latest', '*-nightly'), false],
    ['2026-nightly-1', immutable('latest', '*-nightly'), true],
    ['-nightly', immutable('*-nightly'), false],
    ['v1-rc.1-amd64', immutable('v*-rc*-amd64'), false],
    ['v1', immutable('*'), false],
    ['v1', immutable('**'), false],
    ['v1', immutable(''), true],
    ['v1.2', immutable('v1?2'), true],
    ['v1x2', immutable('v1.2'), true],
    ['v1', immutable('(v1)', '[v]1', '^v1$', 'v\\d', '.*x'), true],
    ['v1', { immutable: false, except: [] }, false],
    ['v1', { immutable: false, except: ['latest'] }, false],
  ])('%s under %j is protected: %s', (tag, policy, expected) => {
    expect(isProtected(policy, tag)).toBe(expected)
  })

  test('is judged at once under a pattern of nothing but wildcards', () => {
    const started = performance.now()
    expect(isProtected(immutable(`${'a*'.repeat(20_000)}b`), 'a'.repeat(128))).toBe(true)
    expect(performance.now() - started).toBeLessThan(100)
  })
})
