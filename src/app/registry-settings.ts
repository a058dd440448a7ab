import { CONFIG_DEFAULTS, type Config } from '../config/config.ts'
import { isEndpoint } from '../config/schema.ts'
import { Failure } from '../failure/failure.ts'
import { canonicalRegistry, isRegistry } from '../oci/reference.ts'
import type { RemoteOptions } from '../registry/remote/remote-registries.ts'
import { listOf, orElse, readCount, type Given } from './given.ts'

/** What the settings say of how registries are spoken to. */
export type RegistrySettings = Pick<
  RemoteOptions,
  'endpoints' | 'insecure' | 'pullReserve' | 'largestManifest' | 'patience' | 'leastRate'
>

/** No registry allows as many pulls. */
const MOST_PULLS = 1_000_000

/**
 * Joins what was given with what the configuration file says; what was given wins.
 * @throws Failure `input-invalid`
 */
export function readRegistrySettings(given: Given, config: Config): RegistrySettings {
  const { manifest, stall, rate } = config.limits ?? {}
  return {
    endpoints: { ...config.endpoints, ...readEndpoints(given('endpoints')) },
    insecure: orElse(readHosts(given('insecure-registries')), config.insecureRegistries),
    pullReserve:
      readCount(given, 'pull-reserve', { least: 0, most: MOST_PULLS }) ??
      config.pullReserve ??
      CONFIG_DEFAULTS.pullReserve,
    ...(manifest !== undefined && { largestManifest: manifest }),
    ...(stall !== undefined && { patience: stall }),
    ...(rate !== undefined && { leastRate: rate }),
  }
}

function readHosts(text: string): string[] {
  const hosts = listOf(text)
  const stray = hosts.find((host) => !isRegistry(host))
  if (stray === undefined) return hosts.map(canonicalRegistry)
  throw new Failure('input-invalid', { name: 'insecure-registries', value: stray, expected: 'host[:port]' })
}

function readEndpoints(text: string): Record<string, string> {
  const pairs = listOf(text).map((item) => {
    const equals = item.indexOf('=')
    const [registry, endpoint] = [item.slice(0, Math.max(equals, 0)), item.slice(equals + 1)]
    if (!isRegistry(registry) || !isEndpoint(endpoint)) {
      throw new Failure('input-invalid', { name: 'endpoints', value: item, expected: 'registry=host[:port][/prefix]' })
    }
    return [canonicalRegistry(registry), endpoint] as const
  })
  return Object.fromEntries(pairs)
}
