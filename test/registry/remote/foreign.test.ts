import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../../src/failure/failure.ts'
import { failureText } from '../../../src/failure/texts.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import type { Descriptor } from '../../../src/oci/manifest.ts'
import type { RegistriesOptions } from '../../../src/registry/registries.ts'
import { isPublicAddress } from '../../../src/registry/remote/trust.ts'
import type { Fault } from '../../support/faulty-registry/call.ts'
import {
  answer,
  corruptAt,
  cutAfter,
  endAfter,
  overrun,
  redirectTo,
  refuse,
  reset,
} from '../../support/faulty-registry/faults.ts'
import { basicGuard } from '../../support/faulty-registry/token-service.ts'
import { bytesOf, makeBlob, streamOf } from '../../support/images.ts'
import { lookupOf } from '../../support/names.ts'
import {
  credentialsFor,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type ScriptedRegistry,
} from '../../support/registries.ts'

const FOREIGN = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'
const layer = makeBlob('layer', 300_000)
const { digest } = layer.descriptor
const LAYER = /^\/layer/
const secret = { kind: 'basic', username: 'user', password: 'secret' } as const

let registry: ScriptedRegistry
let publisher: ScriptedRegistry
let second: ScriptedRegistry
const open: { close(): Promise<void> }[] = []

beforeEach(async () => {
  ;[registry, publisher, second] = await Promise.all([
    startScriptedRegistry(),
    startScriptedRegistry(),
    startScriptedRegistry(),
  ])
  open.push(registry, publisher, second)
  for (const host of [publisher, second]) {
    await putLayer(host)
    host.always('GET', LAYER, serveLayer)
  }
})
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const port = () => new URL(publisher.origin).port
const credentials = () => credentialsFor({ [registry.host]: secret, [publisher.host]: secret })

/** A publisher's files stand at any path. */
const serveLayer: Fault = (call) => call.forward({ path: `/v2/app/blobs/${digest}` })

/** A fault of the publisher on the layer's way. */
const spoilt =
  (fault: Fault): Fault =>
  (call) =>
    fault({ ...call, forward: () => call.forward({ path: `/v2/app/blobs/${digest}` }) })

async function putLayer(host: ScriptedRegistry): Promise<void> {
  await host.store.repository('app').putBlob(layer.descriptor, () => streamOf(layer.bytes))
}

/** A layer that is served where these say, the first publisher unless told. */
function foreign(...urls: string[]): Descriptor {
  return { ...layer.descriptor, mediaType: FOREIGN, urls: urls.length > 0 ? urls : [`${publisher.origin}/layer`] }
}

/** The digest of what is read. */
async function read(blob: Descriptor, options: Partial<RegistriesOptions> = {}): Promise<string> {
  const client = openRegistries({ insecure: [publisher.host, second.host], ...options })
  open.push(client)
  return digestOf(await bytesOf((await openSource(client, registry)).blob(blob)))
}

async function failureToRead(...given: Parameters<typeof read>): Promise<Failure> {
  return Failure.from(await read(...given).catch((error: unknown) => error))
}

describe('MH-87 a layer that may stay with its publisher', () => {
  test('is read from the registry where that has it', async () => {
    await putLayer(registry)
    expect(await read(foreign())).toBe(digest)
    expect(publisher.log.requests).toEqual([])
  })

  test('is else read from its publisher', async () => {
    expect(await read(foreign())).toBe(digest)
    expect(publisher.log.lines()).toEqual(['GET /layer'])
  })

  test('is resumed by Range', async () => {
    publisher.on('GET', LAYER, spoilt(cutAfter(100_000)))
    expect(await read(foreign())).toBe(digest)
    expect(publisher.log.find('GET').map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100000-'])
  })

  test('is read over a redirect', async () => {
    publisher.on('GET', LAYER, redirectTo(`${second.origin}/layer`))
    expect(await read(foreign())).toBe(digest)
  })

  test.each<[string, Fault]>([
    ['does not have it', answer(404)],
    ['wants a login', answer(401, { 'www-authenticate': 'Basic realm="x"' })],
    ['is forbidden', refuse(403, 'DENIED')],
    ['is out of order', answer(503)],
    ['breaks', reset],
    ['redirects in a circle', (call) => redirectTo(`${call.origin}/layer`)(call)],
    ['has another file', answer(200, {}, 'another')],
    ['has less', spoilt(endAfter(1000))],
    ['has more', spoilt(overrun(Buffer.from('x')))],
    [
      'breaks in the middle for good',
      (call) => (call.seen.headers.range === undefined ? spoilt(cutAfter(100_000)) : reset)(call),
    ],
  ])('is read from the next place where one %s', async (_, fault) => {
    publisher.heal()
    publisher.always('GET', LAYER, fault)
    expect(await read(foreign(`${publisher.origin}/layer`, `${second.origin}/layer`))).toBe(digest)
  })

  test.each(['ftp://127.0.0.1/layer', 'file:///etc/passwd', 'data:,x', 'javascript:1', '/layer', '', '://'])(
    'is not looked for at %p',
    async (url) => {
      expect(await read(foreign(url, `${publisher.origin}/layer`))).toBe(digest)
      expect(await failureToRead(foreign(url))).toMatchObject({ code: 'blob-unknown', facts: { digest } })
    },
  )

  test.each([
    ['is cancelled', new Failure('cancelled', {})],
    ['has come to its deadline', new Failure('deadline-reached', { milliseconds: 1000 })],
  ])('is no fault of its publisher where the run %s', async (_, reason) => {
    const run = new AbortController()
    publisher.on('GET', LAYER, () => {
      run.abort(reason)
      return undefined
    })
    expect(await failureToRead(foreign(), { signal: run.signal })).toBe(reason)
  })

  test('of wrong bytes is refused', async () => {
    publisher.heal()
    publisher.always('GET', LAYER, spoilt(corruptAt(1000)))
    expect(await failureToRead(foreign())).toMatchObject({
      code: 'foreign-layer-unavailable',
      facts: { digest, because: { code: 'digest-mismatch', facts: { where: publisher.host, expected: digest } } },
    })
  })

  test('is refused where wrong bytes of one place are continued by right ones of another', async () => {
    publisher.heal()
    publisher.always('GET', LAYER, () => ({ status: 200, headers: {}, body: streamOf(Buffer.alloc(200_000)) }))
    const failure = await failureToRead(foreign(`${publisher.origin}/layer`, `${second.origin}/layer`))
    expect(failure).toMatchObject({ code: 'digest-mismatch', facts: { expected: digest } })
  })

  test('is looked for at eight places at most', async () => {
    publisher.always('GET', /^\/none/, answer(404))
    const urls = Array.from({ length: 1000 }, (_, at) => `${publisher.origin}/none/${at}`)
    expect(await failureToRead(foreign(...urls))).toMatchObject({ code: 'foreign-layer-unavailable' })
    expect(publisher.log.count('GET', /none/)).toBe(8)
  })

  test.each(['en', 'zh-CN'] as const)(
    'that nobody gives is told by digest and host, without queries: %s',
    async (language) => {
      publisher.always('GET', /^\/none/, answer(404))
      const { sentence, next } = failureText(
        await failureToRead(foreign(`${publisher.origin}/none?sig=hidden`)),
        language,
      )
      expect(sentence).toContain(digest)
      expect(sentence).toContain(`${publisher.host} `)
      expect(sentence).toContain('404')
      expect(`${sentence}${next}`).not.toContain('hidden')
      expect(next).toContain('foreign-layers')
    },
  )
})

describe('MH-87 no credentials go to a publisher', () => {
  test('though there are some for its host, and some in its url', async () => {
    registry.guard(basicGuard(secret.username, secret.password))
    const urls = [`http://name:word@${publisher.host}/none`, `${publisher.origin}/layer`]
    publisher.on('GET', /^\/none/, answer(401, { 'www-authenticate': 'Basic realm="x"' }))
    expect(await read(foreign(...urls), { sourceCredentials: credentials() })).toBe(digest)
    expect(publisher.log.requests).toHaveLength(2)
    for (const { headers } of publisher.log.requests) expect(headers).not.toHaveProperty('authorization')
  })

  test('though it is the registry itself: a manifest must not use the rights of its reader', async () => {
    await registry.store.repository('private').putBlob(layer.descriptor, () => streamOf(layer.bytes))
    registry.guard(basicGuard(secret.username, secret.password))
    registry.always('GET', /v2\/app\//, answer(404))
    const blob = foreign(`${registry.origin}/v2/private/blobs/${digest}`)
    expect(await failureToRead(blob, { sourceCredentials: credentials() })).toMatchObject({
      code: 'foreign-layer-unavailable',
      facts: { because: { code: 'pull-denied' } },
    })
    for (const { headers } of registry.log.find('GET', /private/)) expect(headers).not.toHaveProperty('authorization')
  })
})

describe('MH-87 a layer does not lead inside', () => {
  const network = { lookup: lookupOf({ 'inside.test': ['127.0.0.1'] }), isPublic: isPublicAddress }

  test.each<[string, () => string]>([
    ['by address', () => publisher.host],
    ['by name', () => `inside.test:${port()}`],
    ['by decimal address', () => `2130706433:${port()}`],
    ['by IPv6', () => `[::ffff:127.0.0.1]:${port()}`],
    ['to the metadata service', () => '169.254.169.254'],
  ])('%s, though the registry is inside itself', async (_, host) => {
    const failure = await failureToRead(foreign(`http://${host()}/layer`), { insecure: [], network })
    expect(failure).toMatchObject({
      code: 'foreign-layer-unavailable',
      facts: { because: { code: 'registry-untrusted', facts: { reason: 'private-address' } } },
    })
    expect(failure.message).toContain('name it in endpoints or insecure-registries')
    expect(publisher.log.connectionsOpened()).toBe(0)
  })

  test('by a redirect', async () => {
    second.heal()
    second.always('GET', LAYER, redirectTo(`${publisher.origin}/layer`))
    const failure = await failureToRead(foreign(`${second.origin}/layer`), { insecure: [second.host], network })
    expect(failure).toMatchObject({
      facts: { because: { code: 'registry-untrusted', facts: { host: publisher.host } } },
    })
    expect(publisher.log.connectionsOpened()).toBe(0)
  })

  test('unless the operator has named that host', async () => {
    expect(await read(foreign(), { insecure: [publisher.host], network })).toBe(digest)
  })
})
