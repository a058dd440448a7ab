import { expect, test } from '@jest/globals'
import { editDistance } from '../../src/policy/edit-distance.ts'

test.each([
  ['', '', 2, 0],
  ['nginx', 'nginx', 2, 0],
  ['nginx', 'nginx', 0, 0],
  ['nginx', 'ngnix', 2, 1],
  ['nginx', 'ngnix', 0, 1],
  ['nginx', 'nginxx', 2, 1],
  ['nginx', 'ginx', 2, 1],
  ['nginx', 'nginz', 2, 1],
  ['', 'ab', 2, 2],
  ['ab', '', 2, 2],
  ['ab', 'ba', 2, 1],
  ['abcd', 'badc', 2, 2],
  ['ca', 'abc', 3, 3],
  ['redis', 'nginx', 2, 3],
  ['a', 'abcdef', 2, 3],
  ['kitten', 'sitting', 3, 3],
  ['kitten', 'sitting', 2, 3],
])('%j and %j, up to %d: %d', (a, b, limit, expected) => {
  expect(editDistance(a, b, limit)).toBe(expected)
  expect(editDistance(b, a, limit)).toBe(expected)
})
