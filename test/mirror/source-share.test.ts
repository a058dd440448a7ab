import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openSpool } from '../../src/app/spool.ts'
import { createSourceShare, type SourceShare } from '../../src/mirror/source-share.ts'
import { answer } from '../support/faulty-registry/faults.ts'
import { realPorts } from '../support/layouts.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'

let registry: ScriptedRegistry
let client: TestClient
let sources: SourceShare

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries()
  sources = createSourceShare({
    locate: (address) => client.locate(address),
    openSpool: () => openSpool({}, realPorts),
  })
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

/** Lists the tags of a repository, for one of its images. */
async function listTags(repository: string, tag = 'v1'): Promise<unknown> {
  const address = { place: { kind: 'registry', registry: registry.host, repository }, tag } as const
  return sources.use(address, async ({ repository: source }) => {
    for await (const listed of source.tags()) return listed
    return undefined
  })
}

const listsAsked = (repository: string) => registry.log.count('GET', new RegExp(`/${repository}/tags/list`))

test('images of one repository have its list of tags in common, and a long run keeps no more than some lists', async () => {
  registry.always('GET', /tags\/list/, answer(200, { 'content-type': 'application/json' }, '{"tags":["v1"]}'))
  await listTags('app-0')
  await listTags('app-0', 'v2')
  expect(listsAsked('app-0')).toBe(1)
  for (let number = 1; number <= 60; number += 1) await listTags(`app-${number}`)
  await listTags('app-60', 'v2')
  expect(listsAsked('app-60')).toBe(1)
  await listTags('app-0', 'v3')
  expect(listsAsked('app-0')).toBe(2)
})
