import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { once, EventEmitter } from 'node:events'
import { join } from 'node:path'
import { holdCopies } from '../support/held-copies.ts'
import { startProcess } from '../support/runner/process.ts'
import { startScriptedRegistry, type ScriptedRegistry } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const CLI = join(import.meta.dirname, '../../dist/cli.js')

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

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a run that gets %s twice, as from `timeout` or through `npx`, still tidies up and says what it has done',
  async (signal) => {
    const { images, isHeld, sessions } = await holdCopies(hub, mirror)
    const tidying = new EventEmitter()
    const tidies = once(tidying, 'begun')
    const again = new Promise((resolve) => tidying.once('again', resolve))
    mirror.on('DELETE', /uploads/, async (call) => {
      tidying.emit('begun')
      await again
      return call.forward()
    })
    const places = ['--to', `${mirror.host}/acme`, '--endpoints', `docker.io=http://${hub.host}`]
    await inTemporaryDirectory(async (cwd) => {
      const child = startProcess(process.execPath, [CLI, 'copy', ...images, ...places], { cwd, env: {} })
      await isHeld
      child.kill(signal)
      await tidies
      child.kill(signal)
      tidying.emit('again')
      const { exitCode, stdout } = await child.finished
      expect(exitCode).toBe(1)
      expect(stdout).toContain('The run was cancelled.')
    })
    expect(new Set(sessions().map(({ isGivenBack }) => isGivenBack))).toEqual(new Set([true]))
  },
)
