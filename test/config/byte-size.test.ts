import { describe, expect, test } from '@jest/globals'
import { parseByteSize } from '../../src/config/byte-size.ts'

describe('a size in bytes', () => {
  test.each<[string | number, number]>([
    [1, 1],
    ['1024', 1024],
    ['12B', 12],
    ['500MB', 500_000_000],
    ['20GiB', 21_474_836_480],
    ['20 gib', 21_474_836_480],
    [' 1.5KiB ', 1536],
    ['2TB', 2_000_000_000_000],
  ])('is read from %j', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes)
  })

  test.each<string | number>([
    '',
    'GiB',
    '0',
    0,
    -1,
    '-5MB',
    '5G',
    '5 apples',
    '1e3',
    '1,5GB',
    'NaN',
    Number.NaN,
    0.4,
    '99999999TiB',
  ])('is not read from %j', (text) => {
    expect(parseByteSize(text)).toBeUndefined()
  })
})
