import { expect, test } from '@jest/globals'
import { cosignTags, referrersTag } from '../src/oci/referrers.ts'
import { makeImage } from '../test/support/images.ts'
import { makeReferrer } from '../test/support/referrers.ts'
import { runOk } from '../test/support/run.ts'
import { inTemporaryDirectory } from '../test/support/temp.ts'
import { describeWithAll } from '../test/support/tools.ts'
import { digestAt, pushImage, tagsAt } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, REGISTRY_KINDS, startRegistry } from './support/registries.ts'
import { startServe } from './support/serve.ts'
import { transshipJson } from './support/transship.ts'

const image = makeImage()
const { digest } = image.root.descriptor
const child = image.manifests[0]?.descriptor.digest ?? ''
const [SIG = ''] = cosignTags(digest)
const signature = makeReferrer(undefined, { seed: 'cosign' })

interface Party {
  readonly name: string
  /** What has to be installed for it. */
  readonly programs: readonly string[]
  readonly start: () => Promise<{ readonly host: string; stop(): Promise<unknown> }>
}

const registries = REGISTRY_KINDS.filter(({ name }) => ['distribution 2.8', 'olareg'].includes(name))
/** Two with a referrers API, by others and by us, and one without. */
const parties: readonly Party[] = [
  ...registries.map((kind) => ({ name: kind.name, programs: [kind.program], start: () => startRegistry(kind) })),
  { name: 'transship serve', programs: [], start: () => startServe() },
]
const pairs = parties.flatMap((source) => parties.map((mirror) => ({ source, mirror })))

describeWithAll(['regctl'], 'what regctl attaches', ([regctl = '']) => {
  const started = stopAfterAll()

  /** Attaches an artifact to an image, or to one of its platforms, and gives the artifact's digest. */
  async function attach(host: string, subject: string, type: string): Promise<string> {
    const args = [
      'artifact',
      'put',
      '--host',
      `reg=${host},tls=disabled`,
      '--artifact-type',
      type,
      '--file',
      '/etc/hostname',
    ]
    const format = ['--format', '{{ .Manifest.GetDescriptor.Digest }}']
    return (await runOk(regctl, [...args, '--subject', subject, ...format])).trim()
  }

  /** What regctl finds that refers to an image. */
  async function listed(host: string, subject: string): Promise<readonly string[]> {
    const format = '{{range .Descriptors}}{{println .Digest}}{{end}}'
    const args = ['artifact', 'list', '--host', `reg=${host},tls=disabled`, subject, '--format', format]
    return (await runOk(regctl, args)).split('\n').filter(Boolean).toSorted()
  }

  for (const { source, mirror } of pairs) {
    describeWithAll([...source.programs, ...mirror.programs], `${source.name} to ${mirror.name}`, () => {
      test('comes along with its image, and is found there by regctl', async () => {
        const [from, to] = [started(await source.start()), started(await mirror.start())]
        const name = `${from.host}/library/app`
        await pushImage(from.host, 'library/app', 'v1', image)
        const sbom = await attach(from.host, `${name}:v1`, 'application/spdx+json')
        const signed = await attach(from.host, `${name}@${child}`, 'application/x-signature')
        const others: string[] = []
        for (const type of ['a', 'b', 'c']) others.push(await attach(from.host, `${name}:v1`, `application/x-${type}`))
        const onSbom = await attach(from.host, `${name}@${sbom}`, 'application/x-signature')
        await pushImage(from.host, 'library/app', SIG, signature)

        const { outcomes } = await transshipJson(['copy', `${name}:v1`, `${to.host}/m/app:v1`])
        expect(outcomes).toMatchObject([{ status: 'copied', digest, notes: [{ kind: 'referrers', count: 7 }] }])
        expect(await listed(to.host, `${to.host}/m/app:v1`)).toEqual([sbom, ...others].toSorted())
        expect(await listed(to.host, `${to.host}/m/app@${child}`)).toEqual([signed])
        expect(await listed(to.host, `${to.host}/m/app@${sbom}`)).toEqual([onSbom])
        expect(await digestAt(to.host, 'm/app', SIG)).toBe(signature.root.descriptor.digest)
      })

      test('is added to what is attached at the mirror alone, and looked for at a tag that is up to date', async () => {
        const [from, to] = [started(await source.start()), started(await mirror.start())]
        await pushImage(from.host, 'app', 'v1', image)
        const args = ['copy', `${from.host}/app:v1`, `${to.host}/app:v1`]
        await transshipJson(args)
        const own = await attach(to.host, `${to.host}/app:v1`, 'application/x-own')
        const late = await attach(from.host, `${from.host}/app:v1`, 'application/x-late')

        expect((await transshipJson(args)).outcomes).toMatchObject([{ status: 'unchanged', notes: [] }])
        expect(await listed(to.host, `${to.host}/app:v1`)).toEqual([own])
        const { outcomes } = await transshipJson([...args, '--referrers', 'always'])
        expect(outcomes).toMatchObject([{ status: 'unchanged', notes: [{ kind: 'referrers', count: 1 }] }])
        expect(await listed(to.host, `${to.host}/app:v1`)).toEqual([own, late].toSorted())
        await transshipJson(['copy', `${from.host}/app:v1`, `${to.host}/app:none`, '--referrers', 'none'])
        expect(await digestAt(to.host, 'app', 'none')).toBe(digest)
      })
    })
  }

  describeWithAll([DOCKER_REGISTRY.program], 'in a directory', () => {
    test('comes along too, and regctl finds it there', async () => {
      const [from, to] = [started(await startRegistry(DOCKER_REGISTRY)), started(await startRegistry(DOCKER_REGISTRY))]
      await pushImage(from.host, 'app', 'v1', image)
      const sbom = await attach(from.host, `${from.host}/app:v1`, 'application/spdx+json')
      await inTemporaryDirectory(async (path) => {
        await transshipJson(['copy', `${from.host}/app:v1`, `oci:${path}:app:v1`])
        const format = '{{range .Descriptors}}{{println .Digest}}{{end}}'
        expect(await runOk(regctl, ['artifact', 'list', `ocidir://${path}:v1`, '--format', format])).toContain(sbom)
        await transshipJson(['copy', `oci:${path}`, `${to.host}/app:v1`])
        expect(await listed(to.host, `${to.host}/app:v1`)).toEqual([sbom])
        expect((await tagsAt(to.host, 'app')).toSorted()).toEqual([referrersTag(digest), 'v1'])
      })
    })

    test('is read where regctl has copied it to', async () => {
      const [from, to] = [started(await startRegistry(DOCKER_REGISTRY)), started(await startRegistry(DOCKER_REGISTRY))]
      await pushImage(from.host, 'app', 'v1', image)
      const sbom = await attach(from.host, `${from.host}/app:v1`, 'application/spdx+json')
      await inTemporaryDirectory(async (path) => {
        const args = ['image', 'copy', '--referrers', '--host', `reg=${from.host},tls=disabled`]
        await runOk(regctl, [...args, `${from.host}/app:v1`, `ocidir://${path}:v1`])
        await transshipJson(['copy', `oci:${path}:v1`, `${to.host}/app:v1`])
        expect(await listed(to.host, `${to.host}/app:v1`)).toEqual([sbom])
      })
    })
  })
})
