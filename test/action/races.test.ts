import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ACTIONS_LOGIN, editIssue, reopenIssue } from '../support/github/index.ts'
import type { Fault } from '../support/faulty-registry/call.ts'
import { startFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry/proxy.ts'
import {
  answerTo,
  blobTransfers,
  labelsOf,
  NODE_EXPORTER,
  startWorld,
  writesOf,
  type World,
} from '../support/action-world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const aborted = ({ signal }: AbortController): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

/** A door before a registry's blobs: `passes` of them come through, the others when it is opened. */
function door(passes: number) {
  const [opening, knocking] = [new AbortController(), new AbortController()]
  const [opened, knocked] = [aborted(opening), aborted(knocking)]
  let read = 0
  const hold: Fault = async (call) => {
    read += 1
    if (read > passes) {
      knocking.abort()
      await opened
    }
    return call.forward()
  }
  return { hold, knocked, open: () => opening.abort() }
}

/** Docker Hub with a door before its blobs. */
async function withDoor(
  work: (front: FaultyRegistry, hub: ReturnType<typeof door>) => Promise<void>,
  passes = 0,
): Promise<void> {
  const hub = door(passes)
  const front = await startFaultyRegistry(`http://${world.hub.host}`)
  front.always('GET', /\/blobs\//, hub.hold)
  try {
    await work(front, hub)
  } finally {
    hub.open()
    await front.close()
  }
}

describe('one request', () => {
  test('whose "opened" and "labeled" arrive together is copied once and answered once', async () => {
    const image = await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened, labeled } = world.file({ images: NODE_EXPORTER })
    // Both find the issue without a comment, before either writes one.
    const ready = new AbortController()
    const comments = /^POST .*\/comments$/
    world.github.failNext({ match: comments, times: 2, until: aborted(ready) })
    const running = [opened, ...labeled].map((event, index) => world.run(event, {}, { runId: index + 1 }))
    while (writesOf(world.github.requests).filter((request) => comments.test(request)).length < 2) await delay(20)
    ready.abort()
    const results = await Promise.all(running)
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(answerTo(issue)).toContain('ready to pull')
    expect(blobTransfers(world.hub.requests, 'GET')).toBe(image.blobs.size)
    expect(blobTransfers(world.mirror.requests, 'PUT')).toBe(image.blobs.size)
  })

  test('whose event is delivered again keeps its answer as it is', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    await world.run(opened)
    const [answer, hub, mirror] = [answerTo(issue), world.hub.requests.length, world.mirror.requests.length]
    const changes = writesOf(world.github.requests).length

    const { exitCode, stdout } = await world.run(opened, {}, { runId: 2 })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Nothing to do: answered.')
    expect(answerTo(issue)).toBe(answer)
    expect([world.hub.requests.length, world.mirror.requests.length]).toEqual([hub, mirror])
    expect(writesOf(world.github.requests)).toHaveLength(changes)
  })

  test('that is edited while it is copied gets one answer, to what it says now', async () => {
    const [first, second] = [await world.publish('prom/node-exporter:v1.8.2'), await world.publish('library/nginx:1')]
    await withDoor(async (front, hub) => {
      const { issue, opened } = world.file({ images: NODE_EXPORTER })
      const endpoints = `docker.io=http://${front.host}`
      const running = await world.start(opened, { endpoints }, { runId: 1 })
      await hub.knocked
      const body = issue.body?.replace(NODE_EXPORTER, `${NODE_EXPORTER}\nnginx:1`) ?? ''
      const edited = await world.run(editIssue(world.github.state, issue, { body }), { endpoints }, { runId: 2 })
      expect(edited.stdout).toContain('Nothing to do: held.')
      hub.open()

      expect((await running.finished).outputs).toMatchObject({ copied: '2' })
      expect(answerTo(issue)).toMatch(/node-exporter[^]*library\/nginx:1/)
      expect(blobTransfers(world.hub.requests, 'GET')).toBe(first.blobs.size + second.blobs.size)
      expect(issue).toMatchObject({ state: 'closed', body })
    })
  })

  test('that is edited after its answer is answered anew in the same comment', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: 'docker.io/promm/node-exporter:v1.8.2' })
    await world.run(opened)
    const [{ id } = { id: 0 }] = issue.comments
    const body = issue.body?.replace('promm', 'prom') ?? ''
    await world.run(editIssue(world.github.state, issue, { body }), {}, { runId: 2 })
    expect(answerTo(issue)).toContain('ready to pull')
    expect(issue.comments.map((comment) => comment.id)).toEqual([id])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: done'])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
  })

  test('that is opened again is tried again', async () => {
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    expect((await world.run(opened)).exitCode).toBe(1)
    await world.publish('prom/node-exporter:v1.8.2')
    await world.run(reopenIssue(world.github.state, issue), {}, { runId: 2 })
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: done'])
    expect(issue.comments.filter(({ author }) => author === ACTIONS_LOGIN)).toHaveLength(1)
  })
})

describe('while the work goes on', () => {
  test('its comment shows that it is queued', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    await withDoor(async (front, hub) => {
      const { issue, opened } = world.file({ images: NODE_EXPORTER })
      const running = await world.start(opened, { endpoints: `docker.io=http://${front.host}` })
      await hub.knocked
      expect(answerTo(issue)).toMatch(/### ⏳ 1 image queued[^]*node-exporter/)
      expect(issue.state).toBe('open')
      hub.open()
      await running.finished
    })
  })

  test('its comment shows layers and bytes, first after five seconds', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    await withDoor(async (front, hub) => {
      const { issue, opened } = world.file({ images: NODE_EXPORTER })
      const running = await world.start(opened, { endpoints: `docker.io=http://${front.host}` })
      const created = performance.now()
      while (!writesOf(world.github.requests).some((request) => request.startsWith('PATCH'))) await delay(20)
      expect(performance.now() - created).toBeGreaterThan(4900)
      while (!answerTo(issue).includes('layers')) await delay(20)
      expect(answerTo(issue)).toMatch(/### 🚢 Working on your image[^]*layers 3\/9 · [\d.]+ KiB of \d+ KiB/)
      hub.open()
      await running.finished
    }, 3)
  })
})

describe.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle of a copy', (signal) => {
  test('ends it at once, leaves no tag, and is said in the comment', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    await withDoor(async (front, hub) => {
      const { issue, opened } = world.file({ images: NODE_EXPORTER })
      const running = await world.start(opened, { endpoints: `docker.io=http://${front.host}` })
      await hub.knocked
      const killed = performance.now()
      running.kill(signal)
      const { exitCode, outputs, annotations } = await running.finished

      expect(performance.now() - killed).toBeLessThan(5000)
      expect(exitCode).toBe(1)
      expect(outputs).toMatchObject({ copied: '0', failed: '1' })
      expect(annotations).toMatchObject([{ name: 'error', message: expect.stringContaining('The run was cancelled.') }])
      expect(await world.mirrored('prom/node-exporter:v1.8.2')).toBeUndefined()
      expect(answerTo(issue)).toContain('The run was cancelled.')
      expect(labelsOf(issue)).toEqual(['mirror', 'mirror: failed'])
      expect(issue.state).toBe('open')
    })
  })
})

describe('a run that was killed without a word', () => {
  test('is gone on with by its next attempt, which sends only what is missing', async () => {
    const image = await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    await withDoor(async (front, hub) => {
      const running = await world.start(opened, { endpoints: `docker.io=http://${front.host}` })
      await hub.knocked
      // One blob at least has arrived by then: of four that move at once, the fifth is held back.
      while (!writesOf(world.mirror.requests).some((request) => request.startsWith('PUT'))) await delay(20)
      running.kill('SIGKILL')
      expect(await running.finished).toMatchObject({ signal: 'SIGKILL' })
    }, 4)
    expect(await world.mirrored('prom/node-exporter:v1.8.2')).toBeUndefined()

    world.mirror.requests.length = 0
    await world.run(opened, {}, { runAttempt: 2 })
    expect(blobTransfers(world.mirror.requests, 'PUT')).toBeLessThan(image.blobs.size)
    expect(await world.mirrored('prom/node-exporter:v1.8.2')).toBe(image.root.descriptor.digest)
    expect(answerTo(issue)).toContain('ready to pull')
  })
})
