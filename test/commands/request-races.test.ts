import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/failure/failure.ts'
import { readState, withState, type RequestState } from '../../src/github/state.ts'
import { ACTIONS_LOGIN, actionsToken, editIssue, labelIssue, reopenIssue } from '../support/github/index.ts'
import { answersOf, eventually, formBody, leaveComment, startWorld, type World } from './request-world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const MINUTE = 60_000
const NGINX = 'docker.io/library/nginx:1 ghcr.io/acme/mirror'
const REDIS = 'docker.io/library/redis:7 ghcr.io/acme/mirror'

function working(run: RequestState['run']): RequestState {
  return { fingerprint: 'another', phase: 'working', run, at: 0 }
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const signal = new AbortController()
  const opened = new Promise<void>((resolve) => signal.signal.addEventListener('abort', () => resolve()))
  return { opened, open: () => signal.abort() }
}

describe('of events for one request', () => {
  test('"opened" and "labeled" together give one comment and one copy', async () => {
    const { issue, opened, labeled } = world.open('nginx:1')
    const results = await Promise.all([opened, ...labeled].map((event, index) => world.run(event, { id: index + 1 })))
    expect(results.filter(({ skipped }) => skipped === 'held')).toHaveLength(1)
    expect(world.copies).toEqual([NGINX])
    expect(answersOf(issue)).toEqual([expect.stringContaining('"phase":"finished"')])
  })

  test('five at once give one comment and one copy', async () => {
    const { issue, opened } = world.open('nginx:1')
    await Promise.all([1, 2, 3, 4, 5].map((id) => world.run(opened, { id })))
    expect(world.copies).toEqual([NGINX])
    expect(answersOf(issue)).toHaveLength(1)
  })

  test('one that comes a second time finds the answer', async () => {
    const { issue, opened } = world.open('nginx:1')
    await world.run(opened)
    const before = answersOf(issue)
    expect(await world.run(opened, { id: 2 })).toMatchObject({ skipped: 'answered' })
    expect(world.copies).toEqual([NGINX])
    expect(answersOf(issue)).toEqual(before)
  })

  test('one whose comment was sent again after a lost answer leaves one comment', async () => {
    const { issue, opened } = world.open('nginx:1')
    world.github.failNext({ match: /^POST .*comments/, drop: 'after' })
    expect(await world.run(opened)).toMatchObject({ outcomes: [{ status: 'copied' }] })
    expect(answersOf(issue)).toEqual([expect.stringContaining('"phase":"finished"')])
  })
})

describe('an edit', () => {
  test('while the work goes on is answered by that work, once, and nothing is copied twice', async () => {
    const { issue, opened } = world.open('nginx:1')
    const started = gate()
    const edited = gate()
    world.script(async () => {
      started.open()
      await edited.opened
      return undefined
    })
    const first = world.run(opened, { id: 1 })
    await started.opened
    const event = editIssue(world.github.state, issue, { body: formBody('nginx:1\nredis:7') })
    expect(await world.run(event, { id: 2 })).toMatchObject({ skipped: 'held' })
    edited.open()

    expect(await first).toMatchObject({ outcomes: [{ status: 'copied' }, { status: 'copied' }] })
    expect(world.copies).toEqual([NGINX, REDIS])
    expect(world.github.requests.filter(({ body }) => body.includes('finished'))).toHaveLength(1)
    expect(answersOf(issue)).toEqual([expect.stringMatching(/nginx:1[^]*redis:7[^]*"phase":"finished"/)])
  })

  test('in the moment in which the answer is written is answered, too', async () => {
    const { issue, opened } = world.open('nginx:1')
    const written = gate()
    world.github.failNext({ match: /^PATCH .*comments/, until: written.opened })
    const first = world.run(opened, { id: 1 })
    await eventually(() => world.github.requests.some(({ method }) => method === 'PATCH'))
    const event = editIssue(world.github.state, issue, { body: formBody('redis:7') })
    expect(await world.run(event, { id: 2 })).toMatchObject({ skipped: 'held' })
    written.open()

    await first
    expect(world.copies).toEqual([NGINX, REDIS])
    expect(answersOf(issue)).toEqual([expect.stringContaining('redis:7')])
    expect(issue.state).toBe('closed')
  })

  test('of an answered request is answered in the same comment, with labels and state to match', async () => {
    const { issue, opened } = world.open('ghcr.io/stranger/app:1')
    await world.run(opened)
    expect(issue.stateReason).toBe('not_planned')
    await world.run(editIssue(world.github.state, issue, { body: formBody('nginx:1') }), { id: 2 })
    expect(answersOf(issue)).toEqual([expect.stringContaining('nginx:1')])
    expect(issue.labels.map(({ name }) => name)).toEqual(['mirror', 'mirror: done'])
  })

  test('that changes nothing of the request is no request', async () => {
    const { issue, opened } = world.open('nginx:1')
    await world.run(opened)
    const event = editIssue(world.github.state, issue, { body: formBody('- `docker.io/library/nginx:1`') })
    expect(await world.run(event, { id: 2 })).toMatchObject({ skipped: 'answered' })
    expect(world.copies).toHaveLength(1)
  })

  test('of a closed request opens it when somebody has to look at it', async () => {
    const { issue, opened } = world.open('nginx:1')
    await world.run(opened)
    expect(issue.state).toBe('closed')
    const failure = new Failure('push-denied', { host: 'ghcr.io', repository: 'acme', detail: '' })
    world.script(async (image) => ({ status: 'failed', image, failure }))
    await world.run(editIssue(world.github.state, issue, { body: formBody('redis:7') }), { id: 2 })
    expect(issue.state).toBe('open')
    expect(issue.labels.map(({ name }) => name)).toEqual(['mirror', 'mirror: failed'])
  })

  test('after edit is followed for five rounds, and the claim costs no more than twenty updates', async () => {
    const { issue, opened } = world.open('nginx:0')
    let round = 0
    world.script(async () => {
      round += 1
      editIssue(world.github.state, issue, { body: formBody(`nginx:${round}`) })
      return undefined
    })
    await world.run(opened)
    expect(world.copies).toHaveLength(5)
    expect(readState(answersOf(issue)[0] ?? '')?.phase).toBe('finished')
    expect(world.github.requests.filter(({ method }) => method === 'PATCH').length).toBeLessThanOrEqual(20)
  })
})

describe('a comment with a state in it', () => {
  test('is not believed when a stranger wrote it', async () => {
    const { issue, opened } = world.open('nginx:1')
    leaveComment(world, issue, 'mallory', working({ id: 9, attempt: 1 }))
    leaveComment(world, issue, 'github-actions', working({ id: 9, attempt: 1 }))
    expect(await world.run(opened)).toMatchObject({ outcomes: [{ status: 'copied' }] })
    expect(answersOf(issue)).toHaveLength(1)
  })

  test('is written anew when somebody deleted it meanwhile', async () => {
    const { issue, opened } = world.open('nginx:1')
    world.script(async () => void issue.comments.splice(0))
    await world.run(opened)
    expect(answersOf(issue)).toEqual([expect.stringContaining('"phase":"finished"')])
  })

  test('is left to the run that took it over', async () => {
    const { issue, opened } = world.open('nginx:1')
    // On this clock progress would be shown at once, and would take it back.
    world.github.failNext({ match: /^PATCH .*comments/, status: 422 })
    world.script(async () => {
      for (const comment of issue.comments) comment.body = withState('### Taken', working({ id: 9, attempt: 1 }))
      return undefined
    })
    expect(await world.run(opened)).toMatchObject({ skipped: 'held', outcomes: [{ status: 'copied' }] })
    expect(readState(answersOf(issue)[0] ?? '')?.run.id).toBe(9)
    expect(issue.state).toBe('open')
  })
})

describe('a run that died', () => {
  const run = { event: 'issues', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' }

  test.each([
    ['is taken over', 'completed', undefined],
    ['is told from one that goes on', 'in_progress', 'held'],
  ] as const)('%s, where GitHub may be asked', async (_, status, skipped) => {
    world.github.tokens.set('secret', actionsToken({ issues: 'write', actions: 'read' }))
    world.github.state.runs.set(9, { id: 9, status, conclusion: null, ...run })
    const { issue, opened } = world.open('nginx:1')
    leaveComment(world, issue, ACTIONS_LOGIN, working({ id: 9, attempt: 1 }))
    expect((await world.run(opened)).skipped).toBe(skipped)
    expect(world.copies).toHaveLength(skipped === undefined ? 1 : 0)
    expect(answersOf(issue)).toHaveLength(1)
  })

  test('is taken over after a quarter of an hour, where GitHub may not be asked', async () => {
    const { issue, opened } = world.open('nginx:1')
    leaveComment(world, issue, ACTIONS_LOGIN, working({ id: 9, attempt: 1 }))
    expect(await world.run(opened)).toMatchObject({ skipped: 'held' })
    await world.clock.sleep(15 * MINUTE + 1)
    expect(await world.run(opened)).toMatchObject({ outcomes: [{ status: 'copied' }] })
  })

  test('is taken over by its own next attempt', async () => {
    const { issue, opened } = world.open('nginx:1')
    leaveComment(world, issue, ACTIONS_LOGIN, working({ id: 9, attempt: 1 }))
    expect(await world.run(opened, { id: 9, attempt: 2 })).toMatchObject({ outcomes: [{ status: 'copied' }] })
  })

  test('is taken over by one of two that find it', async () => {
    const { issue, opened } = world.open('nginx:1')
    leaveComment(world, issue, ACTIONS_LOGIN, working({ id: 9, attempt: 1 }))
    await world.clock.sleep(15 * MINUTE + 1)
    // Both have read the comment before either writes it.
    const bothRead = gate()
    world.github.failNext({ match: /^PATCH .*comments/, times: 2, until: bothRead.opened })
    const runs = [world.run(opened, { id: 1 }), world.run(opened, { id: 2 })]
    await eventually(() => world.github.requests.filter(({ method }) => method === 'PATCH').length === 2)
    bothRead.open()
    expect((await Promise.all(runs)).filter(({ skipped }) => skipped === 'held')).toHaveLength(1)
    expect(world.copies).toEqual([NGINX])
  })
})

describe('an issue', () => {
  test('that was opened again is answered anew', async () => {
    const { issue, opened } = world.open('nginx:1')
    await world.run(opened)
    await world.run(reopenIssue(world.github.state, issue), { id: 2 })
    expect(world.copies).toEqual([NGINX, NGINX])
    expect(answersOf(issue)).toHaveLength(1)
    expect(issue.state).toBe('closed')
  })

  test('that failed is answered anew by a run that is started again', async () => {
    const { issue, opened } = world.open('nginx:1')
    const failure = new Failure('registry-throttled', { host: 'docker.io' })
    world.script(async (image) => ({ status: 'failed', image, failure }))
    await world.run(opened)
    expect(issue.state).toBe('open')
    world.script(() => undefined)
    await world.run(opened, { id: 1, attempt: 2 })
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(issue.labels.map(({ name }) => name)).toEqual(['mirror', 'mirror: done'])
  })

  test.each([
    ['deleted', 'gone'],
    ['locked', 'locked'],
  ] as const)('that is %s meanwhile ends the run cleanly', async (property, skipped) => {
    const { issue, opened } = world.open('nginx:1')
    world.script(async () => {
      issue[property] = true
      return undefined
    })
    expect(await world.run(opened)).toMatchObject({ skipped, outcomes: [{ status: 'copied' }], unsaid: [] })
  })

  test('that its author closed meanwhile stays closed as it was', async () => {
    const { issue, opened } = world.open('nginx:1')
    const failure = new Failure('push-denied', { host: 'ghcr.io', repository: 'acme', detail: '' })
    world.script(async (image) => {
      issue.state = 'closed'
      return { status: 'failed', image, failure }
    })
    await world.run(opened)
    expect(issue).toMatchObject({ state: 'closed', stateReason: null })
    expect(answersOf(issue)[0]).toContain('"phase":"finished"')
  })

  test('with other labels keeps them', async () => {
    const { issue, opened } = world.open('nginx:1', { labels: ['mirror', 'mirror: refused', 'urgent'] })
    labelIssue(world.github.state, issue, 'mirror: failed')
    await world.run(opened)
    expect(issue.labels.map(({ name }) => name)).toEqual(['mirror', 'urgent', 'mirror: done'])
  })
})
