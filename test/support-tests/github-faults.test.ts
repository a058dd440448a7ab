import { EventEmitter, once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { createIssue, secondaryRateLimit } from '../support/github/index.ts'
import { ACTIONS_TOKEN, failureOf, REPOSITORY, withGitHub } from './client.ts'

const ISSUE = { ...REPOSITORY, issue_number: 1 } as const
const COMMENTS = 'POST /repos/acme/mirror/issues/*/comments'

describe('scripted faults', () => {
  test('meet the requests that they are for, as often as told', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
      github.failNext({ match: COMMENTS, status: 500, times: 2 })
      const comment = () => octokit.rest.issues.createComment({ ...ISSUE, body: 'hello' })
      expect((await octokit.rest.issues.get(ISSUE)).status).toBe(200)
      expect((await failureOf(comment())).status).toBe(500)
      expect((await failureOf(comment())).status).toBe(500)
      expect((await comment()).status).toBe(201)
      expect(issue.comments).toHaveLength(1)
    }))

  test('speak as the secondary rate limit does', () =>
    withGitHub(async (github, octokit) => {
      github.failNext(secondaryRateLimit(7))
      const failure = await failureOf(octokit.rest.repos.get(REPOSITORY))
      expect(failure).toMatchObject({ status: 403, message: expect.stringMatching(/secondary rate limit/) })
      expect(failure.headers['retry-after']).toBe('7')
    }))

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('drop the connection %s the request was acted on', (drop, comments) =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
      github.failNext({ match: /POST .*\/comments$/, drop })
      const failure = await failureOf(octokit.rest.issues.createComment({ ...ISSUE, body: 'hello' }))
      expect(failure.body).toBeUndefined()
      expect(issue.comments).toHaveLength(comments)
    }),
  )

  test('hold a request until the test lets it go', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      const gate = new EventEmitter()
      github.failNext({ match: COMMENTS, until: once(gate, 'open') })
      const held = octokit.rest.issues.createComment({ ...ISSUE, body: 'first sent' })
      while (github.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
      await octokit.rest.issues.createComment({ ...ISSUE, body: 'second sent' })
      gate.emit('open')
      await held
      const { data } = await octokit.rest.issues.listComments(ISSUE)
      expect(data.map(({ body }) => body)).toEqual(['second sent', 'first sent'])
    }))
})

test('the log tells what was asked, by whom, and never with which secret', () =>
  withGitHub(async (github, octokit) => {
    createIssue(github.state, { author: 'jane', title: 'nginx' })
    await octokit.rest.issues.createComment({ ...ISSUE, body: 'hello' })
    expect(github.requests).toEqual([
      {
        method: 'POST',
        path: '/repos/acme/mirror/issues/1/comments',
        query: '',
        body: '{"body":"hello"}',
        login: 'github-actions[bot]',
        userAgent: expect.stringMatching(/^tests/),
        status: 201,
      },
    ])
    expect(JSON.stringify(github.requests)).not.toContain(ACTIONS_TOKEN)
  }))
