import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { NODE_EXPORTER, startWorld, writesOf, type Inputs, type World } from '../support/action-world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

describe('.github/transship.yml', () => {
  test('holds what inputs need not say', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const file = `mirrors: [${world.mirror.host}/filed]\nendpoints: {docker.io: "http://${world.hub.host}"}\nlanguage: zh-CN\n`
    await world.write('.github/transship.yml', file)
    const { opened } = world.file({ images: NODE_EXPORTER })
    const { outputs, stdout } = await world.run(opened, { mirrors: '', endpoints: '' })
    expect(outputs.addresses).toBe(`${world.mirror.host}/filed/${NODE_EXPORTER}`)
    expect(stdout).toContain('镜像')
  })

  test('gives way to inputs', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    await world.write('.github/transship.yml', 'mirrors: [ghcr.io/somewhere/else]\n')
    const { outputs } = await world.run(world.file({ images: NODE_EXPORTER }).opened)
    expect(outputs.addresses).toBe(`${world.mirror.host}/acme/${NODE_EXPORTER}`)
  })

  test('has its errors pointed out with line and column, before anything is done', async () => {
    await world.write('.github/transship.yml', 'language: en\nmirors:\n  - ghcr.io/acme/mirror\n')
    const { exitCode, annotations } = await world.run(world.file({ images: NODE_EXPORTER }).opened)
    expect(exitCode).toBe(1)
    expect(annotations).toMatchObject([
      {
        name: 'error',
        properties: { file: '.github/transship.yml', line: '2', col: '1' },
        message: expect.stringMatching(/^\.github\/transship\.yml:2:1: .*mirrors/),
      },
    ])
    expect([...world.github.requests, ...world.hub.requests]).toEqual([])
  })

  test('says in which language a wrong input is told', async () => {
    await world.write('.github/transship.yml', 'language: zh-CN\n')
    const { opened } = world.file({ images: NODE_EXPORTER })
    const { annotations } = await world.run(opened, { deadline: '0s' })
    expect(annotations).toMatchObject([{ message: expect.stringMatching(/不是 deadline 的有效取值/) }])
    const english = await world.run(opened, { deadline: '0s', language: 'en' })
    expect(english.annotations).toMatchObject([{ message: expect.stringMatching(/is not a valid value/) }])
  })

  test('has to be there where another one is named', async () => {
    const { exitCode, annotations } = await world.run(world.file({ images: NODE_EXPORTER }).opened, { config: 'x.yml' })
    expect(exitCode).toBe(1)
    expect(annotations).toMatchObject([{ message: expect.stringMatching(/^x\.yml cannot be read/) }])
  })
})

describe('a step that was set up wrong fails with a clear word, and does nothing:', () => {
  test.each<[string, Inputs, RegExp]>([
    ['no mirror', { mirrors: '' }, /^mirrors is missing\. Say where to copy to/],
    ['a mirror that is none', { mirrors: 'http://x/y' }, /^"http:\/\/x\/y" is not a place for images\./],
    ['no token', { token: '' }, /^token is missing\./],
    [
      'an unknown command',
      { command: 'sync' },
      /^"sync" is not a valid value for command\. Expected: request \| copy\.$/,
    ],
    ['an unknown language', { language: 'fr' }, /^"fr" is not a valid value for language/],
    ['a platform that is none', { platforms: 'linux' }, /^"linux" is not a platform/],
    [
      'tags that are to be forced for whoever asks',
      { force: 'true' },
      /^command: request and force exclude one another\. /,
    ],
    ['two forms at once', { sparse: 'true', 'drop-attestations': 'true' }, /^sparse and drop-attestations exclude/],
    ['an endpoint without a registry', { endpoints: 'http://x' }, /is not a valid value for endpoints/],
    ['a dry run that is neither', { 'dry-run': 'maybe' }, /^"maybe" is not a valid value for dry-run/],
    [
      'one login for two registries',
      { mirrors: 'ghcr.io/a quay.io/b', username: 'u', password: 'p' },
      /^One user name and password were given for mirrors on several registries/,
    ],
  ])('%s', async (_, inputs, words) => {
    const { exitCode, annotations, stderr } = await world.run(world.file({ images: NODE_EXPORTER }).opened, inputs)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(annotations).toMatchObject([{ name: 'error', message: expect.stringMatching(words) }])
    expect(writesOf(world.github.requests)).toEqual([])
  })

  test('in Chinese, too', async () => {
    const { annotations } = await world.run(world.file({ images: NODE_EXPORTER }).opened, {
      mirrors: '',
      language: 'zh-CN',
    })
    expect(annotations).toMatchObject([{ message: expect.stringMatching(/^缺少 mirrors/) }])
  })
})
