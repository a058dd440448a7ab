import { beforeAll, expect, test } from '@jest/globals'
import { makeImage } from '../test/support/images.ts'
import { runOk } from '../test/support/run.ts'
import { describeWithAll } from '../test/support/tools.ts'
import { digestAt, pushImage, tagsAt } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { DOCKER_REGISTRY, startRegistry, type RunningRegistry } from './support/registries.ts'
import { transship, transshipJson } from './support/transship.ts'

const image = makeImage({ attestations: true, sharedLayers: 1 })
const { digest } = image.root.descriptor

describeWithAll([DOCKER_REGISTRY.program, 'skopeo'], 'copy between two registries', ([, skopeo = '']) => {
  const started = stopAfterAll()
  let source: RunningRegistry
  let mirror: RunningRegistry
  let from: string

  beforeAll(async () => {
    source = started(await startRegistry(DOCKER_REGISTRY))
    mirror = started(await startRegistry(DOCKER_REGISTRY))
    from = `${source.host}/library/app:v1`
    await pushImage(source.host, 'library/app', 'v1', image)
  })

  const inspect = (name: string) => runOk(skopeo, ['inspect', '--raw', '--tls-verify=false', `docker://${name}`])

  test('leaves the same bytes on both sides, of the index and of every platform', async () => {
    const { exitCode, outcomes } = await transshipJson(['copy', from, `${mirror.host}/m/app:v1`])
    expect(exitCode).toBe(0)
    expect(outcomes).toMatchObject([
      { status: 'copied', image: from, address: `${mirror.host}/m/app:v1`, digest, verified: 'tag' },
    ])
    expect(outcomes[0]?.platforms).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7'])
    expect(outcomes[0]?.sent?.blobs).toBe(image.blobs.size)

    const keys = [':v1', ...image.manifests.map(({ descriptor }) => `@${descriptor.digest}`)]
    for (const key of keys) {
      expect(await inspect(`${mirror.host}/m/app${key}`)).toBe(await inspect(`${source.host}/library/app${key}`))
    }
  })

  test('keeps the types of Docker, and a single manifest without an index', async () => {
    const single = makeImage({ seed: 'single', docker: true, single: true })
    await pushImage(source.host, 'library/single', 'v1', single)
    const { outcomes } = await transshipJson(['copy', `${source.host}/library/single:v1`, `${mirror.host}/m/single:v1`])
    expect(outcomes).toMatchObject([{ status: 'copied', digest: single.root.descriptor.digest }])
    expect(await inspect(`${mirror.host}/m/single:v1`)).toBe(Buffer.from(single.root.bytes).toString())
  })

  test('copies by digest, with no tag at the mirror', async () => {
    const { exitCode } = await transshipJson([
      'copy',
      `${source.host}/library/app@${digest}`,
      '--to',
      `${mirror.host}/by-digest`,
    ])
    const repository = `by-digest/${source.host.replace(':', '_')}/library/app`
    expect(exitCode).toBe(0)
    expect(await digestAt(mirror.host, repository, digest)).toBe(digest)
    expect(await tagsAt(mirror.host, repository)).toEqual([])
  })

  test('takes only the platforms that were asked for, and says that the digest is another', async () => {
    const target = `${mirror.host}/m/chosen:v1`
    const { outcomes } = await transshipJson(['copy', from, target, '--platforms', 'linux/arm64'])
    const [outcome] = outcomes
    expect(outcome).toMatchObject({ status: 'copied', notes: [{ kind: 'platforms-chosen', sourceDigest: digest }] })
    expect(outcome?.platforms).toEqual(['linux/arm64'])
    expect(await digestAt(mirror.host, 'm/chosen', 'v1')).toBe(outcome?.digest)
  })

  test('prints one line for people', async () => {
    const { exitCode, stdout, stderr } = await transship(['copy', from, `${mirror.host}/m/line:v1`])
    expect(exitCode).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(stdout).toContain(`copied    ${from} -> ${mirror.host}/m/line:v1 ${digest}`)
    expect(stderr).toBe('')
  })

  test('writes nothing in a dry run, and says what would be sent', async () => {
    const { exitCode, outcomes } = await transshipJson(['copy', from, `${mirror.host}/m/dry:v1`, '--dry-run'])
    expect(exitCode).toBe(0)
    expect(outcomes).toMatchObject([{ status: 'planned', digest, upToDate: false }])
    expect(outcomes[0]?.toSend?.blobs).toBe(image.blobs.size)
    for (const key of ['v1', digest]) expect(await digestAt(mirror.host, 'm/dry', key)).toBeUndefined()
  })

  test('reads everything back where that is asked for', async () => {
    const { outcomes } = await transshipJson(['copy', from, `${mirror.host}/m/verified:v1`, '--verify'])
    expect(outcomes).toMatchObject([{ status: 'copied', verified: 'everything', access: 'public' }])
  })

  test('fails with one sentence for a tag that is not there', async () => {
    const { exitCode, stdout, stderr } = await transship([
      'copy',
      `${source.host}/library/app:v9`,
      `${mirror.host}/m/none:v9`,
    ])
    expect(exitCode).toBe(1)
    expect(stdout).toContain(`has no image ${source.host}/library/app:v9`)
    expect(stdout + stderr).not.toMatch(/\n\s+at /)
    expect(await tagsAt(mirror.host, 'm/none')).toEqual([])
  })

  test.each([
    ['no image', ['copy']],
    ['no mirror', ['copy', 'nginx']],
    ['no such command', ['transport']],
    ['no such flag', ['copy', '--quickly', 'nginx', 'localhost/nginx']],
    ['no such place', ['copy', 'nginx', 'Not A Target']],
  ])('ends with 2 and a sentence where the command line is wrong: %s', async (_, args) => {
    const { exitCode, stdout, stderr } = await transship(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^[^\n]+\.\n[^\n]+\n$/)
  })

  test('says in JSON, too, what was wrong with the command line', async () => {
    const { exitCode, error } = await transshipJson(['copy'])
    expect(exitCode).toBe(2)
    expect(error?.code).toBe('images-none')
  })
})
