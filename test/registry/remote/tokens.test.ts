import { expect, test } from '@jest/globals'
import type { Exchange } from '../../../src/registry/remote/exchange.ts'
import { createTokens } from '../../../src/registry/remote/tokens.ts'
import { hastyClock } from '../../support/clocks.ts'
import { streamOf } from '../../support/images.ts'

const SCOPES = ['repository:app:pull']

/** Tokens from a service that answers with these statuses, and with 200 after them. */
function tokensFrom(...statuses: number[]) {
  const clock = hastyClock()
  let fetched = 0
  const exchange: Exchange = ({ url }) => {
    fetched += 1
    const body = streamOf(Buffer.from(JSON.stringify({ token: `token-${fetched}`, expires_in: 300 })))
    return Promise.resolve({ status: statuses[fetched - 1] ?? 200, headers: {}, url, body, discard: async () => {} })
  }
  const realm = new URL('https://auth.example/token?account=a')
  return {
    clock,
    fetched: () => fetched,
    tokens: createTokens({ exchange, realm, service: 's', credential: undefined, clock }),
  }
}

const many = (ask: () => Promise<string | undefined>) => Promise.all(Array.from({ length: 20 }, ask))

test('MH-73 twenty who ask at once share one fetch', async () => {
  const { tokens, fetched } = tokensFrom()
  expect(new Set(await many(() => tokens.get(SCOPES)))).toEqual(new Set(['token-1']))
  expect(fetched()).toBe(1)
})

test('MH-73 twenty who were refused at once share the next', async () => {
  const { tokens, fetched } = tokensFrom()
  const refused = await tokens.get(SCOPES)
  expect(new Set(await many(() => tokens.get(SCOPES, refused)))).toEqual(new Set(['token-2']))
  expect(fetched()).toBe(2)
})

test('MH-70 twenty whose token ran out share the next', async () => {
  const { tokens, fetched, clock } = tokensFrom()
  await tokens.get(SCOPES)
  await clock.sleep(300_000)
  await many(() => tokens.get(SCOPES))
  expect(fetched()).toBe(2)
})

test('other scopes have tokens of their own', async () => {
  const { tokens, fetched } = tokensFrom()
  await Promise.all([tokens.get(SCOPES), tokens.get(['repository:other:pull']), tokens.get(SCOPES)])
  expect(fetched()).toBe(2)
})

test('a fetch that fails fails all who wait for it, and is not remembered', async () => {
  const { tokens } = tokensFrom(500)
  const failing = many(() => tokens.get(SCOPES))
  await expect(failing).rejects.toMatchObject({ code: 'registry-error', facts: { host: 'auth.example', status: 500 } })
  expect(await tokens.get(SCOPES)).toBe('token-2')
})
