import { describe, expect, test } from '@jest/globals'
import { decide, type Situation } from '../../src/github/decide.ts'
import type { RequestState } from '../../src/github/state.ts'

const NOW = 1_700_000_000_000
const MINUTE = 60_000

const finished: RequestState = {
  fingerprint: 'a',
  phase: 'finished',
  result: 'done',
  run: { id: 1, attempt: 1 },
  at: NOW,
}
const working: RequestState = { fingerprint: 'a', phase: 'working', run: { id: 1, attempt: 1 }, at: NOW }

function comment(state: RequestState | undefined, age = 0) {
  return { id: 9, url: 'https://github.example/9', updatedAt: NOW - age, ...(state && { state }) }
}

function decided(change: Partial<Situation>) {
  const step = decide({
    action: 'edited',
    again: false,
    issue: { state: 'open' },
    run: { id: 2, attempt: 1 },
    fingerprint: 'a',
    now: NOW,
    ...change,
  })
  return step.do === 'stop' ? step.reason : step.do
}

describe('an issue without a comment of ours', () => {
  test('is claimed by one', () => {
    expect(decided({ action: 'opened' })).toBe('create')
  })

  test('is left alone once it is closed', () => {
    expect(decided({ issue: { state: 'closed' } })).toBe('closed')
  })

  test('is claimed though closed where that is asked for', () => {
    expect(decided({ issue: { state: 'closed' }, again: true })).toBe('create')
  })
})

describe('a request that is answered', () => {
  test.each<[string, Partial<Situation>, string]>([
    ['is not answered again for the same text', { action: 'labeled' }, 'answered'],
    ['is answered anew for who asks for it, though closed', { issue: { state: 'closed' }, again: true }, 'take'],
    ['is not answered again for the same text while closed', { issue: { state: 'closed' } }, 'answered'],
    ['is answered anew for another text', { fingerprint: 'b' }, 'take'],
    ['is answered anew for another text though it is closed', { fingerprint: 'b', issue: { state: 'closed' } }, 'take'],
    ['is answered anew when it was opened again', { action: 'reopened' }, 'take'],
    [
      'is left alone when it was opened again and has been closed since',
      { action: 'reopened', issue: { state: 'closed' } },
      'answered',
    ],
    ['is left alone by a run that is started again, when all was well', { run: { id: 1, attempt: 2 } }, 'answered'],
    ['is left alone by the very attempt that answered it', { run: { id: 1, attempt: 1 } }, 'answered'],
  ])('%s', (_, change, expected) => {
    expect(decided({ comment: comment(finished), ...change })).toBe(expected)
  })

  test.each(['failed', 'refused'] as const)('is answered anew by a run that is started again, when it %s', (result) => {
    const failed = comment({ ...finished, result })
    expect(decided({ comment: failed, run: { id: 1, attempt: 2 } })).toBe('take')
    expect(decided({ comment: failed, run: { id: 7, attempt: 2 } })).toBe('take')
    expect(decided({ comment: failed, run: { id: 7, attempt: 1 } })).toBe('answered')
  })

  test('is answered anew where its state cannot be read', () => {
    expect(decided({ comment: comment(undefined) })).toBe('take')
  })
})

describe('a request that another run works on', () => {
  test.each<[string, Partial<Situation>, string]>([
    ['is left to it while it goes on', { holder: 'active' }, 'held'],
    ['is left to it while it goes on, whatever the text', { holder: 'active', fingerprint: 'b' }, 'held'],
    [
      'is left to it while it goes on, however long it has been silent',
      { holder: 'active', comment: comment(working, 60 * MINUTE) },
      'held',
    ],
    ['is taken over when it has ended', { holder: 'completed' }, 'take'],
    [
      'is left to it where nobody knows and its comment moved lately',
      { comment: comment(working, 14 * MINUTE) },
      'held',
    ],
    [
      'is taken over where nobody knows and its comment stood still',
      { comment: comment(working, 15 * MINUTE) },
      'take',
    ],
    ['is taken over by the next attempt of that run', { run: { id: 1, attempt: 2 }, holder: 'active' }, 'take'],
    ['is left to the same attempt of that run', { run: { id: 1, attempt: 1 }, holder: 'active' }, 'held'],
  ])('%s', (_, change, expected) => {
    expect(decided({ comment: comment(working), ...change })).toBe(expected)
  })
})
