import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { withAuthorization } from '../../../src/registry/remote/authorization.ts'
import type { Credential } from '../../../src/registry/remote/credentials.ts'
import type { Exchange } from '../../../src/registry/remote/exchange.ts'
import { isPublicAddress } from '../../../src/registry/remote/trust.ts'
import { hastyClock } from '../../support/clocks.ts'
import { errorAnswer, plainAnswer, type Guard } from '../../support/faulty-registry/call.ts'
import { answer, answerEarly, pass, redirectTo } from '../../support/faulty-registry/faults.ts'
import {
  basicGuard,
  startTokenService,
  type TokenService,
  type TokenServiceOptions,
} from '../../support/faulty-registry/token-service.ts'
import { makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import { lookupOf } from '../../support/names.ts'
import {
  credentialsFor,
  openMirror,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type TestClient,
  type ScriptedRegistry,
} from '../../support/registries.ts'

const image = makeImage()
const blob = makeBlob('blob', 200_000)
const PASSWORD = 'pass:word'
const user: Credential = { kind: 'basic', username: 'user', password: PASSWORD }

let registry: ScriptedRegistry
let tokens: TokenService
const open: { close(): Promise<void> }[] = []

beforeEach(async () => {
  registry = await startScriptedRegistry()
  open.push(registry)
  await putImage(registry.store.repository('app'), image, 'v1')
})
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

/** A client that knows these credentials for the registry, and goes as a stranger where there are none. */
function clientWith(credential?: Credential, concurrency = 6): TestClient {
  const credentials = credentialsFor(credential ? { [registry.host]: credential } : {})
  const network = { lookup: lookupOf({ 'storage.test': ['127.0.0.1'] }), isPublic: isPublicAddress }
  const client = openRegistries({
    sourceCredentials: credentials,
    mirrorCredentials: credentials,
    concurrency,
    network,
  })
  open.push(client)
  return client
}

/** Puts a token service in front of the registry, on the client's clock. */
async function protect(client: TestClient, options: Omit<TokenServiceOptions, 'now'> = {}): Promise<void> {
  tokens = await startTokenService({ now: () => client.clock.now(), users: { user: PASSWORD }, ...options })
  open.push(tokens)
  registry.guard(tokens.guard)
}

const challengedBy = (...headers: string[]): Guard => {
  return ({ headers: { authorization } }) =>
    authorization === undefined ? errorAnswer(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': headers }) : undefined
}

describe('a registry that wants tokens', () => {
  test('is asked once without, and from then on with a token', async () => {
    const client = clientWith()
    await protect(client)
    const app = await openSource(client, registry)
    expect(await app.head('v1')).toMatchObject({ digest: image.root.descriptor.digest })
    await app.manifest('v1')
    expect(registry.log.requests.map(({ status }) => status)).toEqual([401, 200, 200])
    expect(tokens.requests).toMatchObject([{ method: 'GET', service: 'test', scopes: ['repository:app:pull'] }])
    expect(tokens.requests[0]?.authorization).toBeUndefined()
  })

  test('MH-73 is asked for one token when twenty requests come at once', async () => {
    const client = clientWith()
    await protect(client)
    const app = await openSource(client, registry)
    const twentyAtOnce = () => Promise.all(Array.from({ length: 20 }, () => app.head('v1')))
    await twentyAtOnce()
    expect(tokens.requests).toHaveLength(1)
    tokens.revoke()
    await twentyAtOnce()
    expect(tokens.requests).toHaveLength(2)
  })

  test('is given the credentials by its service alone, and asked for push first', async () => {
    const client = clientWith(user)
    await protect(client)
    const app = await openMirror(client, registry)
    await app.putBlob(blob.descriptor, () => streamOf(blob.bytes))
    expect(tokens.requests[0]).toMatchObject({
      authorization: `Basic ${Buffer.from(`user:${PASSWORD}`).toString('base64')}`,
      scopes: ['repository:app:push,pull'],
    })
    expect(registry.log.requests.map(({ headers }) => headers.authorization ?? '').join()).not.toContain('Basic')
  })

  test('MH-71 gets a new token before the body when the old one ran out', async () => {
    const client = clientWith(user)
    await protect(client, { lifetime: 60 })
    const app = await openMirror(client, registry)
    await app.head('v1')
    registry.on('POST', /uploads/, async (call) => {
      const answered = await call.forward()
      await client.clock.sleep(61_000)
      return answered
    })
    await app.putBlob(blob.descriptor, () => streamOf(blob.bytes))
    expect(registry.log.find('PUT').map(({ status, received }) => ({ status, received }))).toEqual([
      { status: 201, received: 200_000 },
    ])
    expect(tokens.requests).toHaveLength(2)
  })

  test('MH-72 gets a new token and a fresh stream after 401 in answer to a body', async () => {
    const client = clientWith(user)
    await protect(client)
    const app = await openMirror(client, registry)
    await app.head('v1')
    registry.on('PUT', /uploads/, (call) => {
      tokens.revoke()
      return call.forward()
    })
    let opened = 0
    const stream = () => {
      opened += 1
      return streamOf(blob.bytes)
    }
    expect(await app.putBlob(blob.descriptor, stream)).toBe('sent')
    expect(opened).toBe(2)
    expect(registry.log.find('PUT').map(({ status }) => status)).toEqual([401, 201])
  })

  test('MH-74 is not asked a third time when it refuses a new token', async () => {
    const client = clientWith(user)
    await protect(client)
    registry.always('*', /manifests/, answer(401, { 'www-authenticate': `Bearer realm="${tokens.origin}/token"` }))
    const app = await openSource(client, registry)
    await expect(app.manifest('v1')).rejects.toMatchObject({ code: 'pull-denied' })
    expect(registry.log.requests).toHaveLength(2)
  })

  test('is left alone where its service gives strangers none', async () => {
    const client = clientWith()
    await protect(client, { strangers: 'refused' })
    const app = await openSource(client, registry)
    for (const attempt of [1, 2, 3]) {
      await expect(app.manifest('v1')).rejects.toMatchObject({
        code: 'pull-denied',
        facts: { detail: 'UNAUTHORIZED: authentication required' },
      })
      expect(registry.log.requests).toHaveLength(attempt)
      expect(tokens.requests).toHaveLength(1)
    }
  })

  test('says so where its service refuses the credentials', async () => {
    const client = clientWith({ kind: 'basic', username: 'user', password: 'old-secret' })
    await protect(client)
    const app = await openSource(client, registry)
    const failing = app.manifest('v1')
    await expect(failing).rejects.toMatchObject({ code: 'credentials-unusable', facts: { reason: 'refused' } })
    await expect(failing).rejects.not.toThrow(/old-secret/)
  })

  test('says so where its service answers without a token', async () => {
    const client = clientWith()
    await protect(client, { document: () => ({ token: '' }) })
    await expect((await openSource(client, registry)).head('v1')).rejects.toMatchObject({ code: 'registry-error' })
  })

  test('says so where its service answers without end', async () => {
    const client = clientWith()
    await protect(client, { document: (token) => ({ padding: 'x'.repeat(200_000), token }) })
    await expect((await openSource(client, registry)).head('v1')).rejects.toMatchObject({ code: 'registry-error' })
  })

  test('has its own idea of scopes respected', async () => {
    const client = clientWith(user)
    await protect(client)
    const realm = `${tokens.origin}/token`
    registry.on('*', /^/, answer(401, { 'www-authenticate': `Bearer realm="${realm}",scope="registry:catalog:*"` }))
    await (await openSource(client, registry)).head('v1')
    expect(tokens.requests[0]?.scopes).toEqual(['repository:app:pull', 'registry:catalog:*'])
  })
})

describe('a token', () => {
  test.each<[string, number, (token: string) => Record<string, unknown>, number, number]>([
    ['MH-68 may be called access_token', 300, (token) => ({ access_token: token, expires_in: 300 }), 100, 1],
    ['MH-69 without expires_in lives 60 s', 60, (token) => ({ token }), 61, 2],
    ['MH-69 without expires_in is used again within 60 s', 60, (token) => ({ token }), 30, 1],
    ['of fewer than 60 s is taken for one of 60', 60, (token) => ({ token, expires_in: 5 }), 30, 1],
    ['of Docker Hub is used for a good part of its 300 s', 300, (token) => ({ token, expires_in: 300 }), 200, 1],
    ['of Docker Hub is replaced before it runs out', 300, (token) => ({ token, expires_in: 300 }), 299, 2],
    [
      'MH-70 issued in the past by its own clock is used',
      300,
      (token) => ({ token, expires_in: 300, issued_at: '2001-01-01T00:00:00Z' }),
      100,
      1,
    ],
    [
      'MH-70 issued in the future by its own clock runs out',
      300,
      (token) => ({ token, expires_in: 300, issued_at: '2101-01-01T00:00:00Z' }),
      301,
      2,
    ],
    ['with a lifetime that is no number lives 60 s', 60, (token) => ({ token, expires_in: '9999' }), 61, 2],
  ])('%s', async (_, lifetime, document, seconds, fetched) => {
    const client = clientWith()
    await protect(client, { lifetime, document })
    const app = await openSource(client, registry)
    await app.head('v1')
    await client.clock.sleep(seconds * 1000)
    await app.head('v1')
    await app.head('v1')
    expect(tokens.requests).toHaveLength(fetched)
    expect(registry.log.requests.map(({ status }) => status)).toEqual([401, 200, 200, 200])
  })

  test('that is fetched while the service stumbles is fetched again, and only so often', async () => {
    const client = clientWith()
    await protect(client)
    await tokens.close()
    const app = await openSource(client, registry)
    await expect(app.head('v1')).rejects.toMatchObject({ code: 'registry-unreachable' })
    expect(registry.log.requests.length).toBeLessThanOrEqual(4)
  })
})

describe('MH-75 an identity token', () => {
  const identity: Credential = { kind: 'identity', token: 'identity-secret' }

  test('is exchanged by POST', async () => {
    const client = clientWith(identity)
    await protect(client, { identityToken: 'identity-secret' })
    await (await openSource(client, registry)).head('v1')
    const [request] = tokens.requests
    expect(request).toMatchObject({ method: 'POST', service: 'test', scopes: ['repository:app:pull'] })
    expect(Object.fromEntries(request?.form ?? [])).toMatchObject({
      grant_type: 'refresh_token',
      client_id: 'transship',
    })
  })

  test('is shown by GET where POST is unknown', async () => {
    const client = clientWith(identity)
    await protect(client, { users: { '<token>': 'identity-secret' } })
    await (await openSource(client, registry)).head('v1')
    expect(tokens.requests.map(({ method }) => method)).toEqual(['POST', 'GET'])
  })

  test('that is refused is not shown again', async () => {
    const client = clientWith(identity)
    await protect(client, { identityToken: 'another' })
    const failing = (await openSource(client, registry)).head('v1')
    await expect(failing).rejects.toMatchObject({ code: 'credentials-unusable' })
    await expect(failing).rejects.not.toThrow(/identity-secret/)
    expect(tokens.requests).toHaveLength(1)
  })
})

describe('a registry that wants a password', () => {
  test('MH-77 gets it, colon and all, and only after it has asked', async () => {
    registry.guard(basicGuard('user', PASSWORD))
    const app = await openSource(clientWith(user), registry)
    await app.head('v1')
    await app.head('v1')
    expect(registry.log.requests.map(({ status }) => status)).toEqual([401, 200, 200])
    expect(registry.log.requests[0]?.headers.authorization).toBeUndefined()
  })

  test('is not shown a wrong one twice', async () => {
    registry.guard(basicGuard('user', 'other'))
    const app = await openMirror(clientWith(user), registry)
    const failing = app.putManifest(image.root, 'v2')
    await expect(failing).rejects.toMatchObject({ code: 'push-denied' })
    await expect(failing).rejects.not.toThrow(/pass:word/)
    expect(registry.log.requests).toHaveLength(2)
    await expect(app.putManifest(image.root, 'v2')).rejects.toMatchObject({ code: 'push-denied' })
    expect(registry.log.requests).toHaveLength(3)
  })

  test('is left alone by a stranger', async () => {
    registry.guard(basicGuard('user', PASSWORD))
    await expect((await openSource(clientWith(), registry)).head('v1')).rejects.toMatchObject({ code: 'pull-denied' })
    expect(registry.log.requests).toHaveLength(1)
  })
})

describe('of several challenges', () => {
  test('MH-64 Bearer is preferred to Basic in one header', async () => {
    const client = clientWith(user)
    await protect(client)
    registry.guard(challengedBy(`Basic realm="x", Bearer realm="${tokens.origin}/token",service="s"`))
    await (await openSource(client, registry)).head('v1')
    expect(registry.log.requests[1]?.headers.authorization).toBe('Bearer token-1')
  })

  test('MH-65 the one that can be met is met', async () => {
    registry.guard(challengedBy('Negotiate', 'Basic realm="x"'))
    await (await openSource(clientWith(user), registry)).head('v1')
    expect(registry.log.requests[1]?.headers.authorization).toMatch(/^Basic /)
  })

  test('MH-66 the one with commas and escapes in its quotes is met', async () => {
    const client = clientWith(user)
    await protect(client)
    const scope = String.raw`registry:a\"b:pull,push registry:c:*`
    registry.guard(challengedBy(`Bearer realm="${tokens.origin}/token?for=a,b",scope="${scope}",service="s"`))
    await (await openSource(client, registry)).head('v1')
    expect(tokens.requests).toMatchObject([
      { service: 's', scopes: ['repository:app:pull', 'registry:a"b:pull,push', 'registry:c:*'] },
    ])
    expect(registry.log.requests[1]?.headers.authorization).toBe('Bearer token-1')
  })

  test('MH-67 that of /v2/ is met where the refusal has none', async () => {
    registry.always('HEAD', /manifests/, async (call) =>
      call.seen.headers.authorization === undefined ? plainAnswer(401) : call.forward(),
    )
    registry.on('GET', /^\/v2\/$/, answer(401, { 'www-authenticate': 'Basic realm="x"' }))
    await (await openSource(clientWith(user), registry)).head('v1')
    expect(registry.log.lines()).toEqual(['HEAD /v2/app/manifests/v1', 'GET /v2/', 'HEAD /v2/app/manifests/v1'])
  })

  test('that of another host, to which /v2/ leads, is not met', async () => {
    const elsewhere = await startScriptedRegistry()
    open.push(elsewhere)
    elsewhere.always('GET', /^\/v2\/$/, answer(401, { 'www-authenticate': `Bearer realm="${elsewhere.origin}/token"` }))
    registry.always('HEAD', /manifests/, answer(401))
    registry.always('GET', /^\/v2\/$/, redirectTo(elsewhere.origin))
    const head = (await openSource(clientWith(user), registry)).head('v1')
    await expect(head).rejects.toMatchObject({ code: 'pull-denied' })
    expect(elsewhere.log.lines()).toEqual(['GET /v2/'])
  })

  test('a refusal with a body that nobody waits for does not keep the only connection', async () => {
    const client = clientWith(user, 1)
    const refusal = answerEarly(401, { connection: 'keep-alive' }, 'x'.repeat(2_000_000))
    registry.on('GET', /manifests/, refusal)
    registry.on('GET', /^\/v2\/$/, answer(401, { 'www-authenticate': 'Basic realm="x"' }))
    expect(await (await openSource(client, registry)).manifest('v1')).toMatchObject({ kind: 'index' })
  })
})

describe('credentials stay where they belong', () => {
  test('MH-76 a realm without TLS is refused to a registry with TLS, and nothing is sent there', async () => {
    const sent: string[] = []
    const exchange: Exchange = ({ url }) => {
      sent.push(url.href)
      const headers = { 'www-authenticate': 'Bearer realm="http://auth.example/token"' }
      return Promise.resolve({ status: 401, headers, url, body: streamOf(Buffer.from('')), discard: async () => {} })
    }
    const origin = new URL('https://registry.example')
    const clock = hastyClock()
    const authorized = withAuthorization(exchange, {
      origin,
      credential: () => Promise.resolve(user),
      tokenExchange: exchange,
      clock,
    })
    const refused = authorized({ method: 'GET', url: new URL('/v2/', origin) })
    await expect(refused).rejects.toMatchObject({ code: 'registry-untrusted', facts: { reason: 'realm' } })
    expect(sent).toEqual(['https://registry.example/v2/'])
  })

  test.each([
    ['http://127.0.0.1:1/token', false],
    ['ftp://127.0.0.1/token', true],
    ['token', true],
    ['', true],
  ])('MH-76 a realm that is no address of the web is refused: "%s"', async (realm, isRefused) => {
    registry.guard(challengedBy(`Bearer realm="${realm}"`))
    const code = isRefused ? 'registry-untrusted' : 'registry-unreachable'
    await expect((await openSource(clientWith(user), registry)).head('v1')).rejects.toMatchObject({ code })
  })

  test('MH-79 those of the mirror are not shown to the source, though both are one registry', async () => {
    const client = openRegistries({ mirrorCredentials: credentialsFor({ [registry.host]: user }) })
    open.push(client)
    await protect(client)
    await (await openMirror(client, registry)).head('v1')
    registry.heal()
    await (await openSource(client, registry)).head('v1')
    expect(tokens.requests.map(({ authorization }) => authorization !== undefined)).toEqual([true, false])
    expect(registry.log.requests[0]?.headers.authorization).toBeUndefined()
  })

  test.each([
    ['MH-21 to another host', (storage: URL) => `http://storage.test:${storage.port}`],
    ['MH-22 to another port of its host', (storage: URL) => storage.origin],
  ])('a token does not follow a blob: %s', async (_, target) => {
    const storage = await startScriptedRegistry()
    open.push(storage)
    await storage.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    const client = clientWith(user)
    await protect(client)
    registry.on('GET', /blobs/, pass, redirectTo(target(new URL(storage.origin))))
    const app = await openSource(client, registry)
    for await (const chunk of app.blob(blob.descriptor)) expect(chunk.byteLength).toBeGreaterThan(0)
    expect(registry.log.find('GET', /blobs/)[1]?.headers.authorization).toMatch(/^Bearer /)
    expect(storage.log.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
  })

  test('a host that the registry redirects to cannot ask for its credentials', async () => {
    const thief = await startTokenService({ now: () => 0, users: { user: PASSWORD } })
    const storage = await startScriptedRegistry()
    open.push(thief, storage)
    storage.guard(challengedBy(`Bearer realm="${thief.origin}/token"`))
    registry.always('GET', /blobs/, redirectTo(storage.origin))
    const app = await openSource(clientWith(user), registry)
    const read = async () => {
      for await (const chunk of app.blob(blob.descriptor)) expect(chunk).toBeUndefined()
    }
    await expect(read()).rejects.toMatchObject({ code: 'pull-denied' })
    expect(thief.requests).toEqual([])
    expect(storage.log.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true)
  })
})
