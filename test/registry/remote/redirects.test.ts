import { describe, expect, test } from '@jest/globals'
import type { Exchange, RegistryRequest } from '../../../src/registry/remote/exchange.ts'
import { resolveLocation, withRedirects } from '../../../src/registry/remote/redirects.ts'
import { redirectTo } from '../../support/faulty-registry/faults.ts'
import { streamOf } from '../../support/images.ts'
import { openRegistries, openSource, startScriptedRegistry } from '../../support/registries.ts'

/** A web of redirects: from an address to a status and a `Location`; all other addresses answer 200. */
function webOf(redirects: Record<string, [number, string]>) {
  const sent: RegistryRequest[] = []
  const exchange: Exchange = (request) => {
    sent.push(request)
    const [status, location] = redirects[request.url.href] ?? [200, undefined]
    const headers = location === undefined ? {} : { location }
    return Promise.resolve({
      status,
      headers,
      url: request.url,
      body: streamOf(Buffer.from('')),
      discard: async () => {},
    })
  }
  return { sent, follow: withRedirects(exchange) }
}

const start = new URL('https://r.io/v2/a')
const headers = { authorization: 'Bearer secret', range: 'bytes=5-' }

describe('Authorization', () => {
  test.each([
    ['MH-21 is not sent to another host', 'https://s.io/x', false],
    ['MH-22 is not sent to another port', 'https://r.io:8443/x', false],
    ['is not sent to a host below', 'https://evil.r.io/x', false],
    ['stays within the origin', '/v2/b', true],
    ['stays within the origin, written out', 'https://r.io:443/v2/b', true],
  ])('%s', async (_, location, isKept) => {
    const { sent, follow } = webOf({ [start.href]: [307, location] })
    await follow({ method: 'GET', url: start, headers })
    expect(sent[1]?.headers).toEqual(isKept ? headers : { range: 'bytes=5-' })
  })

  test('does not come back when a redirect leads back', async () => {
    const { sent, follow } = webOf({
      [start.href]: [307, 'https://s.io/x'],
      'https://s.io/x': [307, 'https://r.io/back'],
    })
    await follow({ method: 'GET', url: start, headers })
    expect(sent[2]).toMatchObject({ url: new URL('https://r.io/back') })
    expect(sent[2]?.headers).not.toHaveProperty('authorization')
  })
})

const hop = (n: number) => `https://r.io/${n}`

describe('a redirect', () => {
  test('MH-20 of a PUT takes its body along, without credentials to another origin', async () => {
    const { sent, follow } = webOf({ [start.href]: [307, 'https://s.io/x?sig=1'] })
    const body = { size: 3, open: () => streamOf(Buffer.from('abc')) }
    await follow({ method: 'PUT', url: start, headers, body })
    expect(sent[1]).toMatchObject({ method: 'PUT', url: new URL('https://s.io/x?sig=1'), body })
    expect(sent[1]?.headers).not.toHaveProperty('authorization')
  })

  test('with 303 is fetched without a body', async () => {
    const { sent, follow } = webOf({ [start.href]: [303, '/done'] })
    await follow({ method: 'PUT', url: start, body: { bytes: Buffer.from('x') } })
    expect(sent[1]).toMatchObject({ method: 'GET' })
    expect(sent[1]).not.toHaveProperty('body')
  })

  test('MH-23 is followed ten times', async () => {
    const chain = (length: number) =>
      Object.fromEntries(Array.from({ length }, (_, n): [string, [number, string]] => [hop(n), [302, hop(n + 1)]]))
    expect(await webOf(chain(10)).follow({ method: 'GET', url: new URL(hop(0)) })).toMatchObject({ status: 200 })
    const tooLong = webOf(chain(11)).follow({ method: 'GET', url: new URL(hop(0)) })
    await expect(tooLong).rejects.toMatchObject({ code: 'registry-untrusted', facts: { reason: 'redirect-loop' } })
  })

  test('MH-23 to itself ends', async () => {
    const { follow } = webOf({ [start.href]: [307, start.href] })
    await expect(follow({ method: 'GET', url: start })).rejects.toMatchObject({ facts: { reason: 'redirect-loop' } })
  })

  test('MH-23 of a registry between two hosts ends after ten hops, which are an error', async () => {
    const [one, other] = [await startScriptedRegistry(), await startScriptedRegistry()]
    const client = openRegistries()
    try {
      one.always('*', /^/, redirectTo(other.origin))
      other.always('*', /^/, redirectTo(one.origin))
      const failing = (await openSource(client, one)).manifest('v1')
      const facts = { host: one.host, reason: 'redirect-loop' }
      await expect(failing).rejects.toMatchObject({ code: 'registry-untrusted', facts })
      expect(one.log.requests.length + other.log.requests.length).toBe(11)
    } finally {
      await client.close()
      await Promise.all([one.close(), other.close()])
    }
  })

  test('without an address is an answer like any other', async () => {
    const { follow } = webOf({})
    const bare: Exchange = () =>
      Promise.resolve({
        status: 304,
        headers: {},
        url: start,
        body: streamOf(Buffer.from('')),
        discard: async () => {},
      })
    expect(await withRedirects(bare)({ method: 'GET', url: start })).toMatchObject({ status: 304 })
    expect(await follow({ method: 'GET', url: start })).toMatchObject({ status: 200 })
  })
})

const answer = (url: string) => ({
  status: 202,
  headers: {},
  url: new URL(url),
  body: streamOf(Buffer.from('')),
  discard: async () => {},
})

describe('a Location', () => {
  test.each([
    ['MH-15 may be a path', '/v2/a/uploads/1', 'https://r.io/v2/a/uploads/1'],
    ['MH-15 may be relative', 'session/1', 'https://r.io/v2/a/uploads/session/1'],
    ['may leave the scheme out', '//s.io/x', 'https://s.io/x'],
    ['MH-16 keeps its query', 'https://s.io/x?a=%2B&b', 'https://s.io/x?a=%2B&b'],
  ])('%s', (_, location, expected) => {
    expect(resolveLocation(answer('https://r.io/v2/a/uploads/'), location).href).toBe(expected)
  })

  test.each([
    ['MH-18 must not give up TLS', 'http://r.io/x', 'leaves-tls'],
    ['must be an address', 'https://', 'not-an-address'],
    ['must be one of the web', 'file:///etc/passwd', 'not-an-address'],
  ])('%s', (_, location, reason) => {
    const resolve = () => resolveLocation(answer('https://r.io/v2/'), location)
    expect(resolve).toThrow(expect.objectContaining({ code: 'registry-untrusted', facts: { host: 'r.io', reason } }))
  })
})
