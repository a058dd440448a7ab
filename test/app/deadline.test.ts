import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { holdCopies } from '../support/held-copies.ts'
import { run } from '../support/run.ts'
import { startScriptedRegistry, type ScriptedRegistry } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const CLI = join(import.meta.dirname, '../../dist/cli.js')
/** Long enough for one small image to arrive, on a machine that is busy with other things. */
const DEADLINE = ['--deadline', '4s']

let hub: ScriptedRegistry
let mirror: ScriptedRegistry

beforeEach(async () => {
  hub = await startScriptedRegistry()
  mirror = await startScriptedRegistry()
})
afterEach(async () => {
  await hub.close()
  await mirror.close()
})

function copy(...args: readonly string[]) {
  const places = ['--to', `${mirror.host}/acme`, '--endpoints', `docker.io=http://${hub.host}`]
  return inTemporaryDirectory((cwd) => run(process.execPath, [CLI, 'copy', ...args, ...places], { cwd }))
}

describe('at its deadline a run', () => {
  test('keeps what is copied, reports what is left, and ends with 3', async () => {
    const { images, atMirror, sessions } = await holdCopies(hub, mirror)
    const { exitCode, stdout, stderr } = await copy(...images, ...DEADLINE)
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' })
    expect(stdout).toMatch(/^copied +docker\.io\/library\/one:v1 -> /m)
    expect(stdout).toMatch(/^left +docker\.io\/library\/two:v1 -> /m)
    expect(stdout).toMatch(/^left +docker\.io\/library\/three:v1 -> /m)
    expect(stdout).toContain('The time for this run (4s) is over')
    expect(stdout).toMatch(/^3 images: 1 ready, 2 left for another run\n$/m)
    expect(await atMirror()).toEqual([expect.any(String), undefined, undefined])
    expect(new Set(sessions().map(({ isGivenBack }) => isGivenBack))).toEqual(new Set([true]))
  })

  test('ends with 1 where something has failed besides', async () => {
    const { images } = await holdCopies(hub, mirror)
    const { exitCode, stdout } = await copy(...images, 'docker.io/library/none:v1', ...DEADLINE, '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject([
      { status: 'copied' },
      { status: 'left', error: { code: 'deadline-reached' } },
      { status: 'left', error: { code: 'deadline-reached' } },
      { status: 'failed', error: { code: 'image-unknown' } },
    ])
  })
})

test('a run that is done before its deadline does not wait for it', async () => {
  const { images } = await holdCopies(hub, mirror)
  const { exitCode } = await copy(images[0], '--deadline', '24h')
  expect(exitCode).toBe(0)
})
