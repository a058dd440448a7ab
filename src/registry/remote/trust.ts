import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA's registry of special-purpose IPv4 addresses (RFC 6890), and multicast. */
const SPECIAL_IPV4 = blockList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Azure's host, which answers its virtual machines alone, with settings and keys.
  '168.63.129.16/32',
])

/** All that is given out for the internet (RFC 4291, 2.4). What is outside is a private use, or none yet. */
const GLOBAL_IPV6 = blockList('ipv6', ['2000::/3'])

/** What IANA has set aside of that: protocols such as Teredo, documentation, 6to4. */
const SPECIAL_IPV6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

/** Addresses whose last four bytes are the IPv4 address that is reached: IPv4-mapped, and NAT64 (RFC 6052). */
const CARRIERS_OF_IPV4 = blockList('ipv6', ['::ffff:0:0/96', '64:ff9b::/96'])

/**
 * Whether an IP address is one of the internet: not loopback, private, link-local, multicast, or otherwise special.
 * What is no address at all, or has a zone, is not.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !SPECIAL_IPV4.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  if (CARRIERS_OF_IPV4.check(address, 'ipv6')) return isPublicAddress(carriedIpv4(address))
  return GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL_IPV6.check(address, 'ipv6')
}

/** The last two groups of an IPv6 address, as IPv4. */
function carriedIpv4(address: string): string {
  // The one canonical spelling has them in hexadecimal; an empty group is part of a run of zeros.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':').slice(-2)
  return groups
    .map((group) => Number.parseInt(group || '0', 16))
    .flatMap((value) => [value >> 8, value & 0xff])
    .join('.')
}

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}
