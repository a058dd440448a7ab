import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readManifest } from '../../src/oci/manifest.ts'
import { editIssue, labelIssue } from '../support/github/index.ts'
import { startFaultyRegistry } from '../support/faulty-registry/proxy.ts'
import { basicGuard } from '../support/faulty-registry/token-service.ts'
import {
  answerTo,
  labelsOf,
  NODE_EXPORTER,
  SECRETS,
  startWorld,
  writesOf,
  type World,
} from '../support/action-world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

describe('a request by the form', () => {
  test('is answered with the address under which the mirror serves the same digests', async () => {
    const image = await world.publish('prom/node-exporter:v1.8.2', { attestations: true })
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    const { exitCode, outputs } = await world.run(opened)

    const address = `${world.mirror.host}/acme/${NODE_EXPORTER}`
    const { digest } = image.root.descriptor
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ addresses: address, copied: '1', refused: '0', failed: '0' })
    expect(JSON.parse(outputs.digests ?? '')).toEqual({ [address]: digest })
    expect(JSON.parse(outputs.outcomes ?? '')).toMatchObject([{ status: 'copied', address, digest, access: 'public' }])
    expect(await world.mirrored('prom/node-exporter:v1.8.2')).toBe(digest)
    expect(answerTo(issue)).toContain(`\n${address.replace(':v1.8.2', '')}@${digest}\n`)
  })

  test('has every manifest and every blob at the mirror, byte for byte', async () => {
    const image = await world.publish('prom/node-exporter:v1.8.2', { attestations: true, docker: true })
    await world.run(world.file({ images: NODE_EXPORTER }).opened)
    const copy = world.mirror.store.repository('acme/docker.io/prom/node-exporter')
    for (const { descriptor, bytes } of image.manifests) {
      const manifest = await copy.manifest(descriptor.digest)
      expect(manifest).toEqual(readManifest(bytes, { image: 'copy' }))
    }
    for (const { descriptor } of image.blobs.values()) expect(await copy.hasBlob(descriptor)).toBe(true)
  })

  test('of an image with many platforms leaves nothing on standard error', async () => {
    const platforms = Array.from({ length: 16 }, (_, index) => `linux/a${index}`)
    await world.publish('prom/node-exporter:v1.8.2', { platforms, attestations: true })
    expect(await world.run(world.file({ images: NODE_EXPORTER }).opened)).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test('carries its commands, platforms, size and time in the one comment, and closes as completed', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    const before = issue.body
    await world.run(opened)

    const address = `${world.mirror.host}/acme/${NODE_EXPORTER}`
    const answer = answerTo(issue)
    for (const command of [`docker pull ${address}`, `podman pull ${address}`, `nerdctl pull ${address}`]) {
      expect(answer).toContain(command)
    }
    expect(answer).toContain(`image: ${address}@sha256:`)
    expect(answer).toMatch(/linux\/arm64.*\n.*\bKiB\n.*\d+ m?s/)
    expect(answer).toContain('/actions/runs/1)')
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: done'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed', body: before, title: 'Mirror: ' })
  })

  test('is answered in Chinese by a mirror whose language that is', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: `${NODE_EXPORTER}\nquay.io/ada/app:1`, language: 'zh-CN' })
    const { exitCode, stdout, summary } = await world.run(opened, { language: 'zh-CN' })
    expect(exitCode).toBe(0)
    expect(answerTo(issue)).toMatch(/### .*镜像[^]*docker pull[^]*quay\.io\/ada\/app:1/)
    for (const text of [answerTo(issue), stdout, summary]) expect(text).not.toMatch(/is not on the allowlist|ready/)
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: refused', 'mirror: done'])
  })

  test('may choose platforms, which makes another digest and says so', async () => {
    const image = await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: NODE_EXPORTER, platforms: ['linux/arm64'] })
    const { outputs } = await world.run(opened)
    const [outcome] = JSON.parse(outputs.outcomes ?? '')
    expect(outcome.platforms).toEqual(['linux/arm64'])
    expect(outcome.notes).toEqual([{ kind: 'platforms-chosen', sourceDigest: image.root.descriptor.digest }])
    expect(answerTo(issue)).toContain(image.root.descriptor.digest)
  })

  test('leaves a job summary and the log of what was done', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { stdout, summary, annotations } = await world.run(world.file({ images: NODE_EXPORTER }).opened)
    expect(summary).toMatch(/^## Mirrored images\n[^]*\| `docker\.io\/prom\/node-exporter:v1\.8\.2` \| ✅/)
    expect(stdout).toMatch(/^copied +docker\.io\/prom\/node-exporter:v1\.8\.2 -> \S+ sha256:[0-9a-f]{64} /m)
    expect(annotations).toEqual([])
  })

  test('is found up to date the second time, without a manifest read at the source', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    await world.run(world.file({ images: NODE_EXPORTER }).opened)
    world.hub.requests.length = 0
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    const { outputs } = await world.run(opened, {}, { runId: 2 })
    expect(outputs).toMatchObject({ copied: '1' })
    expect(JSON.parse(outputs.outcomes ?? '')).toMatchObject([{ status: 'unchanged' }])
    expect(world.hub.requests.map(({ method }) => method)).toEqual(['HEAD'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  test('goes to several mirrors', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    const { outputs } = await world.run(opened, { mirrors: `${world.mirror.host}/one, ${world.mirror.host}/two` })
    expect(outputs.addresses?.split('\n')).toEqual(
      ['one', 'two'].map((at) => `${world.mirror.host}/${at}/${NODE_EXPORTER}`),
    )
    expect(answerTo(issue)).toContain('/two/docker.io/prom/node-exporter')
  })
})

describe('a request without the form', () => {
  test('is taken up where a maintainer labels it', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: 'x' })
    editIssue(world.github.state, issue, { title: `[mirror] ${NODE_EXPORTER}`, body: 'Please!' })
    issue.labels.splice(0)
    expect((await world.run(opened)).stdout).toContain('not-a-request')
    expect(issue.comments).toEqual([])

    const { outputs } = await world.run(labelIssue(world.github.state, issue, 'mirror'), {}, { runId: 2 })
    expect(outputs).toMatchObject({ copied: '1' })
  })

  test('that is another label is none', async () => {
    const { issue } = world.file({ images: NODE_EXPORTER })
    const event = labelIssue(world.github.state, issue, 'bug')
    expect(await world.run(event)).toMatchObject({ exitCode: 0, outputs: {} })
    expect(world.github.requests).toEqual([])
  })
})

describe('a refused image', () => {
  test('gets the nearest rules and the way to a new one, and no registry is asked', async () => {
    const { issue, opened } = world.file({ images: 'docker.io/promm/node-exporter:v1.8.2' })
    const { exitCode, outputs, annotations } = await world.run(opened)

    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ copied: '0', refused: '1', addresses: '', digests: '{}' })
    expect(answerTo(issue)).toContain('/acme/mirror/blob/main/allows.txt#L1')
    expect(answerTo(issue)).toContain('(https://github.com/acme/mirror/edit/main/allows.txt)')
    expect(annotations).toMatchObject([{ name: 'notice', message: expect.stringContaining('not on the allowlist') }])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: refused'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
    expect([...world.hub.requests, ...world.mirror.requests]).toEqual([])
  })

  test.each([
    ['a missing', undefined],
    ['an empty', '# nothing yet\n'],
  ])('is every one under %s allowlist, which is said', async (_, text) => {
    if (text !== undefined) await world.write('none.txt', text)
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    await world.run(opened, { allowlist: 'none.txt' })
    expect(answerTo(issue)).toContain('The allowlist none.txt is missing or has no rules')
    expect([...world.hub.requests, ...world.mirror.requests]).toEqual([])
  })

  test('does not keep the others of its request from coming', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: `${NODE_EXPORTER}\nquay.io/ada/app:1\nprom/gone:1` })
    const { exitCode, outputs } = await world.run(opened)
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ copied: '1', refused: '1', failed: '1' })
    expect(answerTo(issue)).toMatch(/1 of 3 images mirrored; 1 not allowed, 1 failed/)
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: failed', 'mirror: refused', 'mirror: done'])
  })

  test('has its faulty rules pointed out where they stand', async () => {
    await world.write('allows.txt', '# ours\ndocker.io/prom/[a-z]\n')
    const { annotations } = await world.run(world.file({ images: NODE_EXPORTER }).opened)
    expect(annotations).toContainEqual(
      expect.objectContaining({ name: 'warning', properties: { file: 'allows.txt', line: '2' } }),
    )
  })
})

describe('a private mirror', () => {
  test('is said to be private, with what to do about it', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const front = await startFaultyRegistry(`http://${world.mirror.host}`)
    front.guard(basicGuard('pusher', SECRETS.password))
    try {
      const { issue, opened } = world.file({ images: NODE_EXPORTER })
      const login = { mirrors: `${front.host}/acme`, username: 'pusher', password: SECRETS.password }
      const { exitCode, outputs } = await world.run(opened, login)
      expect(exitCode).toBe(0)
      expect(JSON.parse(outputs.outcomes ?? '')).toMatchObject([{ status: 'copied', access: 'private' }])
      expect(answerTo(issue)).toMatch(/### 🔒 Mirrored, but private[^]*docker login 127\.0\.0\.1/)
    } finally {
      await front.close()
    }
  })
})

describe('a dry run', () => {
  test('says what would be copied, and writes nothing anywhere', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    const { exitCode, stdout, outputs } = await world.run(opened, { 'dry-run': 'true' })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^planned +docker\.io\/prom\/node-exporter:v1\.8\.2 -> .* layers to send/m)
    expect(JSON.parse(outputs.outcomes ?? '')).toMatchObject([{ status: 'planned' }])
    expect(writesOf([...world.github.requests, ...world.mirror.requests])).toEqual([])
    expect(issue).toMatchObject({ state: 'open', comments: [] })
  })
})
