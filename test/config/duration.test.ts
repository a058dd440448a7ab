import { describe, expect, test } from '@jest/globals'
import { parseDuration } from '../../src/config/duration.ts'

describe('a duration in milliseconds', () => {
  test.each([
    ['90s', 90_000],
    ['45m', 2_700_000],
    ['5h30m', 19_800_000],
    ['1h1m1s', 3_661_000],
    ['2h5s', 7_205_000],
    [' 1s ', 1000],
    ['596h', 2_145_600_000],
  ])('is read from %j', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  test.each([
    '',
    '0s',
    '0h0m',
    '90',
    's',
    '-5m',
    '1.5h',
    '30m5h',
    '5 h',
    '5h 30m',
    '5H',
    '1d',
    '500ms',
    '597h',
    '9999999s',
  ])('is not read from %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})
