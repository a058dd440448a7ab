import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parseAddress } from '../../../src/oci/place.ts'
import type { RegistriesOptions } from '../../../src/registry/registries.ts'
import type { Network } from '../../../src/registry/remote/connectors.ts'
import { isPublicAddress } from '../../../src/registry/remote/trust.ts'
import { errorAnswer } from '../../support/faulty-registry/call.ts'
import { answerEarly, redirectTo, withLocation } from '../../support/faulty-registry/faults.ts'
import { bytesOf, makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import { lookupOf, type Names } from '../../support/names.ts'
import {
  credentialsFor,
  openMirror,
  openRegistries,
  openSource,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const image = makeImage({ single: true })
const { digest } = image.root.descriptor
const blob = makeBlob('blob', 1000)
/** Loopback as well, and the inside of the network in these tests, to which 127.0.0.1 is the internet. */
const INSIDE = '127.0.0.2'

let registry: ScriptedRegistry
let inside: Inside
const open: { close(): Promise<void> }[] = []

beforeEach(async () => {
  registry = await startScriptedRegistry()
  inside = await listenInside(Number(port()))
  open.push(registry, inside)
  await putImage(registry.store.repository('app'), image, 'v1')
  await registry.store.repository('app').putBlob(blob.descriptor, () => streamOf(blob.bytes))
})
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

interface Inside {
  readonly host: string
  /** How often somebody connected. */
  connections(): number
  /** What was asked of it: method, path, host. */
  requests(): readonly string[]
  /** What it answers from now on. */
  answer(text: string): void
  close(): Promise<void>
}

/** What must not be reached: it listens at the registry's port, at another address, and keeps connections open. */
async function listenInside(port: number): Promise<Inside> {
  const sockets = new Set<Socket>()
  const requests: string[] = []
  let answer = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const [, line = '', host = ''] = /^(\w+ \S+) [^]*?\r\nhost: (\S+)/i.exec(data.toString()) ?? []
      requests.push(`${line} ${host}`)
      socket.write(answer)
    })
  })
  server.listen(port, INSIDE)
  await once(server, 'listening')
  return {
    host: `${INSIDE}:${port}`,
    connections: () => sockets.size,
    requests: () => [...requests],
    answer(text) {
      answer = text
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}

const isPublic = (address: string): boolean => address === '127.0.0.1' || isPublicAddress(address)

/** A network to which 127.0.0.1 is the internet. */
function internetAtHome(names: Names = {}, asked?: string[]): Network {
  const here = { 'inside.test': [INSIDE], 'inside.test.': [INSIDE], localhost: [INSIDE, '::1'] }
  return { lookup: lookupOf({ ...here, ...names }, asked), isPublic }
}

function clientIn(network: Network, options: Partial<RegistriesOptions> = {}): TestClient {
  const client = openRegistries({ network, ...options })
  open.push(client)
  return client
}

const refused = (host: string) => ({
  code: 'registry-untrusted',
  facts: { host: registry.host, reason: 'private-address', leadsTo: new URL(`http://${host}`).host },
})

const port = (): string => new URL(registry.origin).port

async function readBlob(client: TestClient): Promise<Uint8Array> {
  return bytesOf((await openSource(client, registry)).blob(blob.descriptor))
}

describe('a registry of the internet does not lead inside', () => {
  const targets: [string, () => string][] = [
    ['by address', () => inside.host],
    ['by name', () => `inside.test:${port()}`],
    ['by name with a dot at its end', () => `inside.test.:${port()}`],
    ['by localhost', () => `localhost:${port()}`],
    ['by IPv4-mapped address', () => `[::ffff:127.0.0.2]:${port()}`],
    ['by hexadecimal address', () => `0x7f000002:${port()}`],
    ['by octal address', () => `0177.0.0.2:${port()}`],
    ['by decimal address', () => `2130706434:${port()}`],
    ['to IPv6 loopback', () => `[::1]:${port()}`],
    ['to the metadata service', () => '169.254.169.254'],
  ]

  test.each(targets)('MH-21 by redirect, %s', async (_, target) => {
    registry.always('GET', /blobs/, redirectTo(`http://${target()}/secret`))
    await expect(readBlob(clientIn(internetAtHome()))).rejects.toMatchObject(refused(target()))
    expect(inside.connections()).toBe(0)
    expect(registry.log.requests).toHaveLength(1)
  })

  test.each(targets)('MH-19 by the Location of an upload, %s', async (_, target) => {
    const lead = withLocation(() => `http://${target()}/latest/meta-data`)
    registry.always('POST', /uploads/, lead)
    const app = await openMirror(clientIn(internetAtHome()), registry)
    const other = makeBlob('other', 10)
    await expect(app.putBlob(other.descriptor, () => streamOf(other.bytes))).rejects.toMatchObject(refused(target()))
    expect(inside.connections()).toBe(0)
    expect(registry.log.requests).toHaveLength(1)
  })

  test.each(targets)('MH-76 by a realm, %s, and no password is sent', async (_, target) => {
    const challenge = { 'www-authenticate': `Bearer realm="http://${target()}/token"` }
    registry.guard(() => errorAnswer(401, 'UNAUTHORIZED', 'no', challenge))
    const sourceCredentials = credentialsFor({ [registry.host]: { kind: 'basic', username: 'u', password: 'p' } })
    const app = await openSource(clientIn(internetAtHome(), { sourceCredentials }), registry)
    await expect(app.head('v1')).rejects.toMatchObject(refused(target()))
    expect(inside.connections()).toBe(0)
    expect(registry.log.requests).toHaveLength(1)
  })

  test('MH-91 by the link of a list of tags', async () => {
    const link = `<http://${inside.host}/v2/app/tags/list>; rel="next"`
    registry.always('GET', /tags/, answerEarly(200, { link }, '{"tags":["v1"]}'))
    const app = await openSource(clientIn(internetAtHome()), registry)
    const list = async () => {
      for await (const tag of app.tags()) expect(tag).toBe('v1')
    }
    await expect(list()).rejects.toMatchObject({ code: 'registry-untrusted', facts: { reason: 'foreign-link' } })
    expect(inside.connections()).toBe(0)
  })

  test('over another host of the internet', async () => {
    const storage = await startScriptedRegistry()
    open.push(storage)
    registry.always('GET', /blobs/, redirectTo(storage.origin))
    storage.always('GET', /blobs/, redirectTo(`http://${inside.host}/secret`))
    await expect(readBlob(clientIn(internetAtHome()))).rejects.toMatchObject(refused(inside.host))
    expect(storage.log.requests).toHaveLength(1)
    expect(inside.connections()).toBe(0)
  })

  test('over a connection that a registry inside has open', async () => {
    const storage = `inside.test:${port()}`
    const client = clientIn(internetAtHome())
    const own = await client.open({ kind: 'registry', registry: inside.host, repository: 'app' }, 'source')
    inside.answer(`HTTP/1.1 307 Temporary Redirect\r\nLocation: http://${storage}/x\r\nContent-Length: 0\r\n\r\n`)
    await own.hasBlob(blob.descriptor).catch(() => undefined)
    const before = inside.requests()
    expect(before).toContain(`HEAD /x ${storage}`)
    registry.always('GET', /blobs/, redirectTo(`http://${storage}/secret`))
    await expect(readBlob(client)).rejects.toMatchObject(refused(storage))
    expect(inside.requests()).toEqual(before)
  })

  test('by a name that has been of the internet until now', async () => {
    const answers = [['127.0.0.1'], [INSIDE]]
    const client = clientIn(internetAtHome({ 'rebind.test': () => answers.shift() ?? [INSIDE] }))
    registry.always('GET', /blobs/, redirectTo(`http://rebind.test:${port()}/blob`))
    // It hangs up, so that the next request has to look the name up again.
    registry.always('GET', /^\/blob$/, answerEarly(200, {}, 'x'))
    await readBlob(client).catch(() => undefined)
    expect(registry.log.count('GET', /^\/blob$/)).toBe(1)
    await expect(readBlob(client)).rejects.toMatchObject(refused(`rebind.test:${port()}`))
    expect(registry.log.count('GET', /^\/blob$/)).toBe(1)
    expect(inside.connections()).toBe(0)
  })

  test('by one of several addresses of a name: the others are used', async () => {
    const names = { 'mixed.test': [INSIDE, '127.0.0.1', '::1'] }
    registry.on('GET', /blobs/, redirectTo(`http://mixed.test:${port()}`))
    expect(await readBlob(clientIn(internetAtHome(names)))).toEqual(blob.bytes)
    expect(inside.connections()).toBe(0)
  })
})

describe('a registry leads inside', () => {
  test.each<[string, () => Partial<RegistriesOptions>]>([
    ['an endpoint', () => ({ endpoints: { 'docker.io': `http://inside.test:${port()}` } })],
    ['a host without TLS', () => ({ insecure: [`inside.test:${port()}`] })],
    ['a mirror', () => ({ operatorRegistries: [registry.host, `inside.test:${port()}`] })],
  ])('to %s of the operator', async (_, options) => {
    registry.always('GET', /blobs/, redirectTo(`http://inside.test:${port()}/secret`))
    await readBlob(clientIn(internetAtHome(), options())).catch(() => undefined)
    expect(inside.connections()).toBeGreaterThan(0)
  })

  test('to a source of the operator', async () => {
    registry.always('GET', /blobs/, redirectTo(`http://${inside.host}/secret`))
    const client = clientIn(internetAtHome())
    await client.open({ kind: 'registry', registry: inside.host, repository: 'app' }, 'source')
    await readBlob(client).catch(() => undefined)
    expect(inside.connections()).toBeGreaterThan(0)
  })

  test.each([
    ['by its address', () => registry.host],
    ['by its name', () => `registry.test:${port()}`],
  ])('where it is there itself, %s', async (_, host) => {
    const network = { lookup: lookupOf({ 'registry.test': ['127.0.0.1'] }), isPublic: isPublicAddress }
    registry.always('GET', /blobs/, redirectTo(`http://${inside.host}/secret`))
    const client = clientIn(network, { insecure: [`registry.test:${port()}`] })
    const app = await client.open({ kind: 'registry', registry: host(), repository: 'app' }, 'source')
    await bytesOf(app.blob(blob.descriptor)).catch(() => undefined)
    expect(inside.connections()).toBeGreaterThan(0)
  })
})

describe('a registry that a stranger names', () => {
  const names = { 'evil.test': ['127.0.0.1'], localhost: ['127.0.0.1', '::1'] }
  const network = { lookup: lookupOf(names), isPublic: isPublicAddress }

  async function ask(host: string, options: Partial<RegistriesOptions> = {}) {
    const client = clientIn(network, { operatorRegistries: ['ghcr.io'], ...options })
    const { repository, key } = await client.locate(parseAddress(`${host}/app:v1`))
    return repository.head(key)
  }

  test.each([
    ['127.0.0.1'],
    ['127.1'],
    ['0x7f.1'],
    ['0177.0.0.1'],
    ['2130706433'],
    ['0.0.0.0'],
    ['localhost'],
    ['LOCALHOST'],
    ['evil.test'],
    ['[::1]'],
    ['[::]'],
    ['[::ffff:7f00:1]'],
    ['[64:ff9b::7f00:1]'],
  ])('is not contacted inside: %s', async (host) => {
    const failing = ask(`${host}:${port()}`)
    await expect(failing).rejects.toMatchObject({ code: 'registry-untrusted', facts: { reason: 'private-address' } })
    expect(registry.log.connectionsOpened()).toBe(0)
  })

  test.each(['169.254.169.254', '127.0.0.1:22', '10.0.0.1', '192.168.1.1:8080', '[fd00:ec2::254]', '[fe80::1]'])(
    'is refused by its name alone: %s',
    async (host) => {
      await expect(ask(host)).rejects.toMatchObject({ code: 'registry-untrusted', facts: { host } })
    },
  )

  test('does not become trusted by a mirror that was opened at another port', async () => {
    const client = clientIn(network, { operatorRegistries: [inside.host, '127.0.0.1:1'] })
    await client.open({ kind: 'registry', registry: '127.0.0.1:1', repository: 'app' }, 'mirror')
    const { repository } = await client.locate(parseAddress(`${registry.host}/app:v1`))
    await expect(repository.head('v1')).rejects.toMatchObject({ code: 'registry-untrusted' })
  })

  test.each<[string, () => Partial<RegistriesOptions>]>([
    ['by an endpoint', () => ({ endpoints: { [`evil.test:${port()}`]: registry.host } })],
    ['as a host without TLS', () => ({ insecure: [`evil.test:${port()}`] })],
  ])('is contacted where the operator has named it %s', async (_, options) => {
    expect(await ask(`evil.test:${port()}`, options())).toMatchObject({ digest })
  })

  test('is contacted where the operator has a mirror there', async () => {
    expect(await ask(registry.host, { operatorRegistries: [registry.host] })).toMatchObject({ digest })
  })
})

test('a name is looked up once for each connection, and not for each request', async () => {
  const asked: string[] = []
  const host = `registry.test:${port()}`
  const client = clientIn(internetAtHome({ 'registry.test': ['127.0.0.1'] }, asked), { insecure: [host] })
  const app = await client.open({ kind: 'registry', registry: host, repository: 'app' }, 'source')
  for (let round = 0; round < 5; round += 1) await app.head('v1')
  expect(registry.log.requests).toHaveLength(5)
  expect(registry.log.connectionsOpened()).toBeLessThan(5)
  expect(asked).toHaveLength(registry.log.connectionsOpened())
})
