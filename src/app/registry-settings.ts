import { CONFIG_DEFAULTS, type Config } from '../config/config.ts'
import { Failure } from '../failure/failure.ts'
import { canonicalRegistry } from '../oci/reference.ts'
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
    insecure: orElse(listOf(given('insecure-registries')).map(canonicalRegistry), config.insecureRegistries),
    pullReserve:
      readCount(given, 'pull-reserve', { least: 0, most: MOST_PULLS }) ??
      config.pullReserve ??
      CONFIG_DEFAULTS.pullReserve,
    ...(manifest !== undefined && { largestManifest: manifest }),
    ...(stall !== undefined && { patience: stall }),
    ...(rate !== undefined && { leastRate: rate }),
  }
}

function readEndpoints(text: string): Record<string, string> {
  const pairs = listOf(text).map((item) => {
    const equals = item.indexOf('=')
    if (equals < 1 || equals === item.length - 1) {
      throw new Failure('input-invalid', { name: 'endpoints', value: item, expected: 'registry=host[:port][/prefix]' })
    }
    return [canonicalRegistry(item.slice(0, equals)), item.slice(equals + 1)] as const
  })
  return Object.fromEntries(pairs)
}
