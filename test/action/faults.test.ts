import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { actionsToken } from '../support/github/index.ts'
import type { Fault } from '../support/faulty-registry/call.ts'
import { refuse } from '../support/faulty-registry/faults.ts'
import { startFaultyRegistry } from '../support/faulty-registry/proxy.ts'
import { startLoopback } from '../support/loopback.ts'
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

/** One sentence, and what to do next, in both languages. */
interface Words {
  readonly en: readonly [RegExp, RegExp]
  readonly 'zh-CN': readonly [RegExp, RegExp]
}

const LANGUAGES = ['en', 'zh-CN'] as const

/** Nothing answers there: the port was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = await startLoopback(() => undefined)
  await server.close()
  return server.host
}

async function fileAndRun(images: string, language: 'en' | 'zh-CN', inputs: Readonly<Record<string, string>> = {}) {
  const { issue, opened } = world.file({ images, language })
  const result = await world.run(opened, { language, ...inputs })
  return { issue, result, answer: answerTo(issue) }
}

describe.each(LANGUAGES)('in %s, what cannot be done is one sentence and a next step:', (language) => {
  test.each<[string, string, Words, 'open' | 'closed']>([
    [
      'a text that names no image',
      'docker.io/Prom/$(id)',
      { en: [/is not an image name/, /Write it as/], 'zh-CN': [/不是镜像名/, /请写成/] },
      'closed',
    ],
    [
      'a tag that does not exist',
      'prom/node-exporter:v9',
      { en: [/has no image/, /Check the spelling/], 'zh-CN': [/没有镜像/, /请检查/] },
      'closed',
    ],
    [
      'a registry that does not exist',
      'nowhere.example/app:1',
      { en: [/cannot be reached: it refuses connections/, /Check the name/], 'zh-CN': [/无法连接/, /请检查/] },
      'open',
    ],
  ])('%s', async (_, images, words, state) => {
    await world.publish('prom/node-exporter:v1.8.2')
    await world.write('allows.txt', 'docker.io/prom/*\nnowhere.example/*\n')
    const endpoints = `docker.io=http://${world.hub.host}\nnowhere.example=http://${await closedPort()}`
    const { issue, result, answer } = await fileAndRun(images, language, { endpoints })
    for (const said of words[language]) expect(answer).toMatch(said)
    for (const said of words[language]) expect(result.stdout).toMatch(said)
    expect(result).toMatchObject({ exitCode: 1, stderr: '', outputs: { failed: '1', copied: '0' } })
    expect(result.annotations).toMatchObject([{ name: 'error' }])
    expect(labelsOf(issue)).toEqual(['mirror', 'mirror: failed'])
    expect(issue.state).toBe(state)
  })

  test('a registry inside the network that a stranger names, and it is not contacted', async () => {
    let requests = 0
    const inside = await startLoopback((_request, response) => {
      requests += 1
      response.writeHead(404).end()
    })
    try {
      await world.write('allows.txt', '**\n')
      const { result, answer } = await fileAndRun(`${inside.host}/app:v1`, language)
      const words = { en: /private, loopback or link-local address/, 'zh-CN': /内网、本机回环或链路本地地址/ }
      for (const text of [answer, result.stdout]) expect(text).toMatch(words[language])
      expect(answer).toContain('insecure-registries')
      expect(result).toMatchObject({ exitCode: 1, stderr: '', outputs: { failed: '1', copied: '0' } })
      expect(requests).toBe(0)
    } finally {
      await inside.close()
    }
  })

  test('an image over the size limit', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    await world.write('.github/transship.yml', 'max-size: 1KiB\n')
    const { answer } = await fileAndRun(NODE_EXPORTER, language)
    expect(answer).toMatch({ en: /above the limit of 1\.0 KiB/, 'zh-CN': /超过上限 1\.0 KiB/ }[language])
    expect(writesOf(world.mirror.requests)).toEqual([])
  })

  test.each<[string, Fault, Words]>([
    [
      'no right to push',
      refuse(403, 'DENIED', 'not yours'),
      { en: [/not yours/, /push/], 'zh-CN': [/不允许写入/, /请提供有推送权限/] },
    ],
    [
      'a repository that must be made first',
      refuse(404, 'NAME_UNKNOWN', 'no such project'),
      { en: [/no such project/, /Make the repository/], 'zh-CN': [/不会自动创建/, /请先在那里创建/] },
    ],
  ])('%s', async (_, fault, words) => {
    await world.publish('prom/node-exporter:v1.8.2')
    const front = await startFaultyRegistry(`http://${world.mirror.host}`)
    front.always('POST', /uploads/, fault)
    try {
      const { issue, result, answer } = await fileAndRun(NODE_EXPORTER, language, {
        mirrors: `${front.host}/acme`,
        username: 'pusher',
        password: SECRETS.password,
      })
      for (const said of words[language]) expect(answer).toMatch(said)
      expect(result).toMatchObject({ exitCode: 1, outputs: { failed: '1' } })
      expect(issue.state).toBe('open')
      expect(await world.mirrored('prom/node-exporter:v1.8.2')).toBeUndefined()
    } finally {
      await front.close()
    }
  })

  test('MH-80 a signed address in what a registry says is shown nowhere', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const front = await startFaultyRegistry(`http://${world.mirror.host}`)
    const signed = `https://s3.example/blob?X-Amz-Signature=${encodeURIComponent(SECRETS.password)}`
    front.always('PUT', /uploads/, refuse(403, 'DENIED', `no access to ${signed} yet`))
    try {
      const login = { mirrors: `${front.host}/acme`, username: 'pusher', password: SECRETS.password }
      const { result, answer } = await fileAndRun(NODE_EXPORTER, language, login)
      for (const text of [answer, result.stdout, result.summary, JSON.stringify(result.outputs)]) {
        expect(text).toContain('s3.example/blob')
        expect(text).not.toContain('X-Amz-Signature')
      }
    } finally {
      await front.close()
    }
  })

  test('an empty form', async () => {
    const { issue, result, answer } = await fileAndRun('<!-- nothing -->', language)
    expect(answer).toMatch({ en: /No image was named\./, 'zh-CN': /没有写明要同步的镜像。/ }[language])
    expect(result).toMatchObject({ exitCode: 1, outputs: { copied: '0', failed: '0' } })
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'not_planned' })
  })

  test('ten thousand lines', async () => {
    const images = Array.from({ length: 10_000 }, (_, index) => `a${index}`).join('\n')
    const { result, answer } = await fileAndRun(images, language)
    expect(answer).toMatch(/10000[^]*20/)
    expect(result.milliseconds).toBeLessThan(10_000)
    expect(world.hub.requests).toEqual([])
  })
})

describe('hostile text', () => {
  const TITLE = '$(touch pwned)`touch pwned`; touch pwned | touch pwned && "\'\\\r\n::set-output name=x::y'

  test('in a title is text', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const { issue, opened } = world.file({ images: NODE_EXPORTER, title: TITLE })
    const { exitCode, stdout } = await world.run(opened)
    expect(exitCode).toBe(0)
    expect(`${stdout}${answerTo(issue)}`).not.toContain('pwned')
    expect(issue.title).toBe(TITLE)
  })

  test('among images reaches neither the log as a command nor the comment as markup', async () => {
    const lines = ['::error file=x::y', '##[error]y', '@everyone/here <img src=x> [x](javascript:y)', '| a | b |']
    const { issue, opened } = world.file({ images: lines.join('\n') })
    const { exitCode, annotations } = await world.run(opened)
    expect(exitCode).toBe(1)
    expect(annotations).toHaveLength(lines.length)
    expect(annotations.every(({ properties }) => properties.file === undefined)).toBe(true)
    expect(answerTo(issue)).not.toMatch(/^[^`]*(?:<img|@everyone)/m)
  })
})

describe('GitHub itself', () => {
  test.each(LANGUAGES)(
    'that does not let the token write is said in %s, with the permission, before any copy',
    async (language) => {
      world.github.tokens.set(SECRETS.token, actionsToken({ issues: 'read', contents: 'read' }))
      await world.publish('prom/node-exporter:v1.8.2')
      const { issue, opened } = world.file({ images: NODE_EXPORTER })
      const { exitCode, annotations } = await world.run(opened, { language })
      expect(exitCode).toBe(1)
      expect(annotations).toMatchObject([{ name: 'error', message: expect.stringContaining('issues: write') }])
      expect(issue.comments).toEqual([])
      expect(world.mirror.requests).toEqual([])
    },
  )

  test('that refuses the token is said', async () => {
    world.github.tokens.clear()
    const { exitCode, annotations } = await world.run(world.file({ images: NODE_EXPORTER }).opened)
    expect(exitCode).toBe(1)
    expect(annotations).toMatchObject([{ message: expect.stringMatching(/401.*Check the token\./) }])
  })

  test('that fails only after the copy leaves the outputs right and the step failed', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    world.github.failNext({ match: /^POST .*labels/, status: 422, body: { message: 'No' }, times: 9 })
    const { exitCode, outputs, annotations } = await world.run(world.file({ images: NODE_EXPORTER }).opened)
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ copied: '1', failed: '0' })
    expect(annotations).toMatchObject([{ name: 'error', message: expect.stringContaining('GitHub answered 422') }])
  })

  test('that is in trouble for a moment is asked again', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    world.github.failNext({ match: /^GET .*issues\/1$/, status: 502, times: 1 })
    world.github.failNext({ match: /^POST .*comments/, drop: 'after' })
    const { issue, opened } = world.file({ images: NODE_EXPORTER })
    expect(await world.run(opened)).toMatchObject({ exitCode: 0 })
    expect(answerTo(issue)).toContain('ready to pull')
  })
})
