import { describe, expect, test } from '@jest/globals'
import { formatPlatform, matchesPlatform, parsePlatform } from '../../src/oci/platform.ts'

describe('a platform', () => {
  test.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/arm/v7', 'linux/arm/v7'],
    [' Linux/AMD64 ', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/i386', 'linux/386'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/riscv64', 'linux/riscv64'],
    ['unknown/unknown', 'unknown/unknown'],
    ['windows/amd64:10.0.20348.2700', 'windows/amd64:10.0.20348.2700'],
  ])('%j is %s, which reads as itself', (text, formatted) => {
    expect(formatPlatform(parsePlatform(text))).toBe(formatted)
    expect(formatPlatform(parsePlatform(formatted))).toBe(formatted)
  })

  test.each([
    '',
    'linux',
    'linux/',
    '/amd64',
    'linux/arm/v7/x',
    'linux amd64',
    'linux/amd64:',
    'a/b:1:2',
    'linux/$(id)',
  ])('is refused when it reads %j', (text) => {
    expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'platform-invalid' }))
  })

  test('does not take names of JavaScript for aliases', () => {
    expect(parsePlatform('linux/constructor')).toEqual({ os: 'linux', architecture: 'constructor' })
    expect(parsePlatform('linux/__proto__')).toEqual({ os: 'linux', architecture: '__proto__' })
  })
})

describe('a wanted platform', () => {
  test.each([
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm64/v9', 'linux/arm64', false],
    ['linux/arm', 'linux/arm/v6', true],
    ['linux/arm/v7', 'linux/arm', true],
    ['linux/arm/v7', 'linux/arm/v6', false],
    ['linux/amd64', 'linux/amd64/v3', true],
    ['linux/amd64/v1', 'linux/amd64', true],
    ['linux/amd64', 'windows/amd64', false],
    ['linux/amd64', 'linux/386', false],
    ['linux/amd64', 'unknown/unknown', false],
    ['windows/amd64', 'windows/amd64:10.0.17763.1', true],
    ['windows/amd64:10.0.17763.1', 'windows/amd64:10.0.17763.1', true],
    ['windows/amd64:10.0.17763.1', 'windows/amd64:10.0.20348.2', false],
    ['windows/amd64:10.0.17763.1', 'windows/amd64', false],
  ])('%s takes %s: %s', (wanted, platform, expected) => {
    expect(matchesPlatform(parsePlatform(platform), parsePlatform(wanted))).toBe(expected)
  })
})
