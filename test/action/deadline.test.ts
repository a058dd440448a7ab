import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answerTo, labelsOf, startWorld, type Inputs, type World } from '../support/action-world.ts'
import { reopenIssue } from '../support/github/index.ts'
import { holdCopies, type HeldCopies } from '../support/held-copies.ts'
import { startScriptedRegistry, type ScriptedRegistry } from '../support/registries.ts'

/** Long enough for one small image to arrive, on a machine that is busy with other things. */
const DEADLINE = '5s'
/** The deadline, what stands before it, and the pause between two updates of a comment. */
const TIME = 60_000

let world: World
let hub: ScriptedRegistry
let mirror: ScriptedRegistry
let held: HeldCopies

beforeEach(async () => {
  world = await startWorld()
  hub = await startScriptedRegistry()
  mirror = await startScriptedRegistry()
  held = await holdCopies(hub, mirror)
})
afterEach(async () => {
  await hub.close()
  await mirror.close()
  await world.close()
})

const inputs = (): Inputs => ({
  mirrors: `${mirror.host}/acme`,
  endpoints: `docker.io=http://${hub.host}`,
  deadline: DEADLINE,
})

describe('at its deadline', () => {
  test(
    'a step that copies fails, and its outputs and summary say what is left',
    async () => {
      const push = { name: 'push', payload: { sender: { login: 'ada' } } }
      const step = { command: 'copy', images: held.images.join('\n'), ...inputs() }
      const { exitCode, outputs, summary, annotations } = await world.run(push, step)
      expect({ exitCode, ...outputs }).toMatchObject({ exitCode: 1, copied: '1', left: '2', failed: '0' })
      expect(outputs.addresses).toBe(`${mirror.host}/acme/${held.images[0]}`)
      expect(summary).toContain('3 images: 1 ready, 2 left for another run')
      expect(annotations).toMatchObject([
        { name: 'error', properties: { title: held.images[1] } },
        { name: 'error', properties: { title: held.images[2] } },
      ])
      expect(await held.atMirror()).toEqual([expect.any(String), undefined, undefined])
      expect(new Set(held.sessions().map(({ isGivenBack }) => isGivenBack))).toEqual(new Set([true]))
    },
    TIME,
  )

  test(
    'a request is answered, stays open, and goes on when it is opened again',
    async () => {
      const { issue, opened } = world.file({ images: held.images.join('\n') })
      const { exitCode, outputs } = await world.run(opened, inputs())
      expect({ exitCode, ...outputs }).toMatchObject({ exitCode: 1, copied: '1', left: '2' })
      expect(answerTo(issue)).toContain('1 of 3 images mirrored; 2 left for another run')
      expect(answerTo(issue)).toContain('Close this issue and open it again later')
      expect(labelsOf(issue)).toEqual(['mirror', 'mirror: failed', 'mirror: done'])
      expect(issue.state).toBe('open')

      hub.heal()
      const again = reopenIssue(world.github.state, issue)
      expect(await world.run(again, { ...inputs(), deadline: '' }, { runId: 2 })).toMatchObject({ exitCode: 0 })
      expect(await held.atMirror()).toEqual([expect.any(String), expect.any(String), expect.any(String)])
      expect(labelsOf(issue)).toEqual(['mirror', 'mirror: done'])
      expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    },
    TIME,
  )
})
