import { describe, expect, test } from '@jest/globals'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { PrivateAddressError, publicLookup } from '../../../src/registry/remote/connectors.ts'
import { isPublicAddress } from '../../../src/registry/remote/trust.ts'
import { lookupOf } from '../../support/names.ts'

const names = {
  'public.test': ['8.8.8.8', '2606:4700::1'],
  'private.test': ['10.0.0.1', '::1'],
  'mixed.test': ['127.0.0.1', '8.8.8.8', 'fe80::1', '2606:4700::1', '169.254.169.254'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'none.test': [],
}

/** What is found, in the form in which it was asked for. */
function find(name: string, options: LookupOptions): Promise<string | LookupAddress[]> {
  const lookup = publicLookup({ lookup: lookupOf(names), isPublic: isPublicAddress })
  return new Promise((resolve, reject) => {
    lookup(name, options, (error, found) => (error ? reject(error) : resolve(found)))
  })
}

describe('of the addresses of a name', () => {
  test.each([
    ['public.test', ['8.8.8.8', '2606:4700::1']],
    ['mixed.test', ['8.8.8.8', '2606:4700::1']],
  ])('%s only those of the internet are found', async (name, expected) => {
    const found = await find(name, { all: true })
    expect(found).toEqual(expected.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
    expect(await find(name, {})).toBe(expected[0])
  })

  test.each(['private.test', 'mapped.test', 'none.test'])('%s none is found', async (name) => {
    await expect(find(name, { all: true })).rejects.toBeInstanceOf(PrivateAddressError)
    await expect(find(name, {})).rejects.toBeInstanceOf(PrivateAddressError)
  })

  test('a name that is not known stays so', async () => {
    await expect(find('unknown.test', { all: true })).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })
})
