import { isIP, type LookupFunction } from 'node:net'

/** The addresses of a name: always the same, or others at every look-up. */
export type Names = Readonly<Record<string, readonly string[] | (() => readonly string[])>>

/** Looks names up as the system would, in these alone, and notes which were asked for. */
export function lookupOf(names: Names, asked: string[] = []): LookupFunction {
  return (name, options, callback) => {
    asked.push(name)
    const known = names[name]
    if (known === undefined) return callback(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), [])
    const addresses = typeof known === 'function' ? known() : known
    const found = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first = { address: '', family: 4 }] = found
    if (options.all) callback(null, found)
    else callback(null, first.address, first.family)
  }
}
