import { describe, expect, test } from '@jest/globals'
import { EventEmitter, once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { createSchedule } from '../../src/mirror/schedule.ts'

/** Tasks that end when they are told to, and what became of them. */
function gatedTasks() {
  const gates = new EventEmitter()
  const began: string[] = []
  let running = 0
  let most = 0
  /** Whatever could begin has begun by then. */
  const end = async (name: string, failure?: Error) => {
    await setImmediate()
    gates.emit(name, failure)
  }
  return {
    began,
    end,
    most: () => most,
    task: (name: string) => async () => {
      began.push(name)
      running += 1
      most = Math.max(most, running)
      const [failure] = await once(gates, name)
      running -= 1
      if (failure) throw failure
      return name
    },
  }
}

describe('blobs of a run', () => {
  test('move no more at once than they may', async () => {
    const { began, task, end, most } = gatedTasks()
    const schedule = createSchedule(2)
    const all = ['a', 'b', 'c', 'd'].map((name) => schedule.transfer(1, task(name)))
    for (const name of ['a', 'b', 'c', 'd']) await end(name)
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
    expect(began).toEqual(['a', 'b', 'c', 'd'])
    expect(most()).toBe(2)
  })

  test('go in the order of their size, whichever image they are of and whenever they came', async () => {
    const { began, task, end } = gatedTasks()
    const schedule = createSchedule(1)
    const first = [2, 9, 5].map((size) => schedule.transfer(size, task(`first ${size}`)))
    await setImmediate()
    const second = [7, 5, 1].map((size) => schedule.transfer(size, task(`second ${size}`)))
    for (const name of ['first 9', 'second 7', 'first 5', 'second 5', 'first 2', 'second 1']) await end(name)
    await Promise.all([...first, ...second])
    expect(began).toEqual(['first 9', 'second 7', 'first 5', 'second 5', 'first 2', 'second 1'])
  })

  test('make room where one fails', async () => {
    const { task, end } = gatedTasks()
    const schedule = createSchedule(1)
    const failing = schedule.transfer(2, task('bad'))
    const next = schedule.transfer(1, task('good'))
    const failed = expect(failing).rejects.toThrow('bad')
    await end('bad', new Error('bad'))
    await failed
    await end('good')
    expect(await next).toBe('good')
  })

  test('are not begun when they were given up before their turn', async () => {
    const { began, task, end } = gatedTasks()
    const schedule = createSchedule(1)
    const image = new AbortController()
    const running = schedule.transfer(9, task('running'), image.signal)
    const waiting = [3, 2].map((size) => schedule.transfer(size, task(`waiting ${size}`), image.signal))
    const other = schedule.transfer(1, task('other'))
    await setImmediate()
    image.abort(new Error('broken'))
    for (const given of waiting) await expect(given).rejects.toThrow('broken')
    await expect(schedule.transfer(1, task('late'), image.signal)).rejects.toThrow('broken')
    await end('running')
    await end('other')
    expect(await running).toBe('running')
    expect(await other).toBe('other')
    expect(began).toEqual(['running', 'other'])
  })

  test('hold up no small request', async () => {
    const { began, task, end } = gatedTasks()
    const schedule = createSchedule(1)
    const large = schedule.transfer(1_000, task('large'))
    await setImmediate()
    const small = schedule.request(task('small'))
    await end('small')
    expect(await small).toBe('small')
    await end('large')
    await large
    expect(began).toEqual(['large', 'small'])
  })
})

test('small requests are as few at once as blobs, in the order in which they came', async () => {
  const { began, task, end, most } = gatedTasks()
  const schedule = createSchedule(2)
  const names = ['a', 'b', 'c', 'd', 'e']
  const all = names.map((name) => schedule.request(task(name)))
  for (const name of names) await end(name)
  await Promise.all(all)
  expect(began).toEqual(names)
  expect(most()).toBe(2)
})
