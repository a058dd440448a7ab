import { expect, test } from '@jest/globals'
import { Pace } from '../../../src/registry/remote/pace.ts'

function succeed(pace: Pace, times: number): void {
  for (let count = 0; count < times; count += 1) pace.succeeded(pace.era)
}

test.each([
  [8, 4, 2, 1],
  [5, 2, 1, 1],
  [1, 1, 1, 1],
])('from %i a host that asks for less gets %i, then %i, then %i', (most, ...limits) => {
  const pace = new Pace(most)
  const halved = limits.map(() => {
    pace.throttled(pace.era)
    return pace.limit
  })
  expect(halved).toEqual(limits)
})

test('requests that were under way together halve it once', () => {
  const pace = new Pace(8)
  const { era } = pace
  for (let count = 0; count < 8; count += 1) pace.throttled(era)
  expect(pace.limit).toBe(4)
})

test('it climbs by one after as many good answers as the limit is, and no higher than the run allows', () => {
  const pace = new Pace(4)
  pace.throttled(pace.era)
  succeed(pace, 1)
  expect(pace.limit).toBe(2)
  succeed(pace, 1)
  expect(pace.limit).toBe(3)
  succeed(pace, 2)
  expect([pace.limit, pace.isFull]).toEqual([3, false])
  succeed(pace, 1)
  expect([pace.limit, pace.isFull]).toEqual([4, true])
  succeed(pace, 100)
  expect(pace.limit).toBe(4)
})

test('good answers to what left before it was halved do not count', () => {
  const pace = new Pace(4)
  const { era } = pace
  pace.throttled(era)
  for (let count = 0; count < 8; count += 1) pace.succeeded(era)
  expect(pace.limit).toBe(2)
})
