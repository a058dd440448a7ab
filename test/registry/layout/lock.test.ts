import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FileLock } from '../../../src/registry/layout/lock.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import { realPorts } from '../../support/layouts.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
let path: string
const { host, pid } = realPorts.processes
const realClock = realPorts.clock
const onlyThisRuns = { host, pid, isRunning: (other: number) => other === pid }
const nothing = async (): Promise<void> => {}
const holder = (machine: string, process: number): string => JSON.stringify({ host: machine, pid: process, id: 'x' })

beforeEach(async () => {
  directory = await temporaryDirectory()
  path = join(directory.path, 'lock')
})
afterEach(() => directory.remove())

const lockWith = (clock: Clock = realClock): FileLock => new FileLock(path, onlyThisRuns, clock)

/** Adds one to a number in a file, slowly enough for two at once to lose one. */
async function count(file: string): Promise<void> {
  const number = Number(await readFile(file, 'utf8'))
  await new Promise((resolve) => setImmediate(resolve))
  await writeFile(file, String(number + 1))
}

describe('a lock', () => {
  test('lets one in at a time, and is gone afterwards', async () => {
    const file = join(directory.path, 'number')
    await writeFile(file, '0')
    await Promise.all(Array.from({ length: 20 }, () => lockWith().hold(() => count(file))))
    expect(await readFile(file, 'utf8')).toBe('20')
    expect(await readdir(directory.path)).toEqual(['number'])
  })

  test('is gone after a failure too, which is passed on', async () => {
    const failing = lockWith().hold(async () => {
      throw new Error('the work failed')
    })
    await expect(failing).rejects.toThrow('the work failed')
    expect(await readdir(directory.path)).toEqual([])
  })

  test('says who holds it', async () => {
    const held = await lockWith().hold(() => readFile(path, 'utf8'))
    expect(JSON.parse(held)).toMatchObject({ host, pid })
  })
})

describe('a lock that was left behind', () => {
  test('by a process that is gone is broken at once', async () => {
    await writeFile(path, holder(host, 99_999))
    await lockWith({ ...realClock, sleep: () => Promise.reject(new Error('it waited')) }).hold(nothing)
    expect(await readdir(directory.path)).toEqual([])
  })

  test('by a process that is gone is broken by many at once, and still one is let in at a time', async () => {
    const file = join(directory.path, 'number')
    await writeFile(file, '0')
    await writeFile(path, holder(host, 99_999))
    const confirmed = (lock: FileLock): Promise<void> =>
      lock.hold(async (confirm) => {
        await confirm()
        await count(file)
      })
    await Promise.all(Array.from({ length: 10 }, () => confirmed(lockWith())))
    expect(await readFile(file, 'utf8')).toBe('10')
  })

  test.each(['', 'not JSON', '[]', holder('elsewhere', 1), holder(host, pid)])(
    'long ago, reading %j, is broken',
    async (text) => {
      await writeFile(path, text)
      await utimes(path, 0, 0)
      await lockWith().hold(nothing)
      expect(await readdir(directory.path)).toEqual([])
    },
  )

  test('before anything was written into it is broken after a moment', async () => {
    await writeFile(path, '')
    await lockWith(clockOfWaits()).hold(nothing)
    expect(await readdir(directory.path)).toEqual([])
  })

  test.each([
    ['that runs', holder(host, pid), `process ${pid} on ${host}`],
    ['on another machine', holder('elsewhere', 99_999), 'process 99999 on elsewhere'],
    ['that is unknown', 'not JSON', 'unknown'],
  ])('by a process %s is waited for, but not for ever', async (_, text, named) => {
    await writeFile(path, text)
    const waiting = lockWith(clockOfWaits()).hold(nothing)
    await expect(waiting).rejects.toMatchObject({ code: 'layout-locked', facts: { path, holder: named } })
    expect(await readFile(path, 'utf8')).toBe(text)
  })
})

describe('a holder whose lock was broken while it slept', () => {
  test('starts over before its work shows', async () => {
    let tries = 0
    await lockWith().hold(async (confirm) => {
      tries += 1
      if (tries === 1) await rm(path)
      await confirm()
    })
    expect(tries).toBe(2)
  })

  test('leaves the lock of the next one alone, and waits for it', async () => {
    const next = holder('elsewhere', 1)
    const work = lockWith(clockOfWaits()).hold(async (confirm) => {
      await writeFile(path, next)
      await confirm()
    })
    await expect(work).rejects.toMatchObject({ code: 'layout-locked' })
    expect(await readFile(path, 'utf8')).toBe(next)
  })
})

/** Time that passes by waiting alone. */
function clockOfWaits(): Clock {
  let now = Date.now()
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds
    },
    random: () => 1,
  }
}
