import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { deliver } from '../../src/mirror/deliver.ts'
import { failureText } from '../../src/failure/texts.ts'
import { Failure } from '../../src/failure/failure.ts'
import { answer, refuse } from '../support/faulty-registry/faults.ts'
import { listOf, makeImage, putImage } from '../support/images.ts'
import { openLayout } from '../support/layouts.ts'
import { openSource } from '../support/registries.ts'
import { inTemporaryDirectory } from '../support/temp.ts'
import { defaults, expectWhole, jobFor, startWorld, type World } from './world.ts'

const old = makeImage({ seed: 'old' })
const fresh = makeImage({ seed: 'fresh' })
const [present, wanted] = [old.root.descriptor.digest, fresh.root.descriptor.digest]
const immutable = { immutable: true, except: ['latest', '*-nightly'] }
const TIME = Date.UTC(2026, 0, 31, 23, 59, 59, 999)
const DATED = 'v1-20260131T235959Z'

let world: World

beforeEach(async () => {
  world = await startWorld()
  await world.publish(fresh)
  await putImage(world.atMirror, old, 'v1')
})
afterEach(() => world.close())

const tagsAtMirror = () => listOf(world.atMirror.tags())
const digestAt = async (tag: string) => (await world.atMirror.head(tag))?.digest
const writes = () => world.mirror.log.requests.filter(({ method }) => method !== 'HEAD' && method !== 'GET')

describe('a tag that must not move', () => {
  test('stays, and two HEADs are all that is asked', async () => {
    await expect(world.copy({ tags: immutable })).rejects.toMatchObject({
      code: 'tag-protected',
      facts: { address: `${world.mirror.host}/app:v1`, tag: 'v1', present, wanted },
    })
    expect(world.requests()).toBe(2)
    expect(await digestAt('v1')).toBe(present)
  })

  test.each(['en', 'zh-CN'] as const)('is told with both digests and what helps: %s', async (language) => {
    const failure = Failure.from(await world.copy({ tags: immutable }).catch((error: unknown) => error))
    const { sentence, next } = failureText(failure, language)
    expect(sentence).toContain(present)
    expect(sentence).toContain(wanted)
    for (const help of ['mutable-tags', '--force', 'v1']) expect(next).toContain(help)
  })

  test('is refused in a dry run', async () => {
    const job = jobFor(await openSource(world.client, world.source), world.atMirror, 'v1', 'v1')
    const planning = deliver(job, { ...defaults(), tags: immutable, dryRun: true })
    await expect(planning).rejects.toMatchObject({ code: 'tag-protected' })
  })

  test('that is not set yet is set', async () => {
    expect(await world.copy({ tags: immutable, tag: 'v2' })).toMatchObject({ status: 'copied', digest: wanted })
    expect(await digestAt('v2')).toBe(wanted)
  })

  test('that leads where it should is unchanged, in two requests', async () => {
    await putImage(world.atMirror, fresh, 'v1')
    expect(await world.copy({ tags: immutable })).toMatchObject({ status: 'unchanged' })
    expect(world.requests()).toBe(2)
  })

  test('holds up no copy by digest', async () => {
    expect(await world.copy({ tags: immutable, tag: null })).toMatchObject({ status: 'copied', digest: wanted })
  })

  test.each([
    ['is excepted', 'latest', { tags: immutable }],
    ['is excepted by a pattern', '2026-nightly', { tags: immutable }],
    ['is forced', 'v1', { tags: immutable, force: true }],
    ['is of a mirror whose tags move', 'v1', { tags: { immutable: false, except: [] } }],
  ])('moves where it %s', async (_, tag, options) => {
    await putImage(world.atMirror, old, tag)
    expect(await world.copy({ ...options, tag })).toMatchObject({ status: 'copied', notes: [] })
    expect(await digestAt(tag)).toBe(wanted)
  })

  test('stays where a platform is added to it, and is told with the digests of both indexes', async () => {
    const some = await world.copy({ platforms: ['linux/amd64'], tag: 'v2' })
    world.heal()
    const adding = world.copy({ platforms: ['linux/arm64'], keepPlatforms: true, tags: immutable, tag: 'v2' })
    const failure = await adding.catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'tag-protected', facts: { present: some.digest } })
    expect(failure).not.toMatchObject({ facts: { wanted: some.digest } })
    expect(writes()).toEqual([])
  })

  test('and has the platforms that are asked for is unchanged', async () => {
    await world.copy({ platforms: ['linux/amd64'], tag: 'v2' })
    expect(await world.copy({ platforms: ['linux/amd64'], tags: immutable, tag: 'v2' })).toMatchObject({
      status: 'unchanged',
    })
  })

  test('stays where somebody else sets it while its layers are on their way', async () => {
    world.mirror.on('POST', /uploads/, async (call) => {
      await putImage(world.atMirror, old, 'v2')
      return call.forward()
    })
    await expect(world.copy({ tags: immutable, tag: 'v2' })).rejects.toMatchObject({
      code: 'tag-protected',
      facts: { tag: 'v2', present, wanted },
    })
    expect(await digestAt('v2')).toBe(present)
  })

  test('stays in a directory', async () => {
    await inTemporaryDirectory(async (path) => {
      const target = (await openLayout(path)).repository('app')
      await putImage(target, old, 'v1')
      const job = jobFor(await openSource(world.client, world.source), target, 'v1', 'v1')
      await expect(deliver(job, { ...defaults(), tags: immutable })).rejects.toMatchObject({ code: 'tag-protected' })
      expect(await target.head('v1')).toMatchObject({ digest: present })
      const backed = { ...defaults(), backupTags: true, now: () => TIME }
      expect(await deliver(job, backed)).toMatchObject({ notes: [{ kind: 'tag-backed-up', tag: DATED }] })
      expect(await target.head(DATED)).toMatchObject({ digest: present })
    })
  })
})

describe('what a moved tag led to', () => {
  const keep = { backupTags: true, now: () => TIME }

  test('is kept whole under a dated tag, and nothing but its manifest is put for that', async () => {
    const outcome = await world.copy(keep)
    expect(outcome).toMatchObject({
      status: 'copied',
      digest: wanted,
      sent: { blobs: fresh.blobs.size },
      notes: [{ kind: 'tag-backed-up', tag: DATED, digest: present }],
    })
    expect(await digestAt(DATED)).toBe(present)
    expect(await digestAt('v1')).toBe(wanted)
    await expectWhole(world.atMirror, old)
    expect(world.source.log.count('*', new RegExp(present))).toBe(0)
  })

  test('is kept before the tag moves, and after all else is there', async () => {
    await world.copy(keep)
    const puts = world.mirror.log.find('PUT').map(({ path }) => path.replace(/.*\//, ''))
    expect(puts.slice(-2)).toEqual([DATED, 'v1'])
  })

  test('is kept where a protected tag is forced', async () => {
    await world.copy({ ...keep, tags: immutable, force: true })
    expect(await tagsAtMirror()).toEqual(['v1', DATED])
  })

  test.each([
    ['the tag is new', { tag: 'v2' }],
    ['the image has no tag', { tag: null }],
  ])('is nothing where %s', async (_, options) => {
    expect(await world.copy({ ...keep, ...options })).toMatchObject({ status: 'copied', notes: [] })
    expect(await digestAt(DATED)).toBeUndefined()
  })

  test('is nothing where the tag does not move', async () => {
    await putImage(world.atMirror, fresh, 'v1')
    expect(await world.copy({ ...keep, proof: true })).toMatchObject({ status: 'unchanged', notes: [] })
    expect(await tagsAtMirror()).toEqual(['v1'])
  })

  test('is not kept by a dry run', async () => {
    const job = jobFor(await openSource(world.client, world.source), world.atMirror, 'v1', 'v1')
    expect(await deliver(job, { ...defaults(), ...keep, dryRun: true })).toMatchObject({ status: 'planned', notes: [] })
    expect(await tagsAtMirror()).toEqual(['v1'])
  })

  test('is not kept where the image does not arrive', async () => {
    world.mirror.always('POST', /uploads/, refuse(403, 'DENIED'))
    await expect(world.copy(keep)).rejects.toMatchObject({ code: 'push-denied' })
    expect(await tagsAtMirror()).toEqual(['v1'])
  })

  test('keeps the tag where it is when it cannot be kept', async () => {
    world.mirror.always('PUT', new RegExp(DATED), refuse(403, 'DENIED'))
    await expect(world.copy(keep)).rejects.toMatchObject({ code: 'push-denied' })
    expect(await digestAt('v1')).toBe(present)
  })

  test('gets the next name where the dated tag leads elsewhere', async () => {
    await putImage(world.atMirror, fresh, DATED)
    expect(await world.copy(keep)).toMatchObject({ notes: [{ tag: `${DATED}-2`, digest: present }] })
    expect(await tagsAtMirror()).toEqual(['v1', DATED, `${DATED}-2`])
    expect(await digestAt(DATED)).toBe(wanted)
  })

  test('needs no second tag where the dated one is there', async () => {
    await putImage(world.atMirror, old, DATED)
    expect(await world.copy(keep)).toMatchObject({ notes: [{ tag: DATED, digest: present }] })
    expect(await tagsAtMirror()).toEqual(['v1', DATED])
  })

  test('is looked for under a few names only, and then the tag stays', async () => {
    const headers = { 'docker-content-digest': wanted, 'content-type': 'x', 'content-length': '2' }
    world.mirror.always('HEAD', new RegExp(DATED), answer(200, headers))
    await expect(world.copy(keep)).rejects.toMatchObject({ code: 'tag-protected', facts: { tag: `${DATED}-9` } })
    expect(await digestAt('v1')).toBe(present)
  })

  test('has a tag that is not too long for one', async () => {
    const tag = 'x'.repeat(128)
    await putImage(world.atMirror, old, tag)
    const dated = `${'x'.repeat(111)}-20260131T235959Z`
    expect(await world.copy({ ...keep, tag })).toMatchObject({ notes: [{ tag: dated }] })
    expect(await digestAt(dated)).toBe(present)
  })

  test('is what it led to when it moved, not when the plan was made', async () => {
    const third = makeImage({ seed: 'third' })
    world.mirror.on('POST', /uploads/, async (call) => {
      await putImage(world.atMirror, third, 'v1')
      return call.forward()
    })
    expect(await world.copy(keep)).toMatchObject({ notes: [{ digest: third.root.descriptor.digest }] })
  })
})

test('what a tag led to is kept once, though the tag had to be set twice', async () => {
  let time = TIME
  const now = () => (time += 1000)
  world.mirror.on('PUT', /manifests\/v1$/, refuse(400, 'MANIFEST_BLOB_UNKNOWN'))
  const { notes } = await world.copy({ backupTags: true, now })
  expect(notes).toMatchObject([{ kind: 'tag-backed-up', digest: present }])
  expect(await tagsAtMirror()).toHaveLength(2)
  expect(await digestAt('v1')).toBe(wanted)
})
