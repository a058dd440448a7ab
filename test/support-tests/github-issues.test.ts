import { describe, expect, test } from '@jest/globals'
import { createIssue, renderConversation } from '../support/github/index.ts'
import { failureOf, REPOSITORY, withGitHub } from './client.ts'

const ISSUE = { ...REPOSITORY, issue_number: 1 } as const
// As plain texts, so that the client's types let through what GitHub must refuse.
const UPDATE: string = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}'
const COMMENT: string = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
const REACT: string = 'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions'

describe('an issue of the stand-in', () => {
  test('is opened by the API, and found again', () =>
    withGitHub(async (_, octokit) => {
      const made = await octokit.rest.issues.create({ ...REPOSITORY, title: 'Dashboard', labels: ['report'] })
      expect(made.status).toBe(201)
      expect(made.headers.location).toBe(made.data.url)
      const { data } = await octokit.rest.issues.get(ISSUE)
      expect(data).toMatchObject({ number: 1, title: 'Dashboard', body: null, state: 'open', comments: 0 })
      expect(data.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' })
    }))

  test.each([
    [{ title: ' ' }, { resource: 'Issue', code: 'missing_field', field: 'title' }],
    [{ title: 'x'.repeat(257) }, { field: 'title', message: 'title is too long (maximum is 256 characters)' }],
    [{ body: 'x'.repeat(65_537) }, { field: 'body', message: 'body is too long (maximum is 65536 characters)' }],
    [{ labels: ['x'.repeat(51)] }, { resource: 'Label', code: 'invalid', field: 'name' }],
    [
      { state: 'closed', state_reason: 'reopened' },
      { code: 'invalid', field: 'state_reason' },
    ],
  ])('is not changed by values that GitHub refuses (%#)', (change, error) =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx', body: 'please' })
      const before = structuredClone(issue)
      const failure = await failureOf(octokit.request(UPDATE, { ...ISSUE, ...change }))
      expect(failure).toMatchObject({ status: 422, body: { message: 'Validation Failed', errors: [error] } })
      expect(issue).toEqual(before)
    }),
  )

  test.each([
    [{ title: ['x'] }, /properties\/title/],
    [{ body: 5 }, /'properties\/body', 5 is not a string/],
    [{ state: 'done' }, /'properties\/state', "done" is not a member of \["open","closed"\]/],
    [{ state: 'closed', state_reason: 'finished' }, /"finished" is not a member of/],
    [{ labels: 'bug' }, /'properties\/labels', "bug" is not an array/],
  ])('is not changed by a body of the wrong types (%#)', (change, message) =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      const failure = await failureOf(octokit.request(UPDATE, { ...ISSUE, ...change }))
      expect(failure.status).toBe(422)
      expect(failure.message).toMatch(message)
    }),
  )

  test('is closed with a reason and by somebody, and opened again', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      const closed = await octokit.rest.issues.update({ ...ISSUE, state: 'closed', state_reason: 'not_planned' })
      expect(closed.data).toMatchObject({ state: 'closed', state_reason: 'not_planned' })
      expect(closed.data.closed_by?.login).toBe('github-actions[bot]')
      expect(closed.data.closed_at).toBe(closed.data.updated_at)
      const open = await octokit.rest.issues.update({ ...ISSUE, state: 'open' })
      expect(open.data).toMatchObject({ state: 'open', state_reason: 'reopened', closed_at: null })
    }))

  test('is closed as completed unless told, and keeps its reason when it is closed already', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
      await octokit.rest.issues.update({ ...ISSUE, state: 'closed' })
      await octokit.rest.issues.update({ ...ISSUE, state: 'closed', state_reason: 'not_planned' })
      expect(issue.stateReason).toBe('completed')
    }))

  test('moves its time with every change', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
      const times = [issue.updatedAt]
      await octokit.rest.issues.update({ ...ISSUE, title: 'nginx:1.27' })
      times.push(issue.updatedAt)
      await octokit.rest.issues.addLabels({ ...ISSUE, labels: ['done'] })
      times.push(issue.updatedAt)
      await octokit.rest.issues.createComment({ ...ISSUE, body: 'hello' })
      times.push(issue.updatedAt)
      expect(times).toEqual([...new Set(times)].toSorted())
    }))

  test('is gone once deleted, and never there before it was opened', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
      issue.deleted = true
      expect(await failureOf(octokit.rest.issues.get(ISSUE))).toMatchObject({
        status: 410,
        body: { message: 'This issue was deleted' },
      })
      expect((await failureOf(octokit.rest.issues.get({ ...ISSUE, issue_number: 2 }))).status).toBe(404)
    }))

  test('is listed by state, label, author and time', () =>
    withGitHub(async (github, octokit) => {
      const { state } = github
      createIssue(state, { author: 'jane', title: 'first', labels: ['Request'] })
      const second = createIssue(state, { author: 'tom', title: 'second', labels: ['request', 'done'] }).issue
      second.state = 'closed'
      const titles = async (filter: object): Promise<string[]> =>
        (await octokit.rest.issues.listForRepo({ ...REPOSITORY, ...filter })).data.map(({ title }) => title)
      expect(await titles({})).toEqual(['first'])
      expect(await titles({ state: 'all' })).toEqual(['second', 'first'])
      expect(await titles({ state: 'all', labels: 'request,done' })).toEqual(['second'])
      expect(await titles({ state: 'all', creator: 'jane' })).toEqual(['first'])
      expect(await titles({ state: 'all', since: second.updatedAt })).toEqual(['second'])
    }))

  test('takes each reaction of a person once', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      const eyes = { ...ISSUE, content: 'eyes' } as const
      const first = await octokit.rest.reactions.createForIssue(eyes)
      const second = await octokit.rest.reactions.createForIssue(eyes)
      expect([first.status, second.status]).toEqual([201, 200])
      expect((await octokit.rest.issues.get(ISSUE)).data.reactions).toMatchObject({ total_count: 1, eyes: 1 })
      await octokit.rest.reactions.deleteForIssue({ ...ISSUE, reaction_id: first.data.id })
      expect((await octokit.rest.reactions.listForIssue(ISSUE)).data).toEqual([])
      expect((await failureOf(octokit.request(REACT, { ...ISSUE, content: 'party' }))).status).toBe(422)
    }))
})

describe('comments of the stand-in', () => {
  test('are written, changed, found and deleted', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
      const made = await octokit.rest.issues.createComment({ ...ISSUE, body: 'queued' })
      const target = { ...REPOSITORY, comment_id: made.data.id }
      const changed = await octokit.rest.issues.updateComment({ ...target, body: 'done' })
      expect(changed.data.body).toBe('done')
      expect(changed.data.updated_at > changed.data.created_at).toBe(true)
      expect((await octokit.rest.issues.getComment(target)).data.user?.type).toBe('Bot')
      await octokit.rest.issues.deleteComment(target)
      expect(issue.comments).toEqual([])
      expect((await failureOf(octokit.rest.issues.updateComment({ ...target, body: 'late' }))).status).toBe(404)
    }))

  test.each([
    ['', 'Body cannot be blank'],
    ['x'.repeat(65_537), 'Body is too long (maximum is 65536 characters)'],
  ])('are refused where empty or too long (%#)', (body, message) =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      const failure = await failureOf(octokit.rest.issues.createComment({ ...ISSUE, body }))
      const error = { resource: 'IssueComment', code: 'unprocessable', field: 'data', message }
      expect(failure).toMatchObject({ status: 422, body: { errors: [error] } })
    }),
  )

  test('may be as long as the limit, in characters and not in bytes', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      const made = await octokit.rest.issues.createComment({ ...ISSUE, body: '😀'.repeat(65_536) })
      expect(made.status).toBe(201)
    }))

  test('need a body', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      expect((await failureOf(octokit.request(COMMENT, ISSUE))).message).toMatch(/"body" wasn't supplied/)
      const data = '{"body":'
      const headers = { 'content-type': 'application/json' }
      expect(await failureOf(octokit.request(COMMENT, { ...ISSUE, data, headers }))).toMatchObject({
        status: 400,
        body: { message: 'Problems parsing JSON' },
      })
    }))

  test('are refused where the conversation is locked', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
      issue.locked = true
      const failure = await failureOf(octokit.rest.issues.createComment({ ...ISSUE, body: 'hello' }))
      expect(failure).toMatchObject({ status: 403, body: { message: /locked/ } })
    }))

  test('come in pages, thirty at a time unless told', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      for (let number = 1; number <= 65; number += 1) {
        await octokit.rest.issues.createComment({ ...ISSUE, body: `comment ${number}` })
      }
      const first = await octokit.rest.issues.listComments(ISSUE)
      expect(first.data).toHaveLength(30)
      expect(first.headers.link).toMatch(/\/repositories\/\d+\/issues\/1\/comments\?page=2>; rel="next"/)
      const all = await octokit.paginate(octokit.rest.issues.listComments, { ...ISSUE, per_page: 20 })
      expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 65 }, (_, index) => `comment ${index + 1}`))
      expect((await octokit.rest.issues.listComments({ ...ISSUE, per_page: 100, page: 2 })).data).toEqual([])
    }))
})

test('a conversation reads as its page does', () =>
  withGitHub(async (github, octokit) => {
    const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx', labels: ['request'] })
    const { data } = await octokit.rest.issues.createComment({ ...ISSUE, body: 'working' })
    await octokit.rest.issues.updateComment({ ...REPOSITORY, comment_id: data.id, body: '**done**' })
    await octokit.rest.issues.update({ ...ISSUE, state: 'closed', state_reason: 'not_planned' })
    expect(renderConversation(issue).split(/\n(?:-+\n)?/)).toEqual([
      'nginx  #1',
      'Closed as not planned  [request]',
      'jane opened this:',
      '',
      'No description provided.',
      '',
      'github-actions[bot] wrote (edited):',
      '',
      '**done**',
      '',
      '',
    ])
  }))
