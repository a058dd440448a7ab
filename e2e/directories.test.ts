import { beforeAll, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { makeImage } from '../test/support/images.ts'
import { runOk } from '../test/support/run.ts'
import { temporaryDirectory } from '../test/support/temp.ts'
import { describeWithAll } from '../test/support/tools.ts'
import { digestAt, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

const image = makeImage({ attestations: true })
const { digest } = image.root.descriptor
const text = Buffer.from(image.root.bytes).toString()

describeWithAll([DOCKER_REGISTRY.program, 'skopeo'], 'directories as sources and targets', ([, skopeo = '']) => {
  const started = stopAfterAll()
  let source: RunningRegistry
  let mirror: RunningRegistry
  let root: string

  beforeAll(async () => {
    source = started(await startRegistry(DOCKER_REGISTRY))
    mirror = started(await startRegistry(DOCKER_REGISTRY))
    const directory = await temporaryDirectory()
    started({ stop: () => directory.remove() })
    root = directory.path
    await pushImage(source.host, 'library/app', 'v1', image)
  })

  test('from a registry to a directory and on to another registry the digest stays', async () => {
    const directory = `oci:${join(root, 'export')}`
    await expectCopied(`${source.host}/library/app:v1`, `${directory}:library/app:v1`)
    await expectCopied(`${directory}:library/app:v1`, `${mirror.host}/m/app:v1`)
    for (const { descriptor } of image.manifests) {
      expect(await digestAt(mirror.host, 'm/app', descriptor.digest)).toBe(descriptor.digest)
    }
  })

  test('what is in the directory already is not sent again', async () => {
    const directory = `oci:${join(root, 'twice')}`
    await expectCopied(`${source.host}/library/app:v1`, '--to', directory)
    const { outcomes } = await transshipJson(['copy', `${source.host}/library/app:v1`, '--to', directory])
    expect(outcomes).toMatchObject([{ status: 'unchanged', digest, sent: { blobs: 0 } }])
  })

  test('skopeo reads what was written, with all of its platforms', async () => {
    const path = join(root, 'written')
    await expectCopied(`${source.host}/library/app:v1`, `oci:${path}:library/app:v1`)
    expect(await runOk(skopeo, ['inspect', '--raw', `oci:${path}:library/app:v1`])).toBe(text)
    await runOk(skopeo, ['copy', '--all', `oci:${path}:library/app:v1`, `oci:${join(root, 'copied')}:library/app:v1`])
  })

  test('a directory that skopeo has written is a source', async () => {
    const path = join(root, 'skopeo')
    const from = `docker://${source.host}/library/app:v1`
    await runOk(skopeo, ['copy', '--all', '--src-tls-verify=false', from, `oci:${path}:library/app:v1`])
    await expectCopied(`oci:${path}:library/app:v1`, `${mirror.host}/from-skopeo:v1`)
    expect(await digestAt(mirror.host, 'from-skopeo', 'v1')).toBe(digest)
  })
})

async function expectCopied(...args: readonly string[]): Promise<void> {
  const { exitCode, outcomes } = await transshipJson(['copy', ...args])
  expect(outcomes).toMatchObject([{ status: 'copied', digest }])
  expect(exitCode).toBe(0)
}
