import { describe, expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const GROUND = ['failure', 'ports', 'oci', 'outcome', 'policy', 'config']
const REGISTRY = ['registry', 'registry/remote', 'registry/layout', 'registry/server']
const WORK = ['mirror', 'github', 'report']

/** The house: each room, and the rooms that it may import. What is not listed points up or sideways. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  // 0: pure
  failure: [],
  ports: [],
  oci: ['failure'],
  outcome: ['failure', 'oci'],
  policy: ['failure', 'oci', 'outcome'],
  config: ['failure', 'oci', 'policy'],
  // 1: where images live; the room's own files put the two kinds together
  registry: [...GROUND, 'registry/remote', 'registry/layout'],
  'registry/remote': [...GROUND, 'registry'],
  'registry/layout': [...GROUND, 'registry'],
  'registry/server': [...GROUND, 'registry', 'registry/layout'],
  // 2: what is done with them, and how it is told; these know nothing of each other
  mirror: [...GROUND, 'registry'],
  github: GROUND,
  report: GROUND,
  // 3: one file a verb
  commands: [...GROUND, ...REGISTRY, ...WORK],
  // 4: the entries
  app: [...GROUND, ...REGISTRY, ...WORK, 'commands'],
}

/** Packages and parts of Node that only these rooms may use. */
const OWNERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^undici$/, ['registry/remote']],
  [/^@octokit\//, ['github']],
  [/^@actions\//, ['app']],
  [/^yaml$/, ['config']],
  [/^zod(\/|$)/, ['config', 'github']],
  [/^node:(fs|fs\/promises)$/, ['registry/layout', 'registry/server', 'app']],
  [/^node:(http|https|net|tls|dns)(\/|$)/, ['registry/remote', 'registry/server', 'commands', 'app']],
  [/^node:(process|os|child_process|tty|readline)(\/|$)/, ['app']],
  [/^node:/, ['oci', 'registry', 'registry/remote', 'registry/layout', 'registry/server', 'mirror', 'github', 'commands', 'app']], // prettier-ignore
]

/** What only the entries may reach for; everywhere else it is an argument. */
const GLOBALS: Readonly<Record<string, RegExp>> = {
  process: /(?<![\w.'-])process\.[a-z]/,
  'the clock': /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/,
  chance: /\bMath\.random\b/,
  'the console': /(?<![\w.])console\./,
  fetch: /(?<![\w.])fetch\(/,
}

const LONGEST_FILE = 400

interface Source {
  readonly path: string
  readonly room: string
  readonly text: string
}

const sources: readonly Source[] = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, room: roomOf(path), text: readFileSync(path, 'utf8') }))

/** The folder below `src`; a folder below that is a room of its own where the table has it. */
function roomOf(path: string): string {
  const [, room = '', inner = ''] = path.split('/')
  return `${room}/${inner}` in ROOMS ? `${room}/${inner}` : room
}

function importsOf(text: string): string[] {
  const statements = text.matchAll(
    /^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...statements].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

const isOurs = (specifier: string): boolean => specifier.startsWith('.')

/** The forbidden arrows of one file, in words. */
function arrowsAgainst({ path, room, text }: Source): string[] {
  return importsOf(text)
    .filter(isOurs)
    .map((specifier) => join(dirname(path), specifier))
    .filter((target) => target !== 'package.json')
    .map(roomOf)
    .filter((target) => target !== room && !(ROOMS[room] ?? []).includes(target))
    .map((target) => `${path}: ${room} must not import ${target}`)
}

function strangersIn({ path, room, text }: Source): string[] {
  return importsOf(text)
    .filter((specifier) => !isOurs(specifier))
    .filter((specifier) => !(OWNERS.find(([name]) => name.test(specifier))?.[1].includes(room) ?? true))
    .map((specifier) => `${path}: ${room} must not use ${specifier}`)
}

function globalsIn({ path, room, text }: Source): string[] {
  if (room === 'app') return []
  const code = text.replace(/^\s*(?:\/?\*|\/\/).*$/gm, '')
  return Object.entries(GLOBALS)
    .filter(([, pattern]) => pattern.test(code))
    .map(([name]) => `${path}: only src/app may reach for ${name}`)
}

describe('the house stands', () => {
  test('every file is in a room that the plan knows', () => {
    expect(sources.filter(({ room }) => !(room in ROOMS)).map(({ path }) => path)).toEqual([])
    expect(sources.length).toBeGreaterThan(20)
  })

  test('no import points up, or sideways', () => {
    expect(sources.flatMap(arrowsAgainst)).toEqual([])
  })

  test('each package and each part of Node is used by its owners alone', () => {
    expect(sources.flatMap(strangersIn)).toEqual([])
  })

  test('process, clock, chance, console and network are arguments everywhere but at the entries', () => {
    expect(sources.flatMap(globalsIn)).toEqual([])
  })

  test('our own files are imported by their full name, extension and all', () => {
    const nameless = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((specifier) => isOurs(specifier) && !/\.(ts|json)$/.test(specifier))
        .map((specifier) => `${path}: ${specifier}`),
    )
    expect(nameless).toEqual([])
  })

  test(`no file is longer than ${LONGEST_FILE} lines`, () => {
    const long = sources.filter(({ text }) => text.split('\n').length - 1 > LONGEST_FILE).map(({ path }) => path)
    expect(long).toEqual([])
  })
})

const file = (path: string, text: string): Source => ({ path, room: roomOf(path), text })

describe('the guard sees', () => {
  test.each([
    ['src/oci/a.ts', "import { x } from '../policy/b.ts'"],
    ['src/oci/a.ts', "import type {\n  x,\n  y,\n} from '../policy/b.ts'"],
    ['src/oci/a.ts', "export * from '../policy/b.ts'"],
    ['src/mirror/a.ts', "import '../report/b.ts'"],
    ['src/mirror/a.ts', "const b = await import('../report/b.ts')"],
    ['src/mirror/a.ts', "import { x } from '../registry/remote/b.ts'"],
    ['src/registry/remote/a.ts', "import { x } from '../layout/b.ts'"],
    ['src/registry/layout/a.ts', "import { x } from '../server/b.ts'"],
    ['src/registry/server/a.ts', "import { x } from '../remote/b.ts'"],
    ['src/registry/a.ts', "import { x } from './server/b.ts'"],
    ['src/github/a.ts', "import { x } from '../commands/b.ts'"],
    ['src/nowhere/a.ts', "import { x } from '../oci/b.ts'"],
  ])('a forbidden import in %s: %j', (path, text) => {
    expect(arrowsAgainst(file(path, text))).toHaveLength(1)
  })

  test.each([
    ['src/oci/a.ts', "import { x } from '../failure/b.ts'"],
    ['src/registry/a.ts', "import { x } from './remote/b.ts'"],
    ['src/registry/remote/a.ts', "import { x } from '../b.ts'"],
    ['src/registry/server/a.ts', "import { x } from '../layout/b.ts'"],
    ['src/app/a.ts', "const b = await import('../commands/b.ts')"],
  ])('no fault in %s: %j', (path, text) => {
    expect(arrowsAgainst(file(path, text))).toEqual([])
  })

  test.each([
    ['src/policy/a.ts', "import { readFileSync } from 'node:fs'"],
    ['src/mirror/a.ts', "import { request } from 'undici'"],
    ['src/registry/remote/a.ts', "import { hostname } from 'node:os'"],
    ['src/commands/a.ts', "import * as core from '@actions/core'"],
  ])('a stranger in %s: %j', (path, text) => {
    expect(strangersIn(file(path, text))).toHaveLength(1)
  })

  test.each([
    'process.env.HOME',
    'const now = Date.now()',
    'new Date()',
    'Math.random()',
    'console.log(1)',
    'fetch(url)',
  ])('a global reached for: %s', (text) => {
    expect(globalsIn(file('src/mirror/a.ts', text))).toHaveLength(1)
    expect(globalsIn(file('src/app/a.ts', text))).toEqual([])
  })

  test.each([
    '// process.env is not read here',
    ' * see Date.now',
    'ports.fetch(url)',
    'new Date(at)',
    "'in-process.'",
  ])('nothing wrong in: %s', (text) => {
    expect(globalsIn(file('src/mirror/a.ts', text))).toEqual([])
  })
})
