import { describe, expect, test } from '@jest/globals'
import { codeSpan, htmlCode, plainText, shorten, visible } from '../../src/report/escape.ts'
import { fence, tableHead, tableRow } from '../../src/report/markdown.ts'
import { GITHUB_AUTOLINKS, htmlOf, kindsOf, piecesOf, proseOf } from './markdown-reader.ts'
import { HOSTILE_TEXTS } from './samples.ts'

const PARAGRAPH = ['paragraph_open', 'paragraph_close']
const PLAIN_TABLE = ['table', 'thead', 'tbody', 'tr', 'th', 'td'].flatMap((name) => [`${name}_open`, `${name}_close`])

/** Kinds of tokens beyond those that a plain paragraph, or a table, has anyway. */
const beyond = (markdown: string, plain: readonly string[]) =>
  [...kindsOf(markdown)].filter((kind) => !plain.includes(kind))

describe('plain text', () => {
  test.each(HOSTILE_TEXTS)('%j is one paragraph of words', (raw) => {
    expect(beyond(plainText(raw), PARAGRAPH).filter((kind) => kind !== 'text_special')).toEqual(['text'])
  })

  test.each(HOSTILE_TEXTS)('%j has nothing that GitHub links by itself', (raw) => {
    const prose = proseOf(plainText(raw))
    for (const pattern of GITHUB_AUTOLINKS) expect(prose).not.toMatch(pattern)
  })

  test.each(HOSTILE_TEXTS)('%j stays within its cell of a table', (raw) => {
    const table = [tableHead(['a', 'b']), tableRow([plainText(raw), 'END'])].join('\n')
    expect(beyond(table, PLAIN_TABLE).filter((kind) => kind !== 'text_special')).toEqual(['text'])
    expect(cellsOf(table)).toHaveLength(4)
  })

  test('reads as it was written', () => {
    const raw = 'docker.io has no image docker.io/library/ngnix:1.27 (a_b *c* [d] <e> & f).'
    expect(proseOf(plainText(raw))).toBe(raw)
  })

  test('has digests as they are, to be copied, also between colons where an emoji might stand', () => {
    const raw = `sha256:${'e'.repeat(64)}: not sha512:${'0a'.repeat(64)}: nor sha256:${'f'.repeat(64)}`
    expect(plainText(raw)).toBe(raw)
  })

  test('is bounded', () => {
    expect(proseOf(plainText('x'.repeat(1_000_000)))).toHaveLength(800)
  })
})

describe('a code span', () => {
  test.each([...HOSTILE_TEXTS, '', ' ', '   '])('holds %j and nothing gets out', (raw) => {
    expect(beyond(codeSpan(raw), PARAGRAPH)).toEqual(['code_inline'])
  })

  test.each(HOSTILE_TEXTS)('holds %j within a cell of a table', (raw) => {
    const table = [tableHead(['', '']), tableRow([codeSpan(raw), codeSpan('END')])].join('\n')
    expect(beyond(table, PLAIN_TABLE)).toEqual(['code_inline'])
    expect(cellsOf(table)).toHaveLength(4)
  })

  test.each(['docker.io/library/nginx:1.27', '`', '``x`', ' x ', 'a`b``c', 'trailing \\'])(
    'shows %j as it is',
    (raw) => {
      const [span] = piecesOf(codeSpan(raw)).filter(({ type }) => type === 'code_inline')
      expect(span?.content).toBe(raw)
    },
  )

  test('is bounded, and cut between characters', () => {
    const [span] = piecesOf(codeSpan(`${'x'.repeat(298)}😀😀`)).filter(({ type }) => type === 'code_inline')
    expect(span?.content).toBe(`${'x'.repeat(298)}…`)
  })
})

describe('a fenced block', () => {
  test.each(HOSTILE_TEXTS)('holds %j and nothing gets out', (raw) => {
    expect(kindsOf(fence([raw, 'END']))).toEqual(new Set(['fence']))
  })
})

describe('code in HTML', () => {
  test.each(HOSTILE_TEXTS)('holds %j without a tag', (raw) => {
    const html = htmlOf(`<details>\n<summary>${htmlCode(raw)}</summary>\n\nEND\n\n</details>`)
    expect(html.match(/<[^>]*>/g)).toEqual([
      '<details>',
      '<summary>',
      '<code>',
      '</code>',
      '</summary>',
      '<p>',
      '</p>',
      '</details>',
    ])
  })
})

describe('visible text', () => {
  test.each([
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u001b[31m', '\\u{1b}[31m'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['\u2028\u0085\u200b\ufeff', '\\u{2028}\\u{85}\\u{200b}\\u{feff}'],
    ['\ud800', '\\u{d800}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['镜像 naïve 😀', '镜像 naïve 😀'],
  ])('%j reads %j', (raw, shown) => {
    expect(visible(raw)).toBe(shown)
  })

  test('is shortened with an ellipsis, only where it is too long', () => {
    expect(shorten('abcdef', 6)).toBe('abcdef')
    expect(shorten('abcdefg', 6)).toBe('abcde…')
  })
})

function cellsOf(table: string): string[] {
  return piecesOf(table)
    .map(({ type }) => type)
    .filter((type) => type === 'th_open' || type === 'td_open')
}
