import { beforeAll, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { startServe } from './support/serve.ts'
import { CLEAN, CLI } from './support/transship.ts'

const FULL = '/dev/full'
const testFull = existsSync(FULL) ? test : test.skip
const images = ['one', 'two', 'three'].map((name) => ({ name, image: makeImage({ seed: name }) }))
const started = stopAfterAll()

describeWith(DOCKER_REGISTRY.program, 'a copy whose output is lost', () => {
  let registry: RunningRegistry

  beforeAll(async () => {
    registry = started(await startRegistry(DOCKER_REGISTRY))
    for (const { name, image } of images) await pushImage(registry.host, name, 'v1', image)
  })

  /** Copies all images, its standard output being something else than a pipe that is read to its end. */
  async function copyAll(prefix: string, stdout: 'pipe' | number) {
    const sources = images.map(({ name }) => `${registry.host}/${name}:v1`)
    const child = spawn(process.execPath, [CLI, 'copy', ...sources, '--to', `${registry.host}/${prefix}`], {
      cwd: tmpdir(),
      env: { ...process.env, ...CLEAN },
      stdio: ['ignore', stdout, 'pipe'],
    })
    child.stdout?.destroy()
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const [exitCode] = await once(child, 'close')
    return { exitCode, stderr }
  }

  async function expectAllThere(prefix: string): Promise<void> {
    for (const { name, image } of images) {
      const repository = `${prefix}/${registry.host.replace(':', '_')}/${name}`
      expect(await digestAt(registry.host, repository, 'v1')).toBe(image.root.descriptor.digest)
    }
  }

  test('since its reader has left: everything arrives, and nothing is complained of', async () => {
    expect(await copyAll('left', 'pipe')).toEqual({ exitCode: 0, stderr: '' })
    await expectAllThere('left')
  })

  testFull(
    'since the disk is full (needs /dev/full): everything arrives, and it says what was not written',
    async () => {
      const { exitCode, stderr } = await copyAll('full', openSync(FULL, 'w'))
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/^There is no space left for standard output\.\nFree some space[^\n]+\n$/)
      await expectAllThere('full')
    },
  )
})

test('a server goes on when the reader of its log has left', async () => {
  const server = started(await startServe())
  server.closeOutput()
  const ask = async () => (await fetch(`http://${server.host}/v2/`)).status
  for (let request = 0; request < 5; request += 1) expect(await ask()).toBe(200)
  expect(await server.stop()).toBe(0)
})
