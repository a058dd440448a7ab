import { expect, test } from '@jest/globals'
import { Heap } from '../../src/mirror/heap.ts'

const MANY = 20_000

test('what is put in in any order is taken in order, whatever is taken in between', () => {
  const heap = new Heap<number>((one, other) => one < other)
  const numbers = Array.from({ length: 500 }, (_, index) => (index * 7919) % 101)
  for (const number of numbers) heap.push(number)
  const early = [heap.pop(), heap.pop(), heap.pop()]
  for (const number of [0, 50, 1000]) heap.push(number)
  const rest = Array.from({ length: 500 }, () => heap.pop())
  expect([...early, ...rest.slice(0, 3)]).toEqual([0, 0, 0, 0, 0, 0])
  expect(rest).toEqual(rest.toSorted((one, other) => Number(one) - Number(other)))
  expect(rest.at(-1)).toBe(1000)
  expect(heap.pop()).toBeUndefined()
})

test('tens of thousands wait at little cost', () => {
  let comparisons = 0
  const heap = new Heap<number>((one, other) => {
    comparisons += 1
    return one < other
  })
  for (let index = 0; index < MANY; index += 1) heap.push((index * 7919) % MANY)
  for (let index = 0; index < MANY; index += 1) expect(heap.pop()).toBe(index)
  expect(comparisons).toBeLessThan(3 * MANY * Math.log2(MANY))
})
