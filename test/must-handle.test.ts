import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '..')
/** What registries and links do, and a copy has to survive, is numbered from 1 on; a test names what it is about. */
const LINES = Array.from({ length: 93 }, (_, index) => index + 1)

const files = ['test', 'e2e']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(ROOT, folder, name)),
  )
  .filter((path) => path.endsWith('.test.ts'))
const tested = new Set(files.flatMap((path) => numbersIn(path, /\bMH-(\d+)\b/g)))
const untested = new Set(numbersIn(join(ROOT, 'docs/registries.md'), /^- MH-(\d+)\b/gm))

function numbersIn(path: string, pattern: RegExp): number[] {
  return [...readFileSync(path, 'utf8').matchAll(pattern)].map(([, number]) => Number(number))
}

describe('of all that a copy must handle', () => {
  test('each has its test, or the documentation says why it has none', () => {
    expect(LINES.filter((line) => !tested.has(line) && !untested.has(line))).toEqual([])
  })

  test('none is said to be without a test that has one', () => {
    expect(LINES.filter((line) => tested.has(line) && untested.has(line))).toEqual([])
  })

  test('none has a number that nobody knows', () => {
    expect([...tested, ...untested].filter((number) => !LINES.includes(number))).toEqual([])
  })
})
