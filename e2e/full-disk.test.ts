import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '../test/support/images.ts'
import { describeWith } from '../test/support/tools.ts'
import { pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transship, transshipJson } from './support/transship.ts'

/** A disk of its own, or undefined where this user may not mount one. */
function mountSmallDisk(bytes: number): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'transship-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
  if (status === 0) return path
  rmdirSync(path)
  return undefined
}

describeWith(DOCKER_REGISTRY.program, 'a disk that is too small', () => {
  const started = stopAfterAll()
  const disk = mountSmallDisk(1024 * 1024)
  const testOnDisk = disk === undefined ? test.skip : test
  let source: RunningRegistry

  beforeAll(async () => {
    source = started(await startRegistry(DOCKER_REGISTRY))
    await pushImage(source.host, 'large', 'v1', makeImage({ seed: 'large', layerSize: 700_000 }))
  })
  afterAll(() => {
    if (disk === undefined) return
    spawnSync('umount', [disk])
    rmdirSync(disk)
  })

  testOnDisk('is named in one sentence (needs the right to mount), and no tag appears', async () => {
    const target = `oci:${disk}/mirror:large:v1`
    const { exitCode, stdout, stderr } = await transship(['copy', `${source.host}/large:v1`, target])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/There is no space left for .*\/mirror/)
    expect(stdout + stderr).not.toMatch(/\n\s+at |ENOSPC/)
    expect((await transshipJson(['copy', target, `${source.host}/back:v1`])).outcomes).toMatchObject([
      { status: 'failed' },
    ])
  })

  testOnDisk('keeps no half of a file (needs the right to mount)', async () => {
    await transship(['copy', `${source.host}/large:v1`, `oci:${disk}/other:large:v1`])
    const left = await readdir(`${disk}/other`, { recursive: true })
    expect(left.filter((name) => name.includes('~'))).toEqual([])
  })
})
