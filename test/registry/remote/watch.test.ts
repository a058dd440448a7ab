import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Exchange } from '../../../src/registry/remote/exchange.ts'
import { createHttpClient, type HttpClient } from '../../../src/registry/remote/http-client.ts'
import { withWatch } from '../../../src/registry/remote/watch.ts'
import type { Fault } from '../../support/faulty-registry/call.ts'
import { answer, answerUnfinished, repeatRaw, silence } from '../../support/faulty-registry/faults.ts'
import { bytesOf, makeImage, putImage, streamOf } from '../../support/images.ts'
import { openRegistries, openSource, startScriptedRegistry, type ScriptedRegistry } from '../../support/registries.ts'

const PATIENCE = 150

let registry: ScriptedRegistry
let client: HttpClient
let exchange: Exchange

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = createHttpClient({ userAgent: 'transship/test', connections: 3, isNamed: () => true })
  exchange = withWatch(client.exchange, { patience: PATIENCE })
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const urlOf = (path: string): URL => new URL(path, registry.origin)
const STATUS_LINE = 'HTTP/1.1 200 OK\r\n'

describe('an answer that does not begin in time is given up', () => {
  test.each<[string, Fault]>([
    ['because nothing comes', silence],
    ['though the host says again and again that it is at work', repeatRaw('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['though its headers go on and on, slowly', repeatRaw(STATUS_LINE, 'a')],
  ])('%s', async (_, fault) => {
    registry.always('*', /^/, fault)
    const body = { size: 3, open: () => streamOf(Buffer.from('abc')) }
    for (const request of [{ method: 'GET' }, { method: 'PUT', body }] as const) {
      const failing = exchange({ ...request, url: urlOf('/x'), answerWithin: 100 })
      await expect(failing).rejects.toMatchObject({
        code: 'registry-unreachable',
        facts: { host: registry.host, reason: 'timeout' },
      })
    }
  })

  test('and one whose headers have no end is not read to it', async () => {
    registry.always('GET', /^/, repeatRaw(STATUS_LINE, `x: ${'y'.repeat(4000)}\r\n`))
    const failing = exchange({ method: 'GET', url: urlOf('/x') })
    await expect(failing).rejects.toMatchObject({ facts: { reason: 'protocol', detail: 'UND_ERR_HEADERS_OVERFLOW' } })
  })

  test('but the time counts only from when the body has been sent', async () => {
    registry.always('PUT', /^/, answer(201))
    const body = { size: 4, open: slow }
    const response = await exchange({ method: 'PUT', url: urlOf('/x'), body, answerWithin: 100 })
    expect(response.status).toBe(201)
    await response.discard()
  })

  test('and no longer than until it begins', async () => {
    registry.always('GET', /^/, answer(200, {}, 'x'.repeat(100)))
    const response = await exchange({ method: 'GET', url: urlOf('/x'), answerWithin: 50 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await bytesOf(response.body)).toHaveLength(100)
  })
})

describe('an answer that has begun', () => {
  test.each<[string, Fault]>([
    ['that does not go on is a stall', answerUnfinished(200)],
    ['that has no body, and does not say so, is a stall', sayRawOpen(`${STATUS_LINE}\r\n`)],
  ])('%s', async (_, fault) => {
    registry.always('GET', /^/, fault)
    const response = await exchange({ method: 'GET', url: urlOf('/x') })
    await expect(bytesOf(response.body)).rejects.toMatchObject({
      code: 'registry-stalled',
      facts: { host: registry.host },
    })
  })

  test.each<[string, Fault]>([
    ['does not end', answerUnfinished(404)],
    ['goes on in single bytes', repeatRaw('HTTP/1.1 404 Not Found\r\n\r\n', 'x')],
  ])('and is not wanted does not hold up who discards it, though it %s', async (_, fault) => {
    registry.always('GET', /^/, fault)
    const response = await exchange({ method: 'GET', url: urlOf('/x') })
    await response.discard()
    expect(response.status).toBe(404)
  })

  test('MH-36 and brings a manifest in a trickle is given up', async () => {
    await putImage(registry.store.repository('app'), makeImage(), 'v1')
    const registries = openRegistries({ patience: PATIENCE })
    registry.always('GET', /manifests/, repeatRaw(`${STATUS_LINE}content-length: 100000\r\n\r\n`, ' '))
    const reading = (await openSource(registries, registry)).manifest('v1')
    await expect(reading).rejects.toMatchObject({ code: 'registry-stalled' })
    await registries.close()
  })
})

/** Says these bytes and leaves the connection open. */
function sayRawOpen(words: string): Fault {
  return ({ request }) => {
    request.socket.write(words)
    return undefined
  }
}

/** Four bytes, and more time than an answer has. */
async function* slow(): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < 4; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, 60))
    yield Buffer.from('a')
  }
}
