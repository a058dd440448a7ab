import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isSameLogin, type GitHubApi } from '../../src/github/api.ts'
import { connectGitHub } from '../../src/github/client.ts'
import { failureText } from '../../src/failure/texts.ts'
import { Failure } from '../../src/failure/failure.ts'
import { hastyClock } from '../support/clocks.ts'
import {
  actionsToken,
  commentOnIssue,
  createIssue,
  secondaryRateLimit,
  startGitHub,
  type GitHub,
  type Issue,
  type Permissions,
} from '../support/github/index.ts'

let github: GitHub
let issue: Issue

beforeEach(async () => {
  github = await startGitHub({ tokens: { secret: actionsToken({ issues: 'write', contents: 'read' }) } })
  issue = createIssue(github.state, { author: 'ada', title: 'nginx', body: null, labels: ['mirror'] }).issue
})
afterEach(() => github.close())

function connect(given: { token?: string; baseUrl?: string; clock?: ReturnType<typeof hastyClock> } = {}): GitHubApi {
  return connectGitHub({
    baseUrl: github.url,
    token: 'secret',
    repository: github.repository,
    userAgent: 'transship-test',
    clock: hastyClock(),
    ...given,
  })
}

function connectWith(permissions: Permissions): GitHubApi {
  github.tokens.set('other', actionsToken(permissions))
  return connect({ token: 'other' })
}

async function failureOf(call: Promise<unknown>): Promise<Failure<'github-error'>> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!Failure.is(error, 'github-error')) throw new Error(`Not a failure of GitHub: ${String(error)}`)
  return error
}

describe('an issue', () => {
  test('is read as it is', async () => {
    expect(await connect().getIssue(issue.number)).toEqual({
      number: issue.number,
      title: 'nginx',
      body: '',
      author: 'ada',
      labels: ['mirror'],
      state: 'open',
      locked: false,
      isPullRequest: false,
    })
  })

  test('is undefined where it is not there', async () => {
    expect(await connect().getIssue(99)).toBeUndefined()
  })

  test('is undefined where it was deleted', async () => {
    issue.deleted = true
    expect(await connect().getIssue(issue.number)).toBeUndefined()
  })

  test('is undefined where it moved, and its new repository is not asked', async () => {
    const moved = `${github.url}/repos/stranger/elsewhere/issues/1`
    github.failNext({ status: 301, headers: { location: moved }, body: { message: 'Moved Permanently', url: moved } })
    expect(await connect().getIssue(issue.number)).toBeUndefined()
    expect(github.requests).toHaveLength(1)
  })

  test('is closed with a reason, and opened again', async () => {
    const api = connect()
    await api.setState(issue.number, { state: 'closed', reason: 'not_planned' })
    expect(await api.getIssue(issue.number)).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    await api.setState(issue.number, { state: 'open' })
    expect(await api.getIssue(issue.number)).toMatchObject({ state: 'open' })
  })
})

describe('comments', () => {
  test('are listed over all pages', async () => {
    for (let count = 0; count < 230; count += 1) commentOnIssue(github.state, issue, 'ada', `comment ${count}`)
    const comments = await connect().listComments(issue.number)
    expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 230 }, (_, count) => `comment ${count}`))
  })

  test('are created, updated, read and deleted', async () => {
    const api = connect()
    const { id, author } = await api.createComment(issue.number, 'one')
    expect(author).toBe('github-actions[bot]')
    await api.updateComment(id, 'two')
    expect(await api.getComment(id)).toMatchObject({ id, body: 'two', url: expect.stringContaining('https://') })
    await api.deleteComment(id)
    expect(await api.getComment(id)).toBeUndefined()
    await expect(api.deleteComment(id)).resolves.toBeUndefined()
  })
})

describe('labels', () => {
  const label = { name: 'mirror: done', color: '1a7f37', description: 'There' }

  test('are made once', async () => {
    const api = connect()
    await api.ensureLabel(label)
    await api.ensureLabel({ ...label, color: '000000' })
    expect(github.state.labels).toContainEqual(expect.objectContaining(label))
  })

  test('may be made by another run in the same moment', async () => {
    const apis = [connect(), connect()]
    github.failNext({ match: /^GET .*labels/, times: 2, status: 404 })
    await Promise.all(apis.map((api) => api.ensureLabel(label)))
    expect(github.state.labels.filter(({ name }) => name === label.name)).toHaveLength(1)
  })

  test('are put on an issue and taken away, there or not', async () => {
    const api = connect()
    await api.addLabels(issue.number, ['mirror: done'])
    expect(issue.labels.map(({ name }) => name)).toEqual(['mirror', 'mirror: done'])
    await api.removeLabel(issue.number, 'mirror: done')
    await api.removeLabel(issue.number, 'mirror: done')
    expect(issue.labels.map(({ name }) => name)).toEqual(['mirror'])
  })
})

describe('who one is', () => {
  test('is asked of GitHub', async () => {
    github.tokens.set('personal', { login: 'grace', kind: 'user', permissions: { issues: 'write' } })
    expect(await connect().viewerLogin()).toBe('github-actions[bot]')
    expect(await connect({ token: 'personal' }).viewerLogin()).toBe('grace')
  })

  test('is the workflow where GitHub cannot say', async () => {
    github.failNext({ match: 'POST /graphql', status: 404 })
    expect(await connect().viewerLogin()).toBe('github-actions[bot]')
  })

  test.each([
    ['github-actions[bot]', 'github-actions[bot]', true],
    ['github-actions', 'github-actions[bot]', true],
    ['Grace', 'grace', true],
    ['github-actions[bot]', 'github-actions', false],
    ['grace', 'mallory', false],
    ['grace', 'grace2', false],
    ['grace', '', false],
  ])('%s is %s: %j', (viewer, author, expected) => {
    expect(isSameLogin(viewer, author)).toBe(expected)
  })
})

describe('a workflow run', () => {
  const run = { event: 'issues', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' }

  test('goes on, or has ended', async () => {
    github.state.runs.set(5, { id: 5, status: 'in_progress', conclusion: null, ...run })
    github.state.runs.set(6, { id: 6, status: 'completed', conclusion: 'cancelled', ...run })
    const api = connectWith({ actions: 'read' })
    expect(await Promise.all([5, 6, 7].map((id) => api.runStatus(id)))).toEqual(['active', 'completed', undefined])
  })

  test('is unknown to a job that may not ask', async () => {
    expect(await connectWith({ issues: 'write' }).runStatus(5)).toBeUndefined()
  })
})

describe('what GitHub refuses', () => {
  test('names the permission that the job lacks, in both languages', async () => {
    const failure = await failureOf(connectWith({ issues: 'read' }).createComment(issue.number, 'text'))
    expect(failure.facts).toEqual({
      status: 403,
      detail: 'Resource not accessible by integration',
      need: 'issues: write',
    })
    expect(failureText(failure, 'en').next).toBe('Give the job the permission "issues: write".')
    expect(failureText(failure, 'zh-CN').next).toContain('issues: write')
  })

  test('says that the token is wrong, and not which one', async () => {
    const failure = await failureOf(connect({ token: 'ghs_wrong' }).getIssue(issue.number))
    expect(failure.message).toBe('GitHub answered 401: Bad credentials. Check the token.')
  })

  test('is told from a GitHub that cannot be reached', async () => {
    await github.close()
    const failure = await failureOf(connect().getIssue(1))
    expect(failure.message).toMatch(/^GitHub cannot be reached: .*ECONNREFUSED/)
    github = await startGitHub()
  })

  test('carries the status and the words where the answer is no JSON', async () => {
    github.failNext({
      match: /./,
      times: 4,
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<h1>Unicorn</h1>',
    })
    expect((await failureOf(connect().listComments(issue.number))).facts).toMatchObject({ status: 502, need: '' })
  })
})

describe('what fails in passing', () => {
  test.each([
    ['a server error', { status: 502 }, [1_000]],
    ['a lost connection', { drop: 'before' as const }, [1_000]],
    ['a secondary limit that says how long', secondaryRateLimit(7), [7_000]],
    ['a secondary limit that does not', { ...secondaryRateLimit(7), headers: {} }, [60_000]],
    ['429', { status: 429 }, [60_000]],
  ])('is asked again after %s', async (_, fault, pauses) => {
    const clock = hastyClock()
    github.failNext(fault)
    await connect({ clock }).updateComment(commentOnIssue(github.state, issue, 'ada', 'one').comment.id, 'two')
    expect(issue.comments[0]?.body).toBe('two')
    expect(clock.slept).toEqual(pauses)
  })

  test('is waited for until the hourly limit ends, when that is soon', async () => {
    const clock = hastyClock(1_700_000_000_000)
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000042' }
    github.failNext({ status: 403, headers, body: { message: 'API rate limit exceeded' } })
    await connect({ clock }).listComments(issue.number)
    expect(clock.slept).toEqual([42_000])
  })

  test('is not waited for when that would take too long', async () => {
    const clock = hastyClock()
    github.failNext(secondaryRateLimit(3_600))
    const failure = await failureOf(connect({ clock }).listComments(issue.number))
    expect(failure.facts).toMatchObject({ status: 403, detail: expect.stringContaining('secondary rate limit') })
    expect(clock.slept).toEqual([])
  })

  test('is given up after three more tries', async () => {
    const clock = hastyClock()
    github.failNext({ status: 500, times: 9 })
    expect((await failureOf(connect({ clock }).listComments(issue.number))).facts).toMatchObject({ status: 500 })
    expect(clock.slept).toEqual([1_000, 2_000, 4_000])
  })

  test('is told from what stays refused', async () => {
    const clock = hastyClock()
    await failureOf(connect({ clock }).createComment(issue.number, ''))
    expect(clock.slept).toEqual([])
  })
})
