import type { Language } from '../failure/catalogue.ts'
import { Failure } from '../failure/failure.ts'
import type { ConfigFault } from '../failure/config-fault.ts'
import { parsePlatform, type Platform } from '../oci/platform.ts'
import { canonicalRegistry } from '../oci/reference.ts'
import type { Naming } from '../policy/mirror.ts'
import { parseByteSize } from './byte-size.ts'
import { parseDuration } from './duration.ts'
import { faultOf } from './fault.ts'
import { configSchema } from './schema.ts'
import { readYaml } from './yaml-text.ts'

/** A mirror as it is configured. */
export interface MirrorEntry {
  readonly address: string
  readonly naming: Naming
}

/** Bounds on what registries serve. */
export interface ConfigLimits {
  /** Bytes of one manifest, and of all manifests of an image. */
  readonly manifest?: number
  readonly manifests?: number
  /** Indexes within indexes. */
  readonly depth?: number
  /** Manifests and blobs of an image. */
  readonly parts?: number
  /** Milliseconds without a byte. */
  readonly stall?: number
  /** Bytes a second, at least. */
  readonly rate?: number
}

/** What the configuration file says; a key that it leaves out is absent. */
export interface Config {
  readonly mirrors?: readonly MirrorEntry[]
  readonly allowlist?: string
  readonly images?: readonly string[]
  readonly platforms?: readonly Platform[]
  readonly sparse?: boolean
  readonly dropAttestations?: boolean
  readonly dockerMediaTypes?: boolean
  readonly referrers?: 'auto' | 'always' | 'none'
  readonly foreignLayers?: boolean
  readonly tags?: 'mutable' | 'immutable'
  /** Tags with `*` for any characters. */
  readonly mutableTags?: readonly string[]
  readonly backupTags?: boolean
  /** A registry's canonical host, to the host or http(s) address that is really asked. */
  readonly endpoints?: Readonly<Record<string, string>>
  readonly insecureRegistries?: readonly string[]
  readonly language?: Language
  /** Bytes. */
  readonly maxSize?: number
  readonly maxImages?: number
  readonly limits?: ConfigLimits
  readonly requestLabel?: string
  readonly concurrency?: number
  readonly pullReserve?: number
  /** Milliseconds. */
  readonly deadline?: number
}

/** What holds where neither the configuration file nor the caller says otherwise. */
export const CONFIG_DEFAULTS = {
  allowlist: 'allows.txt',
  referrers: 'auto',
  tags: 'mutable',
  language: 'en',
  maxSize: 20 * 2 ** 30,
  maxImages: 20,
  requestLabel: 'mirror',
  concurrency: 4,
  pullReserve: 0,
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

type Raw = ReturnType<typeof configSchema.parse>

/** The same under the program's names, with the texts read. */
function toConfig(raw: Raw): Config {
  return present({
    mirrors: raw.mirrors?.map((mirror) => {
      const { address, naming = 'prefix' } = typeof mirror === 'string' ? { address: mirror } : mirror
      return { address, naming }
    }),
    allowlist: raw.allowlist,
    images: raw.images,
    platforms: raw.platforms?.map(parsePlatform),
    sparse: raw.sparse,
    dropAttestations: raw['drop-attestations'],
    dockerMediaTypes: raw['docker-media-types'],
    referrers: raw.referrers,
    foreignLayers: raw['foreign-layers'],
    tags: raw.tags,
    mutableTags: raw['mutable-tags'],
    backupTags: raw['backup-tags'],
    endpoints: raw.endpoints && canonicalKeys(raw.endpoints),
    insecureRegistries: raw['insecure-registries']?.map(canonicalRegistry),
    language: raw.language,
    maxSize: bytesOf(raw['max-size']),
    maxImages: raw['max-images'],
    limits: raw.limits && toLimits(raw.limits),
    requestLabel: raw['request-label'],
    concurrency: raw.concurrency,
    pullReserve: raw['pull-reserve'],
    deadline: millisecondsOf(raw.deadline),
  } satisfies Named<Config>)
}

function toLimits({ manifest, manifests, depth, parts, stall, rate }: NonNullable<Raw['limits']>): ConfigLimits {
  return present({
    manifest: bytesOf(manifest),
    manifests: bytesOf(manifests),
    depth,
    parts,
    stall: millisecondsOf(stall),
    rate: bytesOf(rate),
  } satisfies Named<ConfigLimits>)
}

function bytesOf(size: string | number | undefined): number | undefined {
  return size === undefined ? undefined : parseByteSize(size)
}

function millisecondsOf(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration)
}

function canonicalKeys(endpoints: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(endpoints).map(([host, endpoint]) => [canonicalRegistry(host), endpoint]))
}

/** All of its keys, with nothing for those that were left out. */
type Named<Values> = { readonly [Key in keyof Values]-?: Values[Key] | undefined }

/** Drops what is undefined, so that spreading one source of settings over another keeps what the other says. */
function present(values: object) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
