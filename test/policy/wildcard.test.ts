import { expect, test } from '@jest/globals'
import { matchesWildcard } from '../../src/policy/wildcard.ts'
import { numbers, pick } from '../support/random.ts'

/** The plainest possible reading of `*`, to compare with. */
function coversSlowly(pattern: string, level: string): boolean {
  if (pattern === '') return level === ''
  if (pattern.startsWith('*')) {
    return coversSlowly(pattern.slice(1), level) || (level !== '' && coversSlowly(pattern, level.slice(1)))
  }
  return level.startsWith(pattern.slice(0, 1)) && coversSlowly(pattern.slice(1), level.slice(1))
}

test('`*` stands for any characters, or none, as a plain search finds', () => {
  const next = numbers(3)
  const wrong: string[] = []
  let covered = 0
  for (let round = 0; round < 20_000; round += 1) {
    const pattern = Array.from({ length: 1 + next() * 6 }, () => pick(next, ['a', 'b', '*'])).join('')
    const level = Array.from({ length: 1 + next() * 6 }, () => pick(next, ['a', 'b'])).join('')
    const expected = coversSlowly(pattern, level)
    if (matchesWildcard(pattern, level) !== expected) wrong.push(`${pattern} on ${level}`)
    if (expected) covered += 1
  }
  expect(wrong).toEqual([])
  expect(covered).toBeGreaterThan(1000)
})
