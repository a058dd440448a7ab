import { beforeAll, expect, test } from '@jest/globals'
import { makeImage } from '../test/support/images.ts'
import { runOk } from '../test/support/run.ts'
import { describeWith } from '../test/support/tools.ts'
import { digestAt, pushImage, tagsAt } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { podmanHome } from './support/podman.ts'
import { startServe, type Served } from './support/serve.ts'
import { transshipJson } from './support/transship.ts'

const image = makeImage({ attestations: true })
const { digest } = image.root.descriptor
const text = Buffer.from(image.root.bytes).toString()
const started = stopAfterAll()
let served: Served

beforeAll(async () => {
  served = started(await startServe())
  await pushImage(served.host, 'library/app', 'v1', image)
})

test('transship copies from one served directory to another', async () => {
  const mirror = started(await startServe())
  const args = ['copy', `${served.host}/library/app:v1`, `${mirror.host}/m/app:v1`, '--verify']
  expect((await transshipJson(args)).outcomes).toMatchObject([{ status: 'copied', digest, access: 'public' }])
  expect(await digestAt(mirror.host, 'm/app', 'v1')).toBe(digest)
})

test('a read-only one refuses to be written to', async () => {
  const mirror = started(await startServe(served.directory, '--read-only'))
  expect(await digestAt(mirror.host, 'library/app', 'v1')).toBe(digest)
  const { exitCode } = await transshipJson(['copy', `${served.host}/library/app:v1`, `${mirror.host}/m/app:v1`])
  expect(exitCode).toBe(1)
  expect(await tagsAt(served.host, 'm/app')).toEqual([])
})

describeWith('skopeo', 'skopeo and a served directory', (skopeo) => {
  const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false']

  test('pushes every platform, reads it back, and lists the tags', async () => {
    const [from, to] = [`docker://${served.host}/library/app:v1`, `docker://${served.host}/by-skopeo/app`]
    await runOk(skopeo, ['copy', '--all', ...insecure, from, `${to}:v1`])
    await runOk(skopeo, ['copy', '--all', ...insecure, from, `${to}:v2`])
    expect(await runOk(skopeo, ['inspect', '--raw', '--tls-verify=false', `${to}:v1`])).toBe(text)
    const listed: unknown = JSON.parse(await runOk(skopeo, ['list-tags', '--tls-verify=false', to]))
    expect(listed).toMatchObject({ Tags: ['v1', 'v2'] })
  })

  test('finds in the directory what was pushed through the registry', async () => {
    const name = `oci:${served.directory}:library/app:v1`
    expect(await runOk(skopeo, ['inspect', '--raw', name])).toBe(text)
  })
})

describeWith('podman', 'podman and a served directory', (program) => {
  test('pulls an image, pushes it under another name and pulls that', async () => {
    const podman = started(await podmanHome(program))
    const other = started(await podmanHome(program))
    const pushed = `${served.host}/by-podman/app:v1`
    const options = ['--quiet', '--tls-verify=false']

    const id = (await podman.run('pull', ...options, '--arch', 'amd64', `${served.host}/library/app:v1`)).trim()
    await podman.run('push', ...options, id, pushed)
    expect((await other.run('pull', ...options, '--arch', 'amd64', pushed)).trim()).toBe(id)
  })
})

test('ends well when it is told to end', async () => {
  const stopping = await startServe()
  expect(await stopping.stop()).toBe(0)
})
