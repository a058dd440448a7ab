import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { makeImage, putImage } from '../../support/images.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { run, runOk } from '../../support/run.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'
import { describeWith } from '../../support/tools.ts'

let directory: TemporaryDirectory
let full: TestRegistry
let empty: TestRegistry
const image = makeImage({ attestations: true, sharedLayers: 1, layerSize: 50_000 })
const text = Buffer.from(image.root.bytes).toString()

beforeEach(async () => {
  directory = await temporaryDirectory()
  full = await startRegistry(join(directory.path, 'full'))
  empty = await startRegistry(join(directory.path, 'empty'))
  await putImage(full.store.repository('library/app'), image, 'v1')
})
afterEach(async () => {
  await Promise.all([full.close(), empty.close()])
  await directory.remove()
})

/** All that belongs to the image arrived, byte for byte, and nothing went wrong on the way. */
async function expectArrived(name: string, tag: string): Promise<void> {
  const repository = empty.store.repository(name)
  expect(Buffer.from((await repository.manifest(tag)).bytes).toString()).toBe(text)
  for (const { descriptor } of image.manifests) expect(await repository.head(descriptor.digest)).toEqual(descriptor)
  for (const { descriptor } of image.blobs.values()) expect(await repository.hasBlob(descriptor)).toBe(true)
  expect([...full.errors, ...empty.errors]).toEqual([])
}

describeWith('skopeo', 'skopeo', (skopeo) => {
  const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false']

  test('copies an image with all its platforms from one to another', async () => {
    const [from, to] = [`docker://${full.host}/library/app:v1`, `docker://${empty.host}/m/app:v1`]
    await runOk(skopeo, ['copy', '--all', ...insecure, from, to])
    expect(await runOk(skopeo, ['inspect', '--raw', '--tls-verify=false', to])).toBe(text)
    await expectArrived('m/app', 'v1')
  })

  test('lists tags, and is told of what is not there', async () => {
    const list = await runOk(skopeo, ['list-tags', '--tls-verify=false', `docker://${full.host}/library/app`])
    expect(JSON.parse(list)).toMatchObject({ Tags: ['v1'] })
    const { exitCode, stderr } = await run(skopeo, [
      'inspect',
      '--tls-verify=false',
      `docker://${full.host}/library/app:v2`,
    ])
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('manifest unknown')])
  })

  test('takes a Docker image as it is', async () => {
    const docker = makeImage({ docker: true, seed: 'docker' })
    await putImage(full.store.repository('library/docker'), docker, 'v1')
    const [from, to] = [`docker://${full.host}/library/docker:v1`, `docker://${empty.host}/m/docker:v1`]
    await runOk(skopeo, ['copy', '--all', ...insecure, from, to])
    expect(await empty.store.repository('m/docker').head('v1')).toEqual(docker.root.descriptor)
  })

  test('does not push a tag whose blobs are missing', async () => {
    const [child] = image.manifests
    const lost = join(directory.path, 'full', 'blobs', 'sha256', child?.blobs[1]?.digest.slice(7) ?? '')
    await rename(lost, join(directory.path, 'lost'))
    const [from, to] = [`docker://${full.host}/library/app:v1`, `docker://${empty.host}/m/app:v1`]
    expect((await run(skopeo, ['copy', '--all', ...insecure, from, to])).exitCode).not.toBe(0)
    expect(await empty.store.repository('m/app').head('v1')).toBeUndefined()
  })
})

describeWith('podman', 'podman', (podman) => {
  test('pulls an image, and pushes it to another one', async () => {
    const storage = join(directory.path, 'storage')
    await mkdir(storage)
    const folders = ['root', 'runroot', 'tmpdir'].flatMap((name) => [`--${name}`, join(storage, name)])
    const podmanOk = (...args: string[]): Promise<string> =>
      runOk(podman, [...folders, '--storage-driver', 'vfs', ...args])
    await podmanOk('pull', '--quiet', '--tls-verify=false', `${full.host}/library/app:v1`)
    await podmanOk('tag', `${full.host}/library/app:v1`, `${empty.host}/pushed/app:v1`)
    await podmanOk('push', '--quiet', '--tls-verify=false', `${empty.host}/pushed/app:v1`)
    await podmanOk('rmi', '--all', '--force')
    await podmanOk('pull', '--quiet', '--tls-verify=false', `${empty.host}/pushed/app:v1`)
    const pushed = await empty.store.repository('pushed/app').manifest('v1')
    expect(pushed.blobs).toHaveLength(3)
    expect([...full.errors, ...empty.errors]).toEqual([])
  })
})

describeWith('crane', 'crane', (crane) => {
  const craneOk = (...args: string[]): Promise<string> => runOk(crane, ['--insecure', ...args])

  test('copies an image from one to another, and finds it valid', async () => {
    await craneOk('copy', `${full.host}/library/app:v1`, `${empty.host}/m/app:v1`)
    expect(await craneOk('validate', '--remote', `${empty.host}/m/app:v1`)).toContain('PASS')
    expect(await craneOk('catalog', empty.host)).toBe('m/app\n')
    await expectArrived('m/app', 'v1')
  })
})

describeWith('regctl', 'regctl', (regctl) => {
  test('copies an image from one to another', async () => {
    const hosts = [full, empty].flatMap(({ host }) => ['--host', `reg=${host},tls=disabled`])
    const [from, to] = [`${full.host}/library/app:v1`, `${empty.host}/m/app:v1`]
    await runOk(regctl, [...hosts, 'image', 'copy', from, to], { environment: { HOME: directory.path } })
    await expectArrived('m/app', 'v1')
  })
})
