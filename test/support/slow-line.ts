import type { Clock } from '../../src/ports/clock.ts'
import type { Answer, Fault } from './faulty-registry/call.ts'

/**
 * A line on which time passes as bytes do, and really takes none. Of all answers on it that one goes on which is
 * behind the others, so that they share it as they would in time.
 */
export interface SlowLine {
  /** Its time; pauses end at once. */
  readonly clock: Clock
  /** Each answer comes at the line's rate, however many there are. */
  readonly each: Fault
  /** All answers share the line's rate. */
  readonly shared: Fault
  /** An answer that is not on the line, and whose first bytes no other overtakes. */
  prompt(fault: Fault): Fault
  /** Time passes that has nothing to do with the line. */
  pass(milliseconds: number): void
}

/**
 * @param rate bytes per millisecond
 * @param isQuiet whether all requests that were made have arrived: time stands still until then
 */
export function slowLine(rate: number, isQuiet: () => boolean): SlowLine {
  const underWay = new Set<{ at: number }>()
  let time = 1_700_000_000_000

  const slowed = (advance: (own: number, milliseconds: number) => number): Fault => {
    return async (call) => {
      const own = { at: time }
      underWay.add(own)
      // A write to a connection that is gone may never come to its end.
      call.request.socket.once('close', () => underWay.delete(own))
      const response = await call.forward()
      return { ...response, body: timed(response.body, own, advance) }
    }
  }
  const isTurnOf = ({ at }: { at: number }) => isQuiet() && [...underWay].every((other) => at <= other.at)

  async function* timed(
    body: Answer['body'],
    own: { at: number },
    advance: (own: number, milliseconds: number) => number,
  ): Answer['body'] {
    try {
      for await (const chunk of body) {
        do await new Promise(setImmediate)
        while (!isTurnOf(own))
        own.at = advance(own.at, chunk.byteLength / rate)
        time = Math.max(time, own.at)
        yield chunk
      }
    } finally {
      underWay.delete(own)
    }
  }

  function prompt(fault: Fault): Fault {
    return async (call) => {
      const own = { at: time }
      underWay.add(own)
      call.request.socket.once('close', () => underWay.delete(own))
      const response = await fault(call)
      if (response === undefined) underWay.delete(own)
      return response && { ...response, body: begun(response.body, own) }
    }
  }

  async function* begun(body: Answer['body'], own: { at: number }): Answer['body'] {
    try {
      for await (const chunk of body) {
        yield chunk
        underWay.delete(own)
      }
    } finally {
      underWay.delete(own)
    }
  }

  return {
    clock: {
      now: () => time,
      random: () => 0.5,
      async sleep(milliseconds, signal) {
        signal?.throwIfAborted()
        time += milliseconds
        await new Promise(setImmediate)
      },
    },
    each: slowed((own, milliseconds) => own + milliseconds),
    shared: slowed((_, milliseconds) => time + milliseconds),
    prompt,
    pass: (milliseconds) => (time += milliseconds),
  }
}
