import { describe, expect, test } from '@jest/globals'
import { paceComment } from '../../src/github/paced-comment.ts'
import { manualClock } from '../support/clocks.ts'

const SECOND = 1_000

function paced(given: { update?: (body: string) => Promise<void>; isTaken?: boolean } = {}) {
  const clock = manualClock()
  const start = clock.now()
  const updates: { second: number; body: string }[] = []
  const errors: unknown[] = []
  const comment = paceComment({
    clock,
    updatedAt: given.isTaken ? start : undefined,
    onError: (error) => errors.push(error),
    update: async (body) => {
      updates.push({ second: (clock.now() - start) / SECOND, body })
      await given.update?.(body)
    },
  })
  return { clock, comment, updates, errors }
}

describe('a comment that follows the work', () => {
  test('shows only the latest progress, and not before five seconds have passed', async () => {
    const { clock, comment, updates } = paced()
    for (let percent = 0; percent < 100; percent += 1) comment.show(() => `${percent} %`)
    await clock.advance(4_999)
    expect(updates).toEqual([])
    comment.show(() => '100 %')
    await clock.advance(1)
    expect(updates).toEqual([{ second: 5, body: '100 %' }])
  })

  test('is not written when nothing moved', async () => {
    const { clock, comment, updates } = paced()
    comment.show(() => 'once')
    await clock.advance(3600 * SECOND)
    expect(updates).toHaveLength(1)
  })

  test('renders only what it writes', async () => {
    const { clock, comment } = paced()
    let rendered = 0
    for (let count = 0; count < 1_000; count += 1) comment.show(() => String((rendered += 1)))
    await clock.advance(60 * SECOND)
    expect(rendered).toBe(1)
  })

  test('is updated ever more slowly and at most nine times for progress, however long the work takes', async () => {
    const { clock, comment, updates } = paced()
    for (let second = 0; second < 6 * 3600; second += 1) {
      comment.show(() => 'progress')
      await clock.advance(SECOND)
    }
    expect(updates.map(({ second }) => second)).toEqual([5, 15, 35, 75, 155, 315, 635, 1235, 1835])
  })

  test('says at once what must be said after a quick work', async () => {
    const { clock, comment, updates } = paced()
    comment.show(() => 'progress')
    await comment.write('done')
    await clock.advance(60 * SECOND)
    expect(updates).toEqual([{ second: 0, body: 'done' }])
  })

  test.each([
    ['a progress update', false],
    ['the claim', true],
  ])('keeps five seconds between %s and the answer', async (_, isTaken) => {
    const { clock, comment, updates } = paced({ isTaken })
    if (!isTaken) comment.show(() => 'progress')
    if (!isTaken) await clock.advance(5 * SECOND)
    const before = updates.length
    const written = comment.write('done')
    await clock.advance(4_999)
    expect(updates).toHaveLength(before)
    await clock.advance(1)
    await written
    expect(updates.at(-1)?.body).toBe('done')
  })

  test('writes one thing after the other', async () => {
    const gates: (() => void)[] = []
    const { clock, comment, updates } = paced({ update: () => new Promise((resolve) => gates.push(resolve)) })
    comment.show(() => 'progress')
    await clock.advance(5 * SECOND)
    const written = comment.write('done')
    await clock.advance(60 * SECOND)
    expect(updates.map(({ body }) => body)).toEqual(['progress'])
    gates.shift()?.()
    await clock.advance(5 * SECOND)
    expect(updates.map(({ body }) => body)).toEqual(['progress', 'done'])
    gates.shift()?.()
    await written
  })

  test('is left alone once it is stopped', async () => {
    const { clock, comment, updates } = paced()
    comment.show(() => 'progress')
    await comment.stop()
    await clock.advance(3600 * SECOND)
    expect(updates).toEqual([])
  })

  test('goes on after progress could not be shown', async () => {
    let failing = true
    const { clock, comment, updates, errors } = paced({
      update: async () => {
        if (failing) throw new Error('refused')
      },
    })
    comment.show(() => 'lost')
    await clock.advance(5 * SECOND)
    expect(errors).toEqual([new Error('refused')])
    failing = false
    comment.show(() => 'shown')
    await clock.advance(10 * SECOND)
    expect(updates.map(({ body }) => body)).toEqual(['lost', 'shown'])
  })

  test('fails where the answer cannot be written', async () => {
    const { comment } = paced({
      update: async () => {
        throw new Error('refused')
      },
    })
    await expect(comment.write('done')).rejects.toThrow('refused')
  })
})
