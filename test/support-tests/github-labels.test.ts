import { describe, expect, test } from '@jest/globals'
import { createIssue } from '../support/github/index.ts'
import { failureOf, REPOSITORY, withGitHub } from './client.ts'

const ISSUE = { ...REPOSITORY, issue_number: 1 } as const

describe('labels of the stand-in', () => {
  test('are made, renamed and deleted, and issues follow', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx', labels: ['queued'] })
      await octokit.rest.issues.updateLabel({ ...REPOSITORY, name: 'QUEUED', new_name: 'done', color: '00ff00' })
      const { data } = await octokit.rest.issues.getLabel({ ...REPOSITORY, name: 'done' })
      expect(data).toMatchObject({ name: 'done', color: '00ff00', default: false })
      expect(issue.labels.map(({ name }) => name)).toEqual(['done'])
      await octokit.rest.issues.deleteLabel({ ...REPOSITORY, name: 'done' })
      expect(issue.labels).toEqual([])
      expect((await failureOf(octokit.rest.issues.getLabel({ ...REPOSITORY, name: 'done' }))).status).toBe(404)
    }))

  test.each([
    [{ name: 'Done' }, { code: 'already_exists', field: 'name' }],
    [{ name: '' }, { code: 'missing_field', field: 'name' }],
    [{ name: 'x'.repeat(51) }, { code: 'custom', message: 'name is too long (maximum is 50 characters)' }],
    [
      { name: 'new', color: '#00ff00' },
      { code: 'invalid', field: 'color' },
    ],
    [
      { name: 'new', description: 'x'.repeat(101) },
      { code: 'custom', field: 'description' },
    ],
  ])('are refused where GitHub refuses them (%#)', (label, error) =>
    withGitHub(async (github, octokit) => {
      await octokit.rest.issues.createLabel({ ...REPOSITORY, name: 'done', description: 'copied' })
      const failure = await failureOf(octokit.rest.issues.createLabel({ ...REPOSITORY, ...label }))
      expect(failure).toMatchObject({ status: 422, body: { errors: [{ resource: 'Label', ...error }] } })
      expect(github.state.labels).toHaveLength(1)
    }),
  )

  test('are made when an issue gets one that is not there', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx', labels: ['request'] })
      const { data } = await octokit.rest.issues.addLabels({ ...ISSUE, labels: ['Request', 'done'] })
      expect(data.map(({ name, color }) => [name, color])).toEqual([
        ['request', 'ededed'],
        ['done', 'ededed'],
      ])
      expect((await octokit.rest.issues.listLabelsForRepo(REPOSITORY)).data).toHaveLength(2)
    }))

  test('of an issue are replaced, and taken away', () =>
    withGitHub(async (github, octokit) => {
      const { issue } = createIssue(github.state, { author: 'jane', title: 'nginx', labels: ['request', 'queued'] })
      await octokit.rest.issues.setLabels({ ...ISSUE, labels: ['request', 'mirror: done'] })
      const left = await octokit.rest.issues.removeLabel({ ...ISSUE, name: 'mirror: done' })
      expect(left.data.map(({ name }) => name)).toEqual(['request'])
      expect((await octokit.rest.issues.removeAllLabels(ISSUE)).status).toBe(204)
      expect(issue.labels).toEqual([])
    }))

  test('that an issue does not have cannot be taken away', () =>
    withGitHub(async (github, octokit) => {
      createIssue(github.state, { author: 'jane', title: 'nginx' })
      await octokit.rest.issues.createLabel({ ...REPOSITORY, name: 'done' })
      expect(await failureOf(octokit.rest.issues.removeLabel({ ...ISSUE, name: 'done' }))).toMatchObject({
        status: 404,
        body: { message: 'Label does not exist' },
      })
    }))

  test('of one who may not push are dropped without a word', () =>
    withGitHub(
      async (_, octokit) => {
        const { data } = await octokit.rest.issues.create({ ...REPOSITORY, title: 'nginx', labels: ['done'] })
        expect(data.labels).toEqual([])
      },
      { tokens: { ghs_actions: { login: 'jane', kind: 'user', permissions: { issues: 'write' } } } },
    ))
})
