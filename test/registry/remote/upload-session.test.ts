import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Failure } from '../../../src/failure/failure.ts'
import { Linking } from '../../../src/registry/remote/linking.ts'
import { RemoteRepository } from '../../../src/registry/remote/remote-repository.ts'
import { SegmentPool } from '../../../src/registry/remote/segment-pool.ts'
import type { Exchange, RegistryRequest, RegistryResponse } from '../../../src/registry/remote/exchange.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import { answer, redirectTo, reset } from '../../support/faulty-registry/faults.ts'
import { basicGuard } from '../../support/faulty-registry/token-service.ts'
import { makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import {
  credentialsFor,
  openMirror,
  openRegistries,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const blob = makeBlob('blob', 300_000)
/** Of a registry that lacks every blob, and takes it. */
const STATUSES: Readonly<Record<string, number>> = { HEAD: 404, POST: 202, PUT: 201 }
const UPLOADS = /\/blobs\/uploads\//

let registry: ScriptedRegistry
let storage: ScriptedRegistry
let client: TestClient
let app: Repository

beforeEach(async () => {
  registry = await startScriptedRegistry()
  storage = await startScriptedRegistry()
  const login = { kind: 'basic', username: 'u', password: 'p' } as const
  client = openRegistries({ mirrorCredentials: credentialsFor({ [registry.host]: login }) })
  app = await openMirror(client, registry)
})
afterEach(async () => {
  await client.close()
  await registry.close()
  await storage.close()
})

const put = () => app.putBlob(blob.descriptor, () => streamOf(blob.bytes))

test('MH-20 a commit that is redirected to storage takes its bytes along and leaves its credentials behind', async () => {
  registry.guard(basicGuard('u', 'p'))
  registry.on('PUT', UPLOADS, redirectTo(`${storage.origin}/put?sig=1`))
  storage.on('PUT', /put/, answer(201))
  expect(await put()).toBe('sent')
  expect(registry.log.find('PUT')[0]?.headers.authorization).toMatch(/^Basic /)
  const arrived = storage.log.find('PUT')
  expect(arrived.map(({ received }) => received)).toEqual([300_000])
  expect(arrived[0]?.headers).not.toHaveProperty('authorization')
})

test('MH-20 a commit that is redirected within its registry keeps them', async () => {
  registry.guard(basicGuard('u', 'p'))
  registry.on('PUT', UPLOADS, redirectTo(registry.origin))
  expect(await put()).toBe('sent')
  const commits = registry.log.find('PUT')
  expect(commits.map(({ status }) => status)).toEqual([307, 201])
  expect(commits[1]?.received).toBe(300_000)
  expect(commits[1]?.headers.authorization).toMatch(/^Basic /)
})

test('MH-60 a kept-alive connection that is reset when an upload is opened is replaced', async () => {
  await putImage(registry.store.repository('app'), makeImage(), 'v1')
  for (let round = 0; round < 5; round += 1) await app.head('v1')
  registry.on('POST', UPLOADS, reset)
  expect(await put()).toBe('sent')
  const kept = registry.log.find('HEAD').map(({ connection }) => connection)
  const [broken, again, ...more] = registry.log.find('POST')
  expect(kept).toContain(broken?.connection)
  expect(again).toMatchObject({ status: 202 })
  expect(again?.connection).not.toBe(broken?.connection)
  expect(more).toEqual([])
})

/** A repository of a registry that is not there: `exchange` answers in its place. */
function repositoryOver(exchange: Exchange): Repository {
  return new RemoteRepository({
    exchange,
    publishers: () => Promise.reject(new Error('no layer is read')),
    clock: client.clock,
    registry: 'registry.example',
    repository: 'app',
    origin: new URL('https://registry.example'),
    prefix: '',
    writes: true,
    patience: 1000,
    linking: new Linking(),
    leastRate: 1024,
    idleDownloads: () => 0,
    segments: new SegmentPool(),
  })
}

/** An answer without a body. */
function answered({ url }: RegistryRequest, status: number, location: string): RegistryResponse {
  return { status, headers: { location }, url, body: streamOf(Buffer.from('')), discard: async () => {} }
}

test('MH-18 a Location that leads from https to http is refused, and nothing is sent there', async () => {
  const sent: string[] = []
  const repository = repositoryOver((request) => {
    sent.push(`${request.method} ${request.url.origin}`)
    return Promise.resolve(answered(request, 202, 'http://registry.example/session'))
  })
  const failing = repository.putBlob({ ...blob.descriptor, size: 1000 }, () => streamOf(blob.bytes))
  await expect(failing).rejects.toMatchObject({ code: 'registry-untrusted', facts: { reason: 'leaves-tls' } })
  expect(sent).toEqual(['POST https://registry.example'])
})

test.each([
  ['minutes', 1000, 5],
  ['longer where the blob is large', 5 * 1024 ** 3, 20],
])('MH-37 the answer to a commit is waited for: %s', async (_, size, minutes) => {
  const sent: RegistryRequest[] = []
  const repository = repositoryOver((request) => {
    sent.push(request)
    return Promise.resolve(answered(request, STATUSES[request.method] ?? 500, '/session'))
  })
  expect(await repository.putBlob({ ...blob.descriptor, size }, () => streamOf(blob.bytes))).toBe('sent')
  const commit = sent.find(({ method }) => method === 'PUT')
  expect(commit?.answerWithin).toBeGreaterThanOrEqual(minutes * 60_000)
})

test('a mirror that takes all bytes and never answers the commit is tried once more, and no more', async () => {
  const sent: string[] = []
  const repository = repositoryOver((request) => {
    sent.push(request.method)
    if (request.method !== 'PUT') return Promise.resolve(answered(request, STATUSES[request.method] ?? 500, '/session'))
    const { host } = request.url
    return Promise.reject(new Failure('registry-unreachable', { host, reason: 'timeout', detail: '' }))
  })
  const failing = repository.putBlob({ ...blob.descriptor, size: 1000 }, () => streamOf(blob.bytes))
  await expect(failing).rejects.toMatchObject({ code: 'registry-unreachable', facts: { reason: 'timeout' } })
  expect(sent.filter((method) => method === 'PUT')).toHaveLength(2)
  expect(sent.slice(-3)).toEqual(['PUT', 'HEAD', 'DELETE'])
})
