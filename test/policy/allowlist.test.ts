import { describe, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { formatReference, parseReference } from '../../src/oci/reference.ts'
import { judge, parseAllowlist } from '../../src/policy/allowlist.ts'

const SHA256 = `sha256:${'0a'.repeat(32)}`

const lineFor = (list: string, image: string): number | string => {
  const verdict = judge(parseAllowlist(list), parseReference(image))
  return verdict.allowed ? verdict.rule.line : verdict.reason
}

describe('a rule allows', () => {
  test.each([
    ['docker.io/library/nginx', 'nginx'],
    ['docker.io/library/nginx', 'docker.io/library/nginx:1.27'],
    ['docker.io/library/nginx', `docker.io/library/nginx@${SHA256}`],
    ['docker.io/library/nginx', `index.docker.io/nginx:1.27@${SHA256}`],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['docker.io/nginx', 'nginx'],
    ['index.docker.io/nginx', 'nginx'],
    ['registry-1.docker.io/prom/*', 'prom/prometheus'],
    ['DOCKER.io/prom/prometheus', 'prom/prometheus'],
    ['docker.io/*', 'nginx'],
    ['docker.io/**', 'nginx'],
    ['docker.io/**', 'prom/prometheus'],
    ['docker.io/library/**', 'nginx'],
    ['docker.io/ng*', 'nginx'],
    ['docker.io/*/node-exporter', 'prom/node-exporter'],
    ['ghcr.io/acme/*', 'ghcr.io/acme/app'],
    ['ghcr.io/acme/**', 'ghcr.io/acme/app'],
    ['ghcr.io/acme/**', 'ghcr.io/acme/a/b/c'],
    ['ghcr.io/**/app', 'ghcr.io/acme/app'],
    ['ghcr.io/**/app', 'ghcr.io/a/b/c/app'],
    ['ghcr.io/a/**/c/**/e', 'ghcr.io/a/b/c/d/e'],
    ['ghcr.io/a/**/c/**/e', 'ghcr.io/a/b/b/c/c/d/e'],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app-web'],
    ['ghcr.io/acme/*-web', 'ghcr.io/acme/app-web'],
    ['ghcr.io/acme/a*p*b', 'ghcr.io/acme/app-web'],
    ['ghcr.io/acme/app*', 'ghcr.io/acme/app'],
    ['*.gcr.io/x/**', 'eu.gcr.io/x/y'],
    ['*/acme/app', 'quay.io/acme/app'],
    ['*.example.com:*/app', 'a.example.com:5000/app'],
    ['127.0.0.1:5001/library/app', '127.0.0.1:5001/library/app:v1'],
    ['localhost/app', 'localhost/app'],
    ['[::1]:5000/app', '[::1]:5000/app'],
    ['**', 'anything.example/at/all'],
    ['**/nginx', 'nginx'],
  ])('%s: %s', (rule, image) => {
    expect(lineFor(rule, image)).toBe(1)
  })
})

describe('a rule does not allow', () => {
  test.each([
    ['docker.io/library/nginx', 'nginx-evil'],
    ['docker.io/library/nginx', 'ghcr.io/library/nginx'],
    ['docker.io/library/nginx', 'docker.io.example.com/library/nginx'],
    ['docker.io/library/nginx', 'evil.example/docker.io/library/nginx'],
    ['docker.io/*', 'prom/prometheus'],
    ['docker.io/*', 'library/foo/bar'],
    ['ghcr.io/acme/*', 'ghcr.io/acme/a/b'],
    ['ghcr.io/acme/*', 'ghcr.io/acmee/a'],
    ['ghcr.io/acme/*', 'ghcr.io/acme'],
    ['ghcr.io/acme/**', 'ghcr.io/acme'],
    ['ghcr.io/acme/**', 'ghcr.io/acme-evil/app'],
    ['ghcr.io/acme/**', 'ghcr.io:444/acme/app'],
    ['ghcr.io/**/app', 'ghcr.io/app'],
    ['ghcr.io/a/**/c/**/e', 'ghcr.io/a/c/e'],
    ['ghcr.io/a/**/c/**/e', 'ghcr.io/a/b/c/d'],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app'],
    ['ghcr.io/acme/ab*ba', 'ghcr.io/acme/aba'],
    ['ghcr.io/acme/a*b*c', 'ghcr.io/acme/acb'],
    ['*.gcr.io/x/**', 'gcr.io/x/y'],
    ['*.gcr.io/x/**', 'eu.gcr.io.evil.example/x/y'],
    ['127.0.0.1:5001/app', '127.0.0.1:5002/app'],
    ['ghcr.io/Acme/app', 'ghcr.io/acme/app'],
  ])('%s: %s', (rule, image) => {
    expect(lineFor(`${rule}\nplaceholder.example/x`, image)).toBe('no-rule')
  })
})

describe('a list', () => {
  test('names the first of the rules that cover an image', () => {
    const list = 'ghcr.io/a/x\nghcr.io/**\nghcr.io/a/*\nghcr.io/a/app\nghcr.io/a/app\n**'
    expect(lineFor(list, 'ghcr.io/a/app')).toBe(2)
    expect(lineFor(list, 'ghcr.io/a/x')).toBe(1)
    expect(lineFor(list, 'quay.io/a/x')).toBe(6)
    expect(lineFor('ghcr.io/a/app\nghcr.io/a/app\nghcr.io/a/*', 'ghcr.io/a/app')).toBe(1)
  })

  test('may have comments, blank lines, indentation, any line ends and a byte order mark', () => {
    const list = '\ufeff# first\r\n\r\n  ghcr.io/a/b\t# why\r# ghcr.io/c/d\r\n\t\nquay.io/e/f   #\u00a0x # y'
    const { rules, problems } = parseAllowlist(list)
    expect(problems).toEqual([])
    expect(rules.map(({ pattern, line }) => [pattern, line])).toEqual([
      ['ghcr.io/a/b', 3],
      ['quay.io/e/f', 6],
    ])
    expect(parseAllowlist('\ufeffghcr.io/a/b').rules).toHaveLength(1)
  })

  test('keeps a pattern as it was written', () => {
    expect(parseAllowlist('index.docker.io/nginx').rules[0]).toEqual({
      pattern: 'index.docker.io/nginx',
      line: 1,
      levels: ['docker.io', 'library', 'nginx'],
    })
  })

  test.each(['', '\n\n', '# nothing\n', '\ufeff', 'nginx\n'])('that holds no rule allows nothing: %j', (list) => {
    expect(lineFor(list, 'nginx')).toBe('empty')
  })
})

describe('a line that is no rule is reported, allows nothing, and spoils no other', () => {
  test.each([
    ['docker.io/library/nginx:1.27', 'tag'],
    ['nginx:latest', 'tag'],
    ['ghcr.io/acme/*:*', 'tag'],
    [`docker.io/library/nginx@${SHA256}`, 'digest'],
    ['docker.io/library/nginx@*', 'digest'],
    ['nginx', 'no-registry'],
    ['library/nginx', 'no-registry'],
    ['prom/*', 'no-registry'],
    ['ghcr*/acme', 'no-registry'],
    ['/acme', 'no-registry'],
    ['docker.io', 'no-repository'],
    ['*', 'no-repository'],
    ['***', 'wildcard'],
    ['docker.io/***', 'wildcard'],
    ['docker.io/a**', 'wildcard'],
    ['docker.io/**b/c', 'wildcard'],
    ['docker.io/', 'grammar'],
    ['docker.io//nginx', 'grammar'],
    ['docker.io/../nginx', 'grammar'],
    ['docker.io/library/Nginx', 'grammar'],
    ['docker.io/a b', 'grammar'],
    ['docker.io/a,docker.io/b', 'grammar'],
    ['docker.io/nginx#why', 'grammar'],
    ['docker.io/n?inx', 'grammar'],
    ['docker.io/[a-z]', 'grammar'],
    ['docker.io/{a,b}', 'grammar'],
    ['docker.io/_x', 'grammar'],
    ['docker.io/*..*', 'grammar'],
    ['!docker.io/library/nginx', 'grammar'],
    ['https://docker.io/library/nginx', 'grammar'],
    ['docker.io\\library\\nginx', 'grammar'],
    ['d\u043ecker.io/library/nginx', 'grammar'],
    ['docer\u212a.io/library/nginx', 'grammar'],
    ['ghcr.io:99999/acme/app', 'grammar'],
    ['$(id).io/app', 'grammar'],
    [`docker.io/${'a'.repeat(256)}`, 'grammar'],
  ])('%j: %s', (text, reason) => {
    const list = parseAllowlist(`ghcr.io/first/*\n${text} # comment\nghcr.io/last/*`)
    expect(list.problems).toEqual([{ line: 2, text, reason }])
    expect(list.rules.map(({ line }) => line)).toEqual([1, 3])
  })
})

test('no name keeps a pattern busy: every level is looked at once', () => {
  const stars = `ghcr.io/${'a*'.repeat(60)}b`
  const levels = `ghcr.io/${'**/a/'.repeat(40)}b`
  const list = parseAllowlist(`${stars}\n${levels}`)
  expect(list.problems).toEqual([])
  const started = performance.now()
  for (const image of [`ghcr.io/${'a'.repeat(255)}`, `ghcr.io/${'a/'.repeat(127)}a`]) {
    expect(judge(list, parseReference(image)).allowed).toBe(false)
  }
  // What goes back and tries again would take years.
  expect(performance.now() - started).toBeLessThan(2000)
})

const REAL_LIST = '../shared/data/allows-daocloud.txt'

const withRealList = existsSync(REAL_LIST)
  ? describe
  : (name: string, body: () => void) => describe.skip(`${name} (needs ${REAL_LIST})`, body)

withRealList('a real list of 1,321 rules', () => {
  const list = parseAllowlist(existsSync(REAL_LIST) ? readFileSync(REAL_LIST, 'utf8') : '')
  const covered = list.rules.map(({ levels }) => {
    const name = levels.join('/').replaceAll('**', 'some/where').replaceAll('*', 'thing')
    return parseReference(`${name}:v1`)
  })

  test('is read without a problem', () => {
    expect(list.problems).toEqual([])
    expect(list.rules).toHaveLength(1321)
  })

  test('allows what each of its rules covers, by that rule or an earlier one', () => {
    const refused = covered.filter((reference, at) => {
      const verdict = judge(list, reference)
      return !verdict.allowed || verdict.rule.line > at + 1
    })
    expect(refused.map(formatReference)).toEqual([])
  })

  test('gives a verdict in the microseconds printed', () => {
    const started = performance.now()
    for (const reference of covered) judge(list, reference)
    const microseconds = ((performance.now() - started) * 1000) / covered.length
    process.stdout.write(`verdict over ${list.rules.length} rules: ${microseconds.toFixed(2)} us\n`)
    expect(microseconds).toBeGreaterThan(0)
  })
})
