import type { Language } from '../failure/catalogue.ts'
import { Failure } from '../failure/failure.ts'
import type { ConfigFault } from '../failure/config-fault.ts'
import { parsePlatform, type Platform } from '../oci/platform.ts'
import { canonicalRegistry } from '../oci/reference.ts'
import type { Naming } from '../policy/mirror.ts'
import { parseByteSize } from './byte-size.ts'
import { faultOf } from './fault.ts'
import { configSchema } from './schema.ts'
import { readYaml } from './yaml-text.ts'

/** A mirror as it is configured. */
export interface MirrorEntry {
  readonly address: string
  readonly naming: Naming
}

/** What the configuration file says; a key that it leaves out is absent. */
export interface Config {
  readonly mirrors?: readonly MirrorEntry[]
  readonly allowlist?: string
  readonly images?: readonly string[]
  readonly platforms?: readonly Platform[]
  /** A registry's canonical host, to the host or http(s) address that is really asked. */
  readonly endpoints?: Readonly<Record<string, string>>
  readonly insecureRegistries?: readonly string[]
  readonly language?: Language
  /** Bytes. */
  readonly maxSize?: number
  readonly maxImages?: number
  readonly requestLabel?: string
  readonly concurrency?: number
}

/** What holds where neither the configuration file nor the caller says otherwise. */
export const CONFIG_DEFAULTS = {
  allowlist: 'allows.txt',
  language: 'en',
  maxSize: 20 * 2 ** 30,
  maxImages: 20,
  requestLabel: 'mirror',
  concurrency: 4,
} as const satisfies Config

const LONGEST_FILE = 2 ** 20

/**
 * Reads the configuration (YAML 1.2). `file` is its name, for messages. An empty file configures nothing.
 * @throws Failure `config-invalid`, with the line and column of the first fault, both from 1
 */
export function parseConfig(text: string, file: string): Config {
  const fail = (reason: ConfigFault, { line = 1, column = 1 } = {}) =>
    new Failure('config-invalid', { file, line, column, reason })
  if (Buffer.byteLength(text) > LONGEST_FILE) throw fail({ kind: 'too-large', limit: LONGEST_FILE })

  const yaml = readYaml(text)
  if ('fault' in yaml) throw fail(yaml.fault, yaml.position)
  const parsed = configSchema.safeParse(yaml.value ?? {})
  if (parsed.success) return toConfig(parsed.data)
  const { fault, position } = faultOf(parsed.error.issues, yaml)
  throw fail(fault, position)
}

/** The same under the program's names, with the texts read. */
function toConfig(raw: ReturnType<typeof configSchema.parse>): Config {
  return withoutAbsent({
    mirrors: raw.mirrors?.map((mirror) => {
      const { address, naming = 'prefix' } = typeof mirror === 'string' ? { address: mirror } : mirror
      return { address, naming }
    }),
    allowlist: raw.allowlist,
    images: raw.images,
    platforms: raw.platforms?.map(parsePlatform),
    endpoints: raw.endpoints && canonicalKeys(raw.endpoints),
    insecureRegistries: raw['insecure-registries']?.map(canonicalRegistry),
    language: raw.language,
    maxSize: raw['max-size'] === undefined ? undefined : parseByteSize(raw['max-size']),
    maxImages: raw['max-images'],
    requestLabel: raw['request-label'],
    concurrency: raw.concurrency,
  })
}

function canonicalKeys(endpoints: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(endpoints).map(([host, endpoint]) => [canonicalRegistry(host), endpoint]))
}

/** Drops what is undefined, so that spreading one source of settings over another keeps what the other says. */
function withoutAbsent(config: { readonly [Key in keyof Config]: Config[Key] | undefined }): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined))
}
