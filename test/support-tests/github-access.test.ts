import { describe, expect, test } from '@jest/globals'
import { actionsToken, createIssue, type Token } from '../support/github/index.ts'
import { ACTIONS_TOKEN, client, failureOf, REPOSITORY, withGitHub } from './client.ts'

const JANE: Token = { login: 'jane', kind: 'user', permissions: { issues: 'write' } }

describe('the stand-in for GitHub', () => {
  test('refuses a token that it does not know', () =>
    withGitHub(async (github) => {
      const failure = await failureOf(client(github, 'ghs_wrong').rest.repos.get(REPOSITORY))
      expect(failure).toMatchObject({ status: 401, body: { message: 'Bad credentials', status: '401' } })
    }))

  test('refuses a request without an agent, as GitHub does', () =>
    withGitHub(async (github) => {
      const response = await fetch(`${github.url}/rate_limit`, { headers: { 'user-agent': '' } })
      expect(response.status).toBe(403)
      expect(await response.text()).toMatch(/administrative rules/)
    }))

  test.each(['GET /nothing', 'PUT /repos/acme/mirror/issues/1', 'GET /repos/acme/other/issues/1'])(
    'has nothing at %s',
    (route) =>
      withGitHub(async (_, octokit) => {
        const failure = await failureOf(octokit.request(route))
        expect(failure.status).toBe(404)
        expect(failure.body).toMatchObject({ message: 'Not Found', documentation_url: expect.any(String) })
      }),
  )

  test('names the permission that a token lacks, and changes nothing', () =>
    withGitHub(
      async (github, octokit) => {
        const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx' })
        const target = { ...REPOSITORY, issue_number: issue.number }
        const failure = await failureOf(octokit.rest.issues.createComment({ ...target, body: 'hello' }))
        expect(failure).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } })
        expect(failure.headers['x-accepted-github-permissions']).toBe('issues=write; pull_requests=write')
        expect(issue.comments).toEqual([])
      },
      { tokens: { [ACTIONS_TOKEN]: actionsToken({ issues: 'read' }) } },
    ))

  test('asks for actions: read where a run is looked up', () =>
    withGitHub(
      async (github) => {
        const run = github.state.startRun('issues')
        const target = { ...REPOSITORY, run_id: run.id }
        const get = (token: string) => client(github, token).rest.actions.getWorkflowRun(target)
        expect((await get('ghs_with')).data).toMatchObject({ id: run.id, status: 'in_progress', conclusion: null })
        expect((await failureOf(get('ghs_without'))).status).toBe(403)
        expect(
          await failureOf(client(github, 'ghs_with').rest.actions.getWorkflowRun({ ...target, run_id: 1 })),
        ).toMatchObject({ status: 404 })
      },
      { tokens: { ghs_with: actionsToken({ actions: 'read' }), ghs_without: actionsToken({ issues: 'write' }) } },
    ))

  test('lets anybody read what is public, and nobody write', () =>
    withGitHub(async (github) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      const target = { ...REPOSITORY, issue_number: 1 }
      const anonymous = client(github)
      expect((await anonymous.rest.issues.get(target)).data.title).toBe('nginx')
      expect((await failureOf(anonymous.rest.issues.createComment({ ...target, body: 'hello' }))).status).toBe(401)
    }))

  test('hides a private repository from those without a token', () =>
    withGitHub(
      async (github, octokit) => {
        expect((await failureOf(client(github).rest.repos.get(REPOSITORY))).status).toBe(404)
        expect((await octokit.rest.repos.get(REPOSITORY)).data.visibility).toBe('private')
      },
      { private: true },
    ))

  test('tells a workflow who it is by GraphQL only', () =>
    withGitHub(async (_, octokit) => {
      expect(await octokit.graphql('{ viewer { login } }')).toEqual({ viewer: { login: 'github-actions[bot]' } })
      expect((await failureOf(octokit.rest.users.getAuthenticated())).status).toBe(403)
      await expect(octokit.graphql('{ repository { id } }')).rejects.toThrow(/viewer/)
    }))

  test('knows people, the bot among them', () =>
    withGitHub(
      async (github, octokit) => {
        expect((await client(github, 'ghp_jane').rest.users.getAuthenticated()).data.login).toBe('jane')
        const bot = await octokit.rest.users.getByUsername({ username: 'github-actions[bot]' })
        expect(bot.data).toMatchObject({ type: 'Bot', id: 41898282 })
        expect((await failureOf(octokit.rest.users.getByUsername({ username: 'nobody' }))).status).toBe(404)
      },
      { tokens: { [ACTIONS_TOKEN]: actionsToken({}), ghp_jane: JANE } },
    ))

  test.each([
    ['acme', 'admin', 'admin'],
    ['mary', 'write', 'maintain'],
    ['tom', 'read', 'triage'],
    ['jane', 'read', 'read'],
  ])('says of %s that the permission is %s and the role %s', (username, permission, role) =>
    withGitHub(
      async (github, octokit) => {
        github.state.person('jane')
        const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...REPOSITORY, username })
        expect(data).toMatchObject({ permission, role_name: role, user: { login: username } })
      },
      { collaborators: { mary: 'maintain', tom: 'triage' } },
    ),
  )

  test('serves files of the default branch, in base64 and raw', () =>
    withGitHub(
      async (github, octokit) => {
        const target = { ...REPOSITORY, path: 'lists/allows.txt' }
        const { data } = await octokit.rest.repos.getContent(target)
        if (Array.isArray(data) || data.type !== 'file') throw new Error('not a file')
        expect(Buffer.from(data.content, 'base64').toString()).toBe('docker.io/*\n')
        const raw = await octokit.rest.repos.getContent({ ...target, mediaType: { format: 'raw' } })
        expect(raw.data).toBe('docker.io/*\n')
        expect((await failureOf(octokit.rest.repos.getContent({ ...target, ref: 'other' }))).status).toBe(404)
        expect((await failureOf(octokit.rest.repos.getContent({ ...target, path: 'none' }))).status).toBe(404)
        expect(github.requests).toHaveLength(4)
      },
      { files: { 'lists/allows.txt': 'docker.io/*\n' } },
    ))

  test('counts requests, and stops at the limit', () =>
    withGitHub(
      async (_, octokit) => {
        const first = await octokit.rest.repos.get(REPOSITORY)
        expect(first.headers['x-ratelimit-remaining']).toBe('1')
        await octokit.rest.repos.get(REPOSITORY)
        const failure = await failureOf(octokit.rest.repos.get(REPOSITORY))
        expect(failure).toMatchObject({ status: 403, headers: { 'x-ratelimit-remaining': '0' } })
        expect((await octokit.rest.rateLimit.get()).data.rate).toMatchObject({ limit: 2, remaining: 0 })
      },
      { rateLimit: 2 },
    ))

  test('answers 304 to one who has it already, and does not count it', () =>
    withGitHub(async (_, octokit) => {
      const { headers } = await octokit.rest.repos.get(REPOSITORY)
      const again = octokit.rest.repos.get({ ...REPOSITORY, headers: { 'if-none-match': headers.etag ?? '' } })
      expect((await failureOf(again)).status).toBe(304)
      expect((await octokit.rest.rateLimit.get()).data.rate.used).toBe(1)
    }))
})
