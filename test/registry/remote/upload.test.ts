import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../../src/failure/failure.ts'
import type { Descriptor } from '../../../src/oci/manifest.ts'
import type { ByteStream, Repository } from '../../../src/registry/repository.ts'
import {
  answer,
  answerAfter,
  answerEarly,
  loseAnswer,
  ignoreQuery,
  redirectTo,
  refuse,
  reset,
  silence,
  withHeaders,
  withLocation,
  withStatus,
} from '../../support/faulty-registry/faults.ts'
import { basicGuard, startTokenService } from '../../support/faulty-registry/token-service.ts'
import { makeBlob, makeImage, streamOf } from '../../support/images.ts'
import {
  credentialsFor,
  openMirror,
  openRegistries,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const SIZE = 300_000
const blob = makeBlob('blob', SIZE)
const UPLOADS = /\/blobs\/uploads\//

let registry: ScriptedRegistry
let client: TestClient
let app: Repository
let opened: number

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries({ patience: 200 })
  app = await openMirror(client, registry)
  opened = 0
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

function stream(): ByteStream {
  opened += 1
  return streamOf(blob.bytes)
}

const put = (...mountFrom: string[]) => app.putBlob(blob.descriptor, stream, { mountFrom })
const isThere = (descriptor: Descriptor = blob.descriptor) => registry.store.repository('app').hasBlob(descriptor)
/** Without what a 401 leads to. */
const stepsAtBlobs = () => registry.log.find('*', /blobs/).map(({ method, status }) => `${method} ${status}`)
const storeOf = () => registry.store.repository('app')
const steps = () => registry.log.requests.map(({ method, status }) => `${method} ${status}`)

describe('a blob is sent', () => {
  test('MH-26 in two requests, the second of which says its length', async () => {
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['POST 202', 'PUT 201'])
    const [post, commit] = registry.log.requests
    expect(post?.headers).toMatchObject({ 'content-length': '0' })
    expect(commit).toMatchObject({ received: SIZE, headers: { 'content-length': String(SIZE) } })
    expect(commit?.headers).not.toHaveProperty('transfer-encoding')
    expect(await isThere()).toBe(true)
  })

  test('MH-24 though it has no bytes', async () => {
    const empty = makeBlob('empty', 0)
    expect(await app.putBlob(empty.descriptor, () => streamOf(empty.bytes))).toBe('sent')
    expect(registry.log.find('PUT')).toMatchObject([{ status: 201, headers: { 'content-length': '0' } }])
    expect(await isThere(empty.descriptor)).toBe(true)
  })

  test.each([
    ['MH-15 to a Location without a host', (url: URL) => url.pathname],
    ['MH-15 to a Location relative to the request', (url: URL) => url.pathname.replace(/.*\//, '')],
    ['to a Location that is a whole address', (url: URL) => url.href],
  ])('%s', async (_, rewrite) => {
    registry.always('POST', UPLOADS, withLocation(rewrite))
    await put()
    expect(await isThere()).toBe(true)
  })

  test('MH-16 to a Location whose query is kept as it was written', async () => {
    const query = '_state=a%20b%2Bc~d==&flag&sig=x%3D%3D'
    registry.always(
      'POST',
      UPLOADS,
      withLocation((url) => `${url.pathname}?${query}`),
    )
    await put()
    const digest = encodeURIComponent(blob.descriptor.digest)
    expect(registry.log.find('PUT')[0]?.path.split('?')[1]).toBe(`${query}&digest=${digest}`)
  })

  test('MH-17 to another host without the credentials of this one', async () => {
    const storage = await startScriptedRegistry()
    const credentials = credentialsFor({ [registry.host]: { kind: 'basic', username: 'u', password: 'p' } })
    const known = openRegistries({ mirrorCredentials: credentials })
    registry.guard(basicGuard('u', 'p'))
    registry.always(
      'POST',
      UPLOADS,
      withLocation(() => `${storage.origin}/v2/app/blobs/uploads/elsewhere`),
    )
    storage.on('PUT', UPLOADS, answer(201))
    const repository = await openMirror(known, registry)
    expect(await repository.putBlob(blob.descriptor, stream)).toBe('sent')
    expect(storage.log.requests).toMatchObject([{ method: 'PUT', received: SIZE }])
    expect(storage.log.requests[0]?.headers).not.toHaveProperty('authorization')
    await known.close()
    await storage.close()
  })

  test('MH-20 with fresh bytes where the commit is redirected', async () => {
    const storage = await startScriptedRegistry()
    registry.on('PUT', UPLOADS, redirectTo(`${storage.origin}/put?sig=1`))
    storage.on('PUT', /put/, answer(201))
    expect(await put()).toBe('sent')
    expect(opened).toBe(2)
    expect(storage.log.requests).toMatchObject([{ path: expect.stringContaining('/put?sig=1'), received: SIZE }])
    await storage.close()
  })

  test.each([201, 204])('MH-41 where the commit is answered with %i', async (status) => {
    registry.on('PUT', UPLOADS, withStatus(status))
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['POST 202', `PUT ${status}`])
  })

  test('MH-37 though the commit takes longer than a link may be silent', async () => {
    const gate = new Promise((resolve) => setTimeout(resolve, 600))
    registry.on('PUT', UPLOADS, answerAfter(gate))
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['POST 202', 'PUT 201'])
  })
})

describe('a blob of another repository', () => {
  const mounted = 'POST /v2/app/blobs/uploads/?'

  beforeEach(() =>
    registry.store
      .repository('base')
      .putBlob(blob.descriptor, stream)
      .then(() => (opened = 0)),
  )

  test('MH-11 is linked, and its bytes are not asked for', async () => {
    expect(await put('base')).toBe('mounted')
    const query = new URLSearchParams({ mount: blob.descriptor.digest, from: 'base' })
    expect(registry.log.lines()).toEqual([`${mounted}${query.toString()}`])
    expect(opened).toBe(0)
  })

  test('MH-12 is sent to the session that the mount opened', async () => {
    registry.on('POST', /mount=/, ignoreQuery)
    expect(await put('base')).toBe('sent')
    expect(steps()).toEqual(['POST 202', 'PUT 201'])
  })

  test.each([401, 403, 404, 405])('MH-13 is sent plainly, once, where a mount is answered with %i', async (status) => {
    keepBlobsApart()
    registry.always('POST', /mount=/, answer(status))
    expect(await put('base')).toBe('sent')
    expect(registry.log.count('POST', /mount=/)).toBe(1)
    expect(registry.log.count('PUT')).toBe(1)
  })

  test('is sent plainly where the token service does not give the right to read it there', async () => {
    keepBlobsApart()
    const service = await startTokenService({
      now: () => Date.now(),
      users: { robot: 'secret' },
      forbidden: /base:pull/,
    })
    try {
      registry.guard(service.guard)
      const robot = credentialsFor({ [registry.host]: { kind: 'basic', username: 'robot', password: 'secret' } })
      const own = openRegistries({ mirrorCredentials: robot })
      const repository = await openMirror(own, registry)
      expect(await repository.putBlob(blob.descriptor, stream, { mountFrom: ['base'] })).toBe('sent')
      await own.close()
    } finally {
      await service.close()
    }
  })

  test('MH-14 is never asked for under the name of another registry', async () => {
    await put()
    expect(registry.log.find('POST').map(({ path }) => path)).toEqual([expect.stringMatching(/&from=app$/)])
  })
})

/** The embedded registry has its blobs in common; this makes it one whose repositories are apart. */
function keepBlobsApart(): void {
  registry.always('HEAD', /\/app\/blobs\//, refuse(404, 'BLOB_UNKNOWN'))
}

describe('whether a blob is there', () => {
  const large = makeBlob('large', 1024 ** 2 + 1)
  const putLarge = () => app.putBlob(large.descriptor, () => streamOf(large.bytes))

  test('MH-10 is asked by one POST, a link from where it may be to where it shall be', async () => {
    await storeOf().putBlob(blob.descriptor, stream)
    opened = 0
    expect(await put()).toBe('present')
    const query = new URLSearchParams({ mount: blob.descriptor.digest, from: 'app' })
    expect(registry.log.lines()).toEqual([`POST /v2/app/blobs/uploads/?${query.toString()}`])
    expect(opened).toBe(0)
  })

  test('MH-12 costs nothing where it is not: the same POST has opened its upload', async () => {
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['POST 202', 'PUT 201'])
    expect(registry.log.find('POST', /mount=/)).toHaveLength(1)
  })

  test.each([400, 401, 403, 404, 405])(
    'MH-13 is asked by HEAD once such a link was answered with %i',
    async (status) => {
      registry.always('POST', /mount=/, answer(status))
      expect(await put()).toBe('sent')
      expect(stepsAtBlobs()).toEqual([`POST ${status}`, 'HEAD 404', 'POST 202', 'PUT 201'])
      registry.log.clear()
      expect(await put()).toBe('present')
      expect(steps()).toEqual(['HEAD 200'])
    },
  )

  test('MH-10 is asked by HEAD where it is large and the registry may be one that never links', async () => {
    registry.always('POST', /mount=/, ignoreQuery)
    await storeOf().putBlob(large.descriptor, () => streamOf(large.bytes))
    expect(await putLarge()).toBe('present')
    expect(steps()).toEqual(['HEAD 200'])
  })

  test('is asked by POST of a large one, too, once the registry has linked', async () => {
    await storeOf().putBlob(blob.descriptor, stream)
    await put()
    registry.log.clear()
    expect(await putLarge()).toBe('sent')
    expect(steps()).toEqual(['POST 202', 'PUT 201'])
  })

  test('is not asked again of one that was not there a moment ago', async () => {
    await app.hasBlob(blob.descriptor)
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['HEAD 404', 'POST 202', 'PUT 201'])
    expect(registry.log.count('POST', /mount=/)).toBe(0)
  })

  test('is not believed of a link any more once a manifest was incomplete', async () => {
    const [manifest] = makeImage({ single: true }).manifests
    if (manifest === undefined) throw new Error('no manifest')
    registry.on('POST', /mount=/, answer(201))
    expect(await put()).toBe('present')
    await expect(app.putManifest(manifest)).rejects.toMatchObject({ code: 'manifest-incomplete' })
    registry.log.clear()
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['HEAD 404', 'POST 202', 'PUT 201'])
  })

  test('needs no right beside that to write', async () => {
    const service = await startTokenService({ now: () => Date.now(), users: { robot: 'secret' } })
    const robot = credentialsFor({ [registry.host]: { kind: 'basic', username: 'robot', password: 'secret' } })
    const own = openRegistries({ mirrorCredentials: robot })
    registry.guard(service.guard)
    await (await openMirror(own, registry)).putBlob(blob.descriptor, stream)
    expect(service.requests.map(({ scopes }) => scopes)).toEqual([['repository:app:push,pull']])
    await own.close()
    await service.close()
  })
})

describe('bytes that have to be brought near first', () => {
  test('are so between the question and the upload', async () => {
    const seen: string[][] = []
    const prepare = () => Promise.resolve(void seen.push(steps()))
    expect(await app.putBlob(blob.descriptor, stream, { prepare })).toBe('sent')
    expect(seen).toEqual([['POST 202']])
  })

  test('are left where they are if they are not needed', async () => {
    await registry.store.repository('app').putBlob(blob.descriptor, stream)
    let prepared = 0
    const prepare = () => Promise.resolve(void (prepared += 1))
    expect(await app.putBlob(blob.descriptor, stream, { prepare })).toBe('present')
    expect(prepared).toBe(0)
  })

  test('MH-48 and cannot be, give the upload back', async () => {
    const failure = new Failure('blob-unknown', { where: 'source', digest: blob.descriptor.digest })
    const prepare = () => Promise.reject(failure)
    await expect(app.putBlob(blob.descriptor, stream, { prepare })).rejects.toBe(failure)
    expect(steps()).toEqual(['POST 202', 'DELETE 204'])
  })
})

describe('a commit whose outcome is not known', () => {
  test('MH-38 is a success where the blob is there', async () => {
    registry.on('PUT', UPLOADS, loseAnswer)
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['POST 202', 'PUT 0', 'HEAD 200'])
    expect(opened).toBe(1)
  })

  test('MH-39 is repeated in a new session where the blob is not there', async () => {
    registry.on('PUT', UPLOADS, refuse(404, 'BLOB_UPLOAD_UNKNOWN'))
    expect(await put()).toBe('sent')
    expect(steps()).toEqual(['POST 202', 'PUT 404', 'HEAD 404', 'POST 202', 'PUT 201'])
    expect(opened).toBe(2)
  })

  test('MH-40 is a success where 400 was said and the blob is there', async () => {
    registry.on('PUT', UPLOADS, async (call) => {
      await call.forward()
      return refuse(400, 'BLOB_UPLOAD_INVALID', 'cannot be updated')(call)
    })
    expect(await put()).toBe('sent')
    expect(registry.log.count('POST')).toBe(1)
  })

  test.each([
    ['is reset', reset],
    ['MH-53 is answered with 500', refuse(500, 'UNKNOWN')],
    ['MH-53 is answered with 502', answer(502, {}, '<html>')],
    ['MH-53 is answered with 503', answer(503)],
    ['MH-45 is answered with 416', answer(416)],
    ['is answered with 409', answer(409)],
    ['MH-30 is refused for its digest, once', refuse(400, 'DIGEST_INVALID')],
    ['is answered before it was read', answerEarly(500)],
  ])('and that %s is repeated with fresh bytes', async (_, fault) => {
    registry.on('PUT', UPLOADS, fault)
    expect(await put()).toBe('sent')
    expect(opened).toBe(2)
    expect(await isThere()).toBe(true)
  })

  test('MH-34 is repeated where the mirror stopped reading', async () => {
    const large = makeBlob('large', 8_000_000)
    registry.on('PUT', UPLOADS, silence)
    expect(await app.putBlob(large.descriptor, () => streamOf(large.bytes))).toBe('sent')
    expect(registry.log.count('PUT')).toBe(2)
    expect(await isThere(large.descriptor)).toBe(true)
  })

  test('MH-48 is given up after some tries, and the session given back', async () => {
    registry.always('PUT', UPLOADS, refuse(500, 'UNKNOWN', 'no luck'))
    await expect(put()).rejects.toMatchObject({
      code: 'registry-error',
      facts: { status: 500, detail: 'UNKNOWN: no luck' },
    })
    expect(registry.log.count('PUT')).toBe(4)
    expect(steps().at(-1)).toBe('DELETE 204')
  })

  test('MH-48 gives every session back that it leaves, but for those that are gone', async () => {
    registry.on('PUT', UPLOADS, reset, refuse(404, 'BLOB_UPLOAD_UNKNOWN'))
    expect(await put()).toBe('sent')
    const deleted = registry.log.find('DELETE').map(({ path }) => path)
    expect(deleted).toEqual([registry.log.find('PUT')[0]?.path.replace(/\?.*/, '')])
  })

  test('MH-30 is not repeated for ever where the registry says that it got other bytes', async () => {
    registry.always('PUT', UPLOADS, refuse(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content'))
    await expect(put()).rejects.toMatchObject({
      code: 'digest-refused',
      facts: { host: registry.host, digest: blob.descriptor.digest, detail: expect.stringContaining('did not match') },
    })
    expect(registry.log.count('PUT')).toBe(2)
    expect(steps().at(-1)).toBe('DELETE 204')
  })

  test('MH-48 fails for its own reason, whatever the DELETE answers', async () => {
    registry.always('PUT', UPLOADS, refuse(403, 'DENIED', 'read only'))
    registry.always('DELETE', UPLOADS, reset)
    await expect(put()).rejects.toMatchObject({ code: 'push-denied', facts: { detail: 'DENIED: read only' } })
  })
})

describe('a registry that limits', () => {
  test.each<[string, Record<string, string>, number]>([
    ['MH-49 for some seconds is waited for', { 'retry-after': '7' }, 7000],
    ['MH-50 without saying for how long is left alone for a while', {}, 500],
  ])('%s', async (_, headers, pause) => {
    registry.on('PUT', UPLOADS, answer(429, headers))
    expect(await put()).toBe('sent')
    expect(client.clock.slept.filter((slept) => slept > 0)).toEqual([pause])
  })

  test('MH-51 for too long is not waited for', async () => {
    registry.always('PUT', UPLOADS, answer(429, { 'retry-after': '3600' }))
    await expect(put()).rejects.toMatchObject({ code: 'registry-throttled', facts: { seconds: 3600 } })
    expect(registry.log.count('PUT')).toBe(1)
    expect(client.clock.slept).toEqual([])
  })
})

describe('a registry that refuses', () => {
  test.each<[string, Parameters<ScriptedRegistry['on']>[2], string]>([
    ['MH-54 with 403 is not asked again', refuse(403, 'DENIED', 'not yours'), 'push-denied'],
    [
      'a repository that must be made first is named',
      refuse(404, 'NAME_UNKNOWN', 'no such repository'),
      'repository-missing',
    ],
    ['MH-54 with 400 is not asked again', refuse(400, 'NAME_INVALID', 'bad'), 'registry-error'],
    ['an upload without a Location is an error', withHeaders({ location: undefined }), 'registry-error'],
    ['a Location that is none is an error', withHeaders({ location: 'http://' }), 'registry-untrusted'],
  ])('%s', async (_, fault, code) => {
    registry.always('POST', UPLOADS, fault)
    await expect(put()).rejects.toMatchObject({ code })
    expect(registry.log.count('POST', /uploads\/$/)).toBeLessThanOrEqual(1)
    expect(registry.log.count('POST', /mount=/)).toBe(1)
    expect(opened).toBe(0)
  })

  test('MH-60 a connection that was reset when the upload was opened is tried again, but not for ever', async () => {
    registry.on('POST', UPLOADS, reset, reset, reset)
    expect(await put()).toBe('sent')
    expect(registry.log.count('POST')).toBe(4)
    registry.heal()
    registry.always('POST', UPLOADS, reset)
    await expect(put()).rejects.toMatchObject({ code: 'registry-unreachable' })
    expect(registry.log.count('POST')).toBe(8)
  })
})

describe("a source's failure", () => {
  test.each([
    new Failure('digest-mismatch', { where: 's', expected: 'a', actual: 'b' }),
    new Failure('registry-unreachable', { host: 's', reason: 'reset', detail: '' }),
    new Failure('registry-stalled', { host: 's', seconds: 60 }),
    new Failure('registry-error', { host: 's', status: 500, detail: '' }),
  ])('is final here, and nothing is published: $code', async (failure) => {
    const broken = async function* (): ByteStream {
      opened += 1
      yield blob.bytes.subarray(0, 100_000)
      throw failure
    }
    await expect(app.putBlob(blob.descriptor, broken)).rejects.toBe(failure)
    expect(opened).toBe(1)
    expect(await isThere()).toBe(false)
    expect(registry.log.count('DELETE', UPLOADS)).toBe(1)
  })
})

describe('a run that is cancelled', () => {
  let controller: AbortController
  let cancellable: TestClient

  beforeEach(async () => {
    controller = new AbortController()
    cancellable = openRegistries({ signal: controller.signal })
    app = await openMirror(cancellable, registry)
  })
  afterEach(() => cancellable.close())

  test.each(['PUT', 'PATCH'])(
    'MH-59 MH-48 stops sending in the middle of a %s, and gives the session back',
    async (method) => {
      if (method === 'PATCH') registry.on('PUT', UPLOADS, answerEarly(413))
      registry.on(method, UPLOADS, (call) => {
        controller.abort()
        return call.forward()
      })
      const hesitant = async function* (): ByteStream {
        yield blob.bytes.subarray(0, 1000)
        await new Promise((resolve) => controller.signal.addEventListener('abort', resolve))
        yield blob.bytes.subarray(1000)
      }
      await expect(app.putBlob(blob.descriptor, hesitant)).rejects.toMatchObject({ code: 'cancelled' })
      expect(await isThere()).toBe(false)
      const session = registry.log.find(method).at(-1)?.path.replace(/\?.*/, '')
      expect(registry.log.requests.at(-1)).toMatchObject({ method: 'DELETE', path: session })
    },
  )
})
