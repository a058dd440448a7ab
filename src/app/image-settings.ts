import type { CopyImageOptions } from '../commands/copy-image.ts'
import { CONFIG_DEFAULTS, type Config } from '../config/config.ts'
import { Failure } from '../failure/failure.ts'
import { parsePlatform } from '../oci/platform.ts'
import { isTagPattern } from '../policy/tag-pattern.ts'
import type { TagPolicy } from '../policy/tag-policy.ts'
import { listOf, orElse, readChoice, readSize, readSwitch, type Given, type SettingName } from './given.ts'

/** What the settings say of any image that is copied, whoever asked for it. */
export type ImageSettings = Pick<
  CopyImageOptions,
  | 'platforms'
  | 'sparse'
  | 'dropAttestations'
  | 'dockerMediaTypes'
  | 'referrers'
  | 'foreignLayers'
  | 'tags'
  | 'backupTags'
  | 'limits'
  | 'maxSize'
>

/**
 * Joins what was given with what the configuration file says; what was given wins.
 * @throws Failure `input-invalid`, `input-missing`, `input-conflict`, `platform-invalid`
 */
export function readImageSettings(given: Given, config: Config): ImageSettings {
  const settings = joinImageSettings(given, config)
  requireOneForm(settings)
  return settings
}

function joinImageSettings(given: Given, config: Config): ImageSettings {
  const platforms = orElse(listOf(given('platforms')).map(parsePlatform), config.platforms)
  const isOn = (name: SettingName, configured = false) => readSwitch(given, name) ?? configured
  return {
    ...(platforms.length > 0 && { platforms }),
    sparse: isOn('sparse', config.sparse),
    dropAttestations: isOn('drop-attestations', config.dropAttestations),
    dockerMediaTypes: isOn('docker-media-types', config.dockerMediaTypes),
    referrers:
      readChoice(given, 'referrers', ['auto', 'always', 'none']) ?? config.referrers ?? CONFIG_DEFAULTS.referrers,
    foreignLayers: isOn('foreign-layers', config.foreignLayers),
    tags: readTagPolicy(given, config),
    backupTags: isOn('backup-tags', config.backupTags),
    limits: treeLimits(config),
    maxSize: readSize(given, 'max-size') ?? config.maxSize ?? CONFIG_DEFAULTS.maxSize,
  }
}

/** An index cannot both stay as it is and be written anew. */
function requireOneForm({ sparse, dropAttestations, dockerMediaTypes }: ImageSettings): void {
  if (!sparse || !(dropAttestations || dockerMediaTypes)) return
  const other = dropAttestations ? 'drop-attestations' : 'docker-media-types'
  throw new Failure('input-conflict', { name: 'sparse', other, reason: 'digest' })
}

function readTagPolicy(given: Given, config: Config): TagPolicy {
  const rule = readChoice(given, 'tags', ['mutable', 'immutable']) ?? config.tags
  const patterns = listOf(given('mutable-tags'))
  const stray = patterns.find((pattern) => !isTagPattern(pattern))
  if (stray !== undefined) {
    throw new Failure('input-invalid', { name: 'mutable-tags', value: stray, expected: 'latest | *-nightly' })
  }
  const except = orElse(patterns, config.mutableTags)
  // Whoever names what may move takes the rest to be protected.
  if (rule === undefined && except.length > 0) throw new Failure('input-missing', { name: 'tags', need: 'immutable' })
  return { immutable: (rule ?? CONFIG_DEFAULTS.tags) === 'immutable', except }
}

function treeLimits({ limits: { manifests, depth, parts } = {} }: Config): NonNullable<ImageSettings['limits']> {
  return {
    ...(manifests !== undefined && { manifests }),
    ...(depth !== undefined && { depth }),
    ...(parts !== undefined && { parts }),
  }
}
