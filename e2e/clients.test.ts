import { beforeAll, describe, expect, test } from '@jest/globals'
import { makeImage } from '../test/support/images.ts'
import { runOk } from '../test/support/run.ts'
import { describeWith, describeWithAll } from '../test/support/tools.ts'
import { pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { startContainerd, type Containerd } from './support/containerd.ts'
import { podmanHome, type Podman } from './support/podman.ts'
import { DOCKER_REGISTRY, startRegistry } from './support/registries.ts'
import { transshipJson } from './support/transship.ts'

const image = makeImage({ attestations: true })
const { digest } = image.root.descriptor
const [amd64] = image.manifests
const imageId = amd64?.blobs[0]?.digest.slice('sha256:'.length) ?? ''

describeWith(DOCKER_REGISTRY.program, 'clients pull what was copied', () => {
  const started = stopAfterAll()
  let address: string

  beforeAll(async () => {
    const source = started(await startRegistry(DOCKER_REGISTRY))
    const mirror = started(await startRegistry(DOCKER_REGISTRY))
    await pushImage(source.host, 'library/app', 'v1', image)
    const { outcomes } = await transshipJson(['copy', `${source.host}/library/app:v1`, `${mirror.host}/m/app:v1`])
    address = outcomes[0]?.address ?? ''
  })

  const forms = [
    { title: 'tag', name: () => address },
    { title: 'digest', name: () => `${address.slice(0, address.lastIndexOf(':'))}@${digest}` },
  ] as const

  describeWith('podman', 'podman', (program) => {
    let podman: Podman

    beforeAll(async () => {
      podman = started(await podmanHome(program))
    })

    test.each(forms)('pulls by $title', async ({ name }) => {
      const pulled = await podman.run('pull', '--quiet', '--tls-verify=false', '--platform', 'linux/amd64', name())
      expect(pulled.trim()).toBe(imageId)
    })
  })

  describeWithAll(['containerd', 'ctr'], 'containerd', ([program = '', ctr = '']) => {
    const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip
    let containerd: Containerd
    const ask = (...args: readonly string[]) => runOk(ctr, ['--address', containerd.socket, ...args])

    describeAsRoot('(needs root)', () => {
      beforeAll(async () => {
        containerd = started(await startContainerd(program))
      })

      test.each(forms)('pulls and unpacks by $title', async ({ name }) => {
        const options = ['--plain-http', '--snapshotter', 'native', '--platform', 'linux/amd64']
        await ask('images', 'pull', ...options, name())
        expect(await ask('images', 'ls', `name==${name()}`)).toContain(digest)
        expect(await ask('snapshots', '--snapshotter', 'native', 'ls')).toMatch(/sha256:\S+ +sha256:\S+ +Committed/)
      })
    })
  })
})
