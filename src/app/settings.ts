import { CONFIG_DEFAULTS, type Config } from '../config/config.ts'
import type { Language } from '../failure/catalogue.ts'
import { parseMirror, type Mirror, type Naming } from '../policy/mirror.ts'
import { listOf, orElse, readChoice, readCount, readDuration, readSwitch, type Given } from './given.ts'
import { readImageSettings, type ImageSettings } from './image-settings.ts'
import { readRegistrySettings, type RegistrySettings } from './registry-settings.ts'

/** All that inputs, flags and the configuration file say, in one typed value. */
export interface Settings {
  readonly images: readonly string[]
  readonly mirrors: readonly Mirror[]
  /** Path of the allowlist; undefined where none was named. */
  readonly allowlist?: string
  /** How each image is copied. */
  readonly copying: ImageSettings
  /** How registries are spoken to. */
  readonly registries: RegistrySettings
  readonly language: Language
  readonly maxImages: number
  readonly requestLabel: string
  /** Blobs that move at once. */
  readonly concurrency: number
  /** Move tags that are immutable: for a copy that somebody watches over, never for requests. */
  readonly force: boolean
  /** Milliseconds that the run may take, from the program's start; undefined where nobody says. */
  readonly deadline?: number
  readonly dryRun: boolean
}

/** More would only wait for one another. */
const MOST_AT_ONCE = 64

/**
 * Joins what was given with what the configuration file says; what was given wins.
 * @throws Failure `input-invalid`, `input-missing`, `input-conflict`, `target-invalid`, `platform-invalid`
 */
export function readSettings(given: Given, config: Config): Settings {
  const allowlist = given('allowlist') || config.allowlist
  const deadline = readDuration(given, 'deadline') ?? config.deadline
  return {
    images: orElse(listOf(given('images')), config.images),
    mirrors: readMirrors(given, config),
    ...(allowlist !== undefined && { allowlist }),
    copying: readImageSettings(given, config),
    registries: readRegistrySettings(given, config),
    language: readChoice(given, 'language', ['en', 'zh-CN']) ?? config.language ?? CONFIG_DEFAULTS.language,
    maxImages: config.maxImages ?? CONFIG_DEFAULTS.maxImages,
    requestLabel: config.requestLabel ?? CONFIG_DEFAULTS.requestLabel,
    concurrency: readConcurrency(given) ?? config.concurrency ?? CONFIG_DEFAULTS.concurrency,
    force: readSwitch(given, 'force') ?? false,
    ...(deadline !== undefined && { deadline }),
    dryRun: readSwitch(given, 'dry-run') ?? false,
  }
}

function readMirrors(given: Given, config: Config): Mirror[] {
  const naming: Naming | undefined = readChoice(given, 'naming', ['prefix', 'flat'])
  const texts = listOf(given('mirrors'))
  if (texts.length > 0) return texts.map((text) => parseMirror(text, naming))
  return (config.mirrors ?? []).map((mirror) => parseMirror(mirror.address, naming ?? mirror.naming))
}

function readConcurrency(given: Given): number | undefined {
  return readCount(given, 'concurrency', { least: 1, most: MOST_AT_ONCE })
}
