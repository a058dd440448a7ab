import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { NODE_EXPORTER, startWorld, type World } from '../support/action-world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

interface Copied {
  readonly address: string
  readonly platforms: readonly string[]
}

async function answer(inputs: Record<string, string>, platforms: readonly string[] = []): Promise<Copied[]> {
  const { outputs } = await world.run(world.file({ images: NODE_EXPORTER, platforms }).opened, inputs)
  return JSON.parse(outputs.outcomes ?? '')
}

describe('what a workflow sets', () => {
  test('as platforms holds for requests that choose none', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    expect(await answer({ platforms: 'linux/arm64' })).toMatchObject([{ platforms: ['linux/arm64'] }])
  })

  test('as platforms gives way to those that a request chooses', async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    expect(await answer({ platforms: 'linux/arm64' }, ['linux/amd64'])).toMatchObject([{ platforms: ['linux/amd64'] }])
  })

  test("as mirror may hold an account's name with capitals", async () => {
    await world.publish('prom/node-exporter:v1.8.2')
    const mirrors = `${world.mirror.host}/Acme`
    expect(await answer({ mirrors })).toMatchObject([{ address: `${world.mirror.host}/acme/${NODE_EXPORTER}` }])
  })
})
