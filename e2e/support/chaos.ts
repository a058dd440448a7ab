import type { Fault } from '../../test/support/faulty-registry/call.ts'
import { cutAfter, loseAnswer, reset } from '../../test/support/faulty-registry/faults.ts'

/** Breaks the connection of every fifth request, by each of the breaks in turn; all others pass. */
export function everyFifth(...breaks: readonly Fault[]): Fault {
  let requests = 0
  return (call) => {
    requests += 1
    const broken = requests % 5 === 0 ? breaks[(requests / 5) % breaks.length] : undefined
    return broken ? broken(call) : call.forward()
  }
}

/** Before the registry hears of it, in the middle of its answer, and after it has done what it was asked for. */
export const BREAKS: readonly Fault[] = [reset, cutAfter(1000), loseAnswer]
