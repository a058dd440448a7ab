import { describe, expect, test } from '@jest/globals'
import { getEventListeners } from 'node:events'
import { Lane } from '../../../src/registry/remote/lanes.ts'

/** Enters, and says its name as soon as it is in. */
function entering(lane: Lane, signal?: AbortSignal) {
  const inside: string[] = []
  const enter = (name: string) => lane.enter(signal).then(() => inside.push(name))
  return { inside, enter }
}

const turn = () => new Promise(setImmediate)

describe('a lane', () => {
  test('lets in as many as there is room for, and the others in the order in which they came', async () => {
    const lane = new Lane(() => 2)
    const { inside, enter } = entering(lane)
    const all = ['a', 'b', 'c', 'd'].map(enter)
    await turn()
    expect(inside).toEqual(['a', 'b'])
    expect(lane.free).toBe(0)
    lane.leave()
    await turn()
    expect(inside).toEqual(['a', 'b', 'c'])
    lane.leave()
    await Promise.all(all)
    lane.leave()
    lane.leave()
    expect(lane.free).toBe(2)
  })

  test('lets nobody pass those who wait', async () => {
    let limit = 1
    const lane = new Lane(() => limit)
    const { inside, enter } = entering(lane)
    void enter('a')
    void enter('b')
    await turn()
    limit = 2
    // There is room, but it is b's.
    void enter('c')
    lane.admit()
    await turn()
    expect(inside).toEqual(['a', 'b'])
  })

  test('lets nobody in while there are more inside than there may be', async () => {
    let limit = 2
    const lane = new Lane(() => limit)
    const { inside, enter } = entering(lane)
    for (const name of ['a', 'b', 'c']) void enter(name)
    limit = 1
    lane.leave()
    await turn()
    expect(inside).toEqual(['a', 'b'])
    lane.leave()
    await turn()
    expect(inside).toEqual(['a', 'b', 'c'])
  })

  test('is left by whoever waits when that is no longer wanted', async () => {
    const lane = new Lane(() => 1)
    const { inside, enter } = entering(lane)
    const controller = new AbortController()
    void enter('a')
    const waiting = lane.enter(controller.signal)
    void enter('c')
    controller.abort(new Error('no longer'))
    await expect(waiting).rejects.toThrow('no longer')
    await expect(lane.enter(controller.signal)).rejects.toThrow('no longer')
    lane.leave()
    await turn()
    expect(inside).toEqual(['a', 'c'])
  })

  test('does not hold up what is urgent, which counts all the same', async () => {
    const lane = new Lane(() => 1)
    const { inside, enter } = entering(lane)
    void enter('a')
    await lane.enter(undefined, true)
    void enter('b')
    lane.leave()
    await turn()
    expect(inside).toEqual(['a'])
    lane.leave()
    await turn()
    expect(inside).toEqual(['a', 'b'])
  })
})

test('thousands who wait listen once to the signal that they have in common, and all leave when it is aborted', async () => {
  const lane = new Lane(() => 1)
  await lane.enter()
  const run = new AbortController()
  const waiting = Array.from({ length: 3000 }, () => lane.enter(run.signal))
  expect(getEventListeners(run.signal, 'abort')).toHaveLength(1)
  run.abort('over')
  const results = await Promise.allSettled(waiting)
  expect(results.every((result) => result.status === 'rejected' && result.reason === 'over')).toBe(true)
  lane.leave()
  expect(lane.free).toBe(1)
})
