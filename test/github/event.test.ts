import { describe, expect, test } from '@jest/globals'
import { readIssueEvent } from '../../src/github/event.ts'

const payload = {
  action: 'opened',
  issue: { number: 7, title: 'Mirror: nginx:1.27', body: null },
  sender: { login: 'ada' },
  repository: { full_name: 'acme/mirror' },
}

describe('the event of an issue', () => {
  test.each(['opened', 'edited', 'reopened'] as const)('is read when it was %s', (action) => {
    expect(readIssueEvent('issues', { ...payload, action }, 'mirror')).toEqual({
      action,
      issueNumber: 7,
      sender: 'ada',
      repository: 'acme/mirror',
    })
  })

  test('is read when the request label was put on, in any case', () => {
    const labeled = { ...payload, action: 'labeled', label: { name: 'Mirror' } }
    expect(readIssueEvent('issues', labeled, 'mirror')).toMatchObject({ action: 'labeled', issueNumber: 7 })
  })

  test.each([
    ['another label', { action: 'labeled', label: { name: 'bug' } }, 'other-label'],
    ['a label without a name', { action: 'labeled' }, 'other-label'],
    ['another action', { action: 'assigned' }, 'other-action'],
    ['a property of every object', { action: 'constructor' }, 'other-action'],
    ['a pull request', { issue: { number: 7, pull_request: {} } }, 'pull-request'],
    ['a number that is none', { issue: { number: '7' } }, 'other-event'],
    ['a repository with a path in it', { repository: { full_name: 'acme/mirror/../x' } }, 'other-event'],
  ])('is not for us with %s', (_, change, reason) => {
    expect(readIssueEvent('issues', { ...payload, ...change }, 'mirror')).toBe(reason)
  })

  test.each([undefined, null, 'text', [], {}])('is not for us when its payload is %j', (given) => {
    expect(readIssueEvent('issues', given, 'mirror')).toBe('other-event')
  })

  test.each(['issue_comment', 'push', 'schedule', 'workflow_dispatch'])('is not for us when it is of %s', (name) => {
    expect(readIssueEvent(name, payload, 'mirror')).toBe('other-event')
  })
})
