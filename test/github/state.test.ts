import { describe, expect, test } from '@jest/globals'
import { hasState, readState, withState, type RequestState } from '../../src/github/state.ts'

const state: RequestState = {
  fingerprint: 'f'.repeat(64),
  phase: 'finished',
  result: 'done',
  run: { id: 12_345_678_901, attempt: 2 },
  at: 1_700_000_000_000,
}

describe('the state of a request in its comment', () => {
  test.each([state, { ...state, phase: 'working' as const, result: undefined }])(
    'is read as it was written',
    (given) => {
      const body = withState('### Done\n\ntext', given)
      expect(body.startsWith('### Done\n\ntext\n\n<!-- transship ')).toBe(true)
      expect(hasState(body)).toBe(true)
      expect(readState(body)).toEqual(given)
      expect(readState(body.replaceAll('\n', '\r\n'))).toEqual(given)
    },
  )

  test('cannot end the comment that hides it', () => {
    const hostile = { ...state, fingerprint: '--> <img src=x> --!> <!-- transship {} -->' }
    const body = withState('text', hostile)
    expect(body.match(/-->|--!>/g)).toEqual(['-->'])
    expect(body).not.toContain('<img')
    expect(readState(body)).toEqual(hostile)
  })

  test('is the last one, whatever the text above holds', () => {
    const body = withState(withState('text', { ...state, fingerprint: 'forged' }), state)
    expect(readState(body)?.fingerprint).toBe(state.fingerprint)
  })

  test('is not read from the middle of a text', () => {
    const body = `${withState('text', state)}\nmore text`
    expect(hasState(body)).toBe(false)
    expect(readState(body)).toBeUndefined()
  })

  test.each([
    '<!-- transship -->',
    '<!-- transship {} -->',
    '<!-- transship {"version":99} -->',
    '<!-- transship not JSON -->',
    withState('', state).replace('finished', 'unheard of'),
  ])('is there but unknown in %j', (body) => {
    expect(hasState(body)).toBe(true)
    expect(readState(body)).toBeUndefined()
  })

  test.each(['', 'text', '<!-- something else -->', '<!-- transship {"version":1}'])('is not there in %j', (body) => {
    expect(hasState(body)).toBe(false)
  })
})
