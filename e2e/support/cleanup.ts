import { afterAll } from '@jest/globals'

/** Something that runs, or lies about, until it is stopped. */
export interface Stoppable {
  stop(): Promise<unknown>
}

/** Notes what the tests of this file start; it is stopped after them, the last first. */
export function stopAfterAll(): <Started extends Stoppable>(started: Started) => Started {
  const all: Stoppable[] = []
  afterAll(async () => {
    for (const started of all.toReversed()) await started.stop()
  })
  return (started) => {
    all.push(started)
    return started
  }
}
