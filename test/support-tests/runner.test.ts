import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createIssue, Store } from '../support/github/index.ts'
import { runAction, startAction, type RunOptions } from '../support/runner.ts'
import { parseKeyValueFile } from '../support/runner/file-commands.ts'
import { parseWorkflowCommands } from '../support/runner/workflow-commands.ts'
import { temporaryDirectory } from '../support/temp.ts'

const ACTION = `
runs: { using: node24, main: main.mjs }
inputs:
  command: { description: what, default: request }
  token: { description: who, default: "\${{ github.token }}" }
  dry-run: { description: whether, default: false }
  max size: { description: how much }
`

// An action that does what it is told by an input: shows what it was given, or waits until it is ended.
const PROGRAM = `
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
const { env } = process
if (env.INPUT_COMMAND === 'wait') {
  process.on('SIGINT', () => process.exit(130))
  console.log('waiting')
  setInterval(() => {}, 1000)
} else {
  const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'))
  const seen = { env, event: event.action, cwd: process.cwd(), home: readdirSync(env.HOME), temp: existsSync(env.RUNNER_TEMP) }
  appendFileSync(env.GITHUB_OUTPUT, 'seen<<EOF\\n' + JSON.stringify(seen) + '\\nEOF\\ncount=2\\n')
  appendFileSync(env.GITHUB_STEP_SUMMARY, '# Done\\n')
  console.log('::add-mask::secret')
  console.log('::error title=Not%3A allowed,file=a.txt::one%0Atwo')
  console.error('stderr too')
  process.exitCode = 1
}
`

const { opened } = createIssue(new Store({}), { author: 'jane', title: 'nginx' })
const directory = await temporaryDirectory()

beforeAll(async () => {
  await writeFile(join(directory.path, 'action.yml'), ACTION)
  await writeFile(join(directory.path, 'main.mjs'), PROGRAM)
})

afterAll(() => directory.remove())

function options(inputs: Record<string, string> = {}): RunOptions {
  const github = {
    url: 'http://127.0.0.1:9',
    graphqlUrl: 'http://127.0.0.1:9/graphql',
    serverUrl: 'https://github.com',
    repository: 'acme/mirror',
    token: 'ghs_actions',
  }
  return { event: opened, github, inputs, manifest: join(directory.path, 'action.yml') }
}

interface Seen {
  readonly env: Record<string, string>
  readonly event: string
  readonly cwd: string
  readonly home: string[]
  readonly temp: boolean
}

describe('the runner', () => {
  test('gives an action its inputs, defaults evaluated', async () => {
    const { outputs } = await runAction(options({ command: 'copy', 'Max Size': '1 GiB' }))
    const { env }: Seen = JSON.parse(outputs.seen ?? '')
    const inputs = Object.entries(env).filter(([name]) => name.startsWith('INPUT_'))
    expect(Object.fromEntries(inputs)).toEqual({
      INPUT_COMMAND: 'copy',
      INPUT_TOKEN: 'ghs_actions',
      'INPUT_DRY-RUN': 'false',
      INPUT_MAX_SIZE: '1 GiB',
    })
  })

  test("gives it the runner's variables, and nothing of whoever runs the tests", async () => {
    process.env.LEAKS_FROM_THE_DEVELOPER = 'yes'
    const { outputs } = await runAction({ ...options(), env: { ADDED: 'yes' } })
    delete process.env.LEAKS_FROM_THE_DEVELOPER
    const { env, event, cwd, home, temp }: Seen = JSON.parse(outputs.seen ?? '')
    const stray = Object.keys(env).filter((name) => !/^(?:GITHUB|RUNNER|INPUT)_/.test(name))
    expect(stray.toSorted()).toEqual(['ADDED', 'CI', 'HOME', 'PATH'])
    expect(env).toMatchObject({ GITHUB_ACTOR: 'jane', GITHUB_EVENT_NAME: 'issues', GITHUB_REPOSITORY_OWNER: 'acme' })
    expect(env).not.toHaveProperty('GITHUB_TOKEN')
    expect({ event, home, temp, cwd }).toEqual({ event: 'opened', home: [], temp: true, cwd: env.GITHUB_WORKSPACE })
  })

  test('tells how it ended and what it left', async () => {
    const result = await runAction(options())
    expect(result).toMatchObject({ exitCode: 1, signal: null, stderr: 'stderr too\n', summary: '# Done\n' })
    expect(result.outputs.count).toBe('2')
    expect(result.masks).toEqual(['secret'])
    expect(result.annotations).toEqual([
      { name: 'error', properties: { title: 'Not: allowed', file: 'a.txt' }, message: 'one\ntwo' },
    ])
  })

  test('warns of an input that the action does not have', async () => {
    const { annotations } = await runAction(options({ mirror: 'x' }))
    expect(annotations[0]).toMatchObject({ name: 'warning', message: "Unexpected input(s) 'mirror'" })
  })

  test('can end it', async () => {
    const run = await startAction(options({ command: 'wait' }))
    await run.printed('waiting')
    run.kill()
    expect(await run.finished).toMatchObject({ exitCode: 130, signal: null })
  })

  test('can end it without a word', async () => {
    const run = await startAction(options({ command: 'wait' }))
    await run.printed('waiting')
    run.kill('SIGKILL')
    expect(await run.finished).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
  })
})

describe('workflow commands', () => {
  test.each([
    ['::error::plain', { name: 'error', properties: {}, message: 'plain' }],
    ['  ::notice title=a%2Cb,line=3::x%25', { name: 'notice', properties: { title: 'a,b', line: '3' }, message: 'x%' }],
    ['::error::%250A', { name: 'error', properties: {}, message: '%0A' }],
    ['text ##[warning file=a;line=2]old', { name: 'warning', properties: { file: 'a', line: '2' }, message: 'old' }],
  ])('are read from %j', (line, command) => {
    expect(parseWorkflowCommands(line)).toEqual([command])
  })

  test.each(['error: ::error::late', '::nonsense::x', '::error', 'x [error] y', ''])('are not seen in %j', (line) => {
    expect(parseWorkflowCommands(line)).toEqual([])
  })

  test('rest while they are stopped', () => {
    const text = '::stop-commands::abc\n::error::no\n::abc::\n::error::yes'
    expect(parseWorkflowCommands(text).map(({ message }) => message)).toEqual(['yes'])
  })
})

describe('a file of outputs', () => {
  test('holds values on one line and on several', () => {
    expect(parseKeyValueFile('a=1=2\nb<<E\nx\n\ny=z\nE\nc=\na=last\nd<<E\nE\n')).toEqual({
      a: 'last',
      b: 'x\n\ny=z',
      c: '',
      d: '',
    })
  })

  test.each(['nothing', '=1', 'a<<E\nx\n', 'a<<\nx\n'])('is refused where it reads %j', (text) => {
    expect(() => parseKeyValueFile(text)).toThrow()
  })
})
