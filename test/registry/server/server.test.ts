import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { RegistryServerOptions } from '../../../src/registry/server/server.ts'
import { makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
let registry: TestRegistry
const blob = makeBlob('blob', 1_000_000)
const { digest } = blob.descriptor

const start = async (options?: RegistryServerOptions): Promise<void> => {
  registry = await startRegistry(directory.path, options)
}
beforeEach(async () => {
  directory = await temporaryDirectory()
  await start()
})
afterEach(async () => {
  await registry.close()
  await directory.remove()
})

const url = (path: string): string => `http://${registry.host}${path}`
const open = async (): Promise<string> =>
  (await fetch(url('/v2/r/blobs/uploads/'), { method: 'POST' })).headers.get('location') ?? ''
const unfinished = (): Promise<string[]> => readdir(join(directory.path, '.ingest'))

/** Looks again until it is so; the test's own time limit ends it. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

/** Sends the first half of a blob, waits until it is there, and hangs up. */
async function sendHalf(path: string, method: string, isThere: () => Promise<boolean>): Promise<void> {
  const sending = request(url(path), { method, headers: { 'content-length': blob.bytes.byteLength } })
  sending.on('error', () => {})
  sending.write(blob.bytes.subarray(0, 500_000))
  await until(isThere)
  sending.destroy()
}

async function statusOf(path: string): Promise<string | null> {
  return (await fetch(url(path))).headers.get('range')
}

async function isBusy(path: string): Promise<boolean> {
  const headers = { 'content-range': '999-999' }
  return (await fetch(url(path), { method: 'PATCH', headers, body: 'x' })).status === 409
}

describe('an upload that breaks off', () => {
  test('can be gone on with from where it stands', async () => {
    const path = await open()
    await sendHalf(path, 'PATCH', async () => (await statusOf(path)) === '0-499999')
    await until(() => registry.requests.some(({ status }) => status === 499))
    const headers = { 'content-range': '500000-999999' }
    const rest = await fetch(url(path), { method: 'PATCH', headers, body: blob.bytes.subarray(500_000) })
    expect(rest.status).toBe(202)
    expect((await fetch(url(`${path}?digest=${digest}`), { method: 'PUT' })).status).toBe(201)
    expect(registry.errors).toEqual([])
  })

  test('leaves nothing where it was one POST', async () => {
    await registry.store.prepare()
    await sendHalf(`/v2/r/blobs/uploads/?digest=${digest}`, 'POST', async () => (await unfinished()).length === 1)
    await until(async () => (await unfinished()).length === 0)
    expect(await registry.store.blobs.size(digest)).toBeUndefined()
  })

  test('is forgotten when nobody comes back for it', async () => {
    await registry.close()
    await start({ uploads: { open: 10, idle: 1 } })
    const path = await open()
    await until(async () => (await unfinished()).length === 0)
    expect((await fetch(url(path))).status).toBe(404)
  })

  test('is not taken for forgotten while its bytes come in one POST', async () => {
    await registry.close()
    await start({ uploads: { open: 10, idle: 1 } })
    await registry.store.prepare()
    const headers = { 'content-length': blob.bytes.byteLength }
    const sending = request(url(`/v2/r/blobs/uploads/?digest=${digest}`), { method: 'POST', headers })
    sending.write(blob.bytes.subarray(0, 500_000))
    await until(async () => (await unfinished()).length === 1)
    // One that was opened later is forgotten by then.
    const later = await open()
    await until(async () => (await statusOf(later)) === null)
    sending.end(blob.bytes.subarray(500_000))
    const [response] = await once(sending, 'response')
    expect(response.statusCode).toBe(201)
    expect(registry.errors).toEqual([])
  })

  test('is thrown away with the end of the server', async () => {
    await open()
    expect(await unfinished()).toHaveLength(1)
    await registry.close()
    expect(await unfinished()).toEqual([])
  })

  test('is thrown away when it is given up, though its end has not been noticed yet', async () => {
    const path = await open()
    const first = request(url(path), { method: 'PATCH' })
    first.on('error', () => {})
    first.write('x')
    await until(async () => (await statusOf(path)) === '0-0' && (await isBusy(path)))
    expect((await fetch(url(path), { method: 'DELETE' })).status).toBe(204)
    expect(await unfinished()).toHaveLength(1)
    first.destroy()
    await until(async () => (await unfinished()).length === 0)
    expect((await fetch(url(path))).status).toBe(404)
  })

  test('is not worked on by two at once', async () => {
    const path = await open()
    const first = request(url(path), { method: 'PATCH' })
    first.write('x')
    await until(async () => (await statusOf(path)) === '0-0' && (await isBusy(path)))
    first.end()
    await once(first, 'response')
  })
})

describe('a server', () => {
  test('ends connections that are kept alive', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const asked = request(url('/v2/'), { agent })
    asked.end()
    const [answer] = await once(asked, 'response')
    answer.resume()
    await once(answer, 'end')
    const ended = once(asked.socket ?? agent, 'close')
    await registry.close()
    await ended
    agent.destroy()
  })

  test('ends a download that is under way, and can be closed twice', async () => {
    const large = makeBlob('large', 20_000_000)
    await registry.store.repository('r').putBlob(large.descriptor, () => streamOf(large.bytes))
    const asked = request(url(`/v2/r/blobs/${large.descriptor.digest}`))
    asked.on('error', () => {})
    asked.end()
    const [answer] = await once(asked, 'response')
    const cut = once(answer, 'error')
    answer.once('data', () => void registry.close())
    await cut
    await registry.close()
    expect(registry.errors).toEqual([])
  })

  test('tells of every request, with the bytes of both bodies', async () => {
    await putImage(registry.store.repository('r'), makeImage({ single: true }), 'v1')
    await fetch(url(`/v2/r/blobs/uploads/?digest=${digest}`), { method: 'POST', body: blob.bytes })
    await (await fetch(url(`/v2/r/blobs/${digest}`))).arrayBuffer()
    await fetch(url('/v2/r/manifests/v1?x=1'), { method: 'HEAD' })
    expect(registry.requests).toEqual([
      { method: 'POST', path: `/v2/r/blobs/uploads/?digest=${digest}`, status: 201, received: 1_000_000, sent: 0 },
      { method: 'GET', path: `/v2/r/blobs/${digest}`, status: 200, received: 0, sent: 1_000_000 },
      { method: 'HEAD', path: '/v2/r/manifests/v1?x=1', status: 200, received: 0, sent: 0 },
    ])
  })

  test('answers what goes wrong inside with a code, and keeps the reason for the log', async () => {
    await putImage(registry.store.repository('r'), makeImage({ single: true }), 'v1')
    await writeFile(join(directory.path, 'index.json'), 'nonsense')
    const answer = await fetch(url('/v2/r/manifests/v1'))
    expect(answer.status).toBe(500)
    expect(await answer.json()).toEqual({ errors: [{ code: 'UNKNOWN', message: 'internal error', detail: null }] })
    expect(registry.errors).toMatchObject([{ code: 'layout-invalid' }])
  })

  test('survives what is not HTTP', async () => {
    const [, port] = registry.host.split(':')
    const socket = connect(Number(port), '127.0.0.1')
    socket.end('nonsense\r\n\r\n')
    await once(socket.resume(), 'close')
    expect((await fetch(url('/v2/'))).status).toBe(200)
  })

  test('takes several uploads of one blob at once', async () => {
    const path = `/v2/r/blobs/uploads/?digest=${digest}`
    const pushes = Array.from({ length: 6 }, () => fetch(url(path), { method: 'POST', body: blob.bytes }))
    const answers = await Promise.all(pushes)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 201))
    expect(await unfinished()).toEqual([])
  })
})
