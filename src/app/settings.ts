import { CONFIG_DEFAULTS, type Config } from '../config/config.ts'
import { parseByteSize } from '../config/byte-size.ts'
import type { Language } from '../failure/catalogue.ts'
import { Failure } from '../failure/failure.ts'
import { parsePlatform, type Platform } from '../oci/platform.ts'
import { canonicalRegistry } from '../oci/reference.ts'
import { parseMirror, type Mirror, type Naming } from '../policy/mirror.ts'

/** All that inputs, flags and the configuration file say, in one typed value. */
export interface Settings {
  readonly images: readonly string[]
  readonly mirrors: readonly Mirror[]
  /** Path of the allowlist; undefined where none was named. */
  readonly allowlist?: string
  /** All platforms where undefined. */
  readonly platforms?: readonly Platform[]
  readonly endpoints: Readonly<Record<string, string>>
  readonly insecure: readonly string[]
  readonly language: Language
  readonly maxSize: number
  readonly maxImages: number
  readonly requestLabel: string
  /** Blobs that move at once. */
  readonly concurrency: number
  readonly dryRun: boolean
}

/** What was given by name: an input of the Action, or a flag. Empty text means: not given. */
export type Given = (name: SettingName) => string

/** More would only wait for one another. */
const MOST_AT_ONCE = 64

export type SettingName =
  | 'images'
  | 'mirrors'
  | 'naming'
  | 'allowlist'
  | 'platforms'
  | 'endpoints'
  | 'insecure-registries'
  | 'language'
  | 'max-size'
  | 'concurrency'
  | 'dry-run'

/**
 * Joins what was given with what the configuration file says; what was given wins.
 * @throws Failure `input-invalid`, `target-invalid`, `platform-invalid`
 */
export function readSettings(given: Given, config: Config): Settings {
  const platforms = listOf(given('platforms')).map(parsePlatform)
  const allowlist = given('allowlist') || config.allowlist
  const chosen = platforms.length > 0 ? platforms : config.platforms
  return {
    images: orElse(listOf(given('images')), config.images),
    mirrors: readMirrors(given, config),
    ...(allowlist !== undefined && { allowlist }),
    ...(chosen !== undefined && { platforms: chosen }),
    endpoints: { ...config.endpoints, ...readEndpoints(given('endpoints')) },
    insecure: orElse(listOf(given('insecure-registries')).map(canonicalRegistry), config.insecureRegistries),
    language: readChoice('language', given('language'), ['en', 'zh-CN']) ?? config.language ?? CONFIG_DEFAULTS.language,
    maxSize: given('max-size') ? readSize(given('max-size')) : (config.maxSize ?? CONFIG_DEFAULTS.maxSize),
    maxImages: config.maxImages ?? CONFIG_DEFAULTS.maxImages,
    requestLabel: config.requestLabel ?? CONFIG_DEFAULTS.requestLabel,
    concurrency: readCount('concurrency', given('concurrency')) ?? config.concurrency ?? CONFIG_DEFAULTS.concurrency,
    dryRun: readChoice('dry-run', given('dry-run'), ['true', 'false']) === 'true',
  }
}

/** Items of a list: one a line, or with commas or white space between them; `#` begins a comment at a line's start. */
export function listOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(/[\s,]+/))
    .filter((item) => item !== '')
}

function orElse<Item>(items: readonly Item[], others: readonly Item[] | undefined): readonly Item[] {
  return items.length > 0 ? items : (others ?? [])
}

function readMirrors(given: Given, config: Config): Mirror[] {
  const naming: Naming | undefined = readChoice('naming', given('naming'), ['prefix', 'flat'])
  const texts = listOf(given('mirrors'))
  if (texts.length > 0) return texts.map((text) => parseMirror(text, naming))
  return (config.mirrors ?? []).map((mirror) => parseMirror(mirror.address, naming ?? mirror.naming))
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

function readChoice<Choice extends string>(name: string, value: string, choices: readonly Choice[]) {
  const choice = choices.find((candidate) => candidate === value)
  if (value !== '' && choice === undefined) {
    throw new Failure('input-invalid', { name, value, expected: choices.join(' | ') })
  }
  return choice
}

function readSize(value: string): number {
  const size = parseByteSize(value)
  if (size === undefined)
    throw new Failure('input-invalid', { name: 'max-size', value, expected: 'BYTES | 500MB | 20GiB' })
  return size
}

function readCount(name: string, value: string): number | undefined {
  if (value === '') return undefined
  const count = Number(value)
  if (Number.isInteger(count) && count >= 1 && count <= MOST_AT_ONCE) return count
  throw new Failure('input-invalid', { name, value, expected: `1-${MOST_AT_ONCE}` })
}
