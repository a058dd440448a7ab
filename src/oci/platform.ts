import { excerpt } from '../failure/excerpt.ts'
import { Failure } from '../failure/failure.ts'
import { isJsonObject } from './json.ts'

/** A platform as an index entry names it (image-spec, image-index.md). */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly osVersion?: string
}

const PART = /^[a-z0-9_][a-z0-9_.-]*$/

/** Names that people and other tools use for an architecture, and the one that images carry. */
const ARCHITECTURE_ALIASES: ReadonlyMap<string, { architecture: string; variant?: string }> = new Map([
  ['x86_64', { architecture: 'amd64' }],
  ['x86-64', { architecture: 'amd64' }],
  ['i386', { architecture: '386' }],
  ['aarch64', { architecture: 'arm64' }],
  ['armhf', { architecture: 'arm', variant: 'v7' }],
  ['armel', { architecture: 'arm', variant: 'v6' }],
])

/** What an architecture is without a variant, as containerd has it (github.com/containerd/platforms, database.go). */
const DEFAULT_VARIANTS: ReadonlyMap<string, string> = new Map([
  ['amd64', 'v1'],
  ['arm', 'v7'],
  ['arm64', 'v8'],
])

/**
 * Reads `os/architecture[/variant][:os version]`, as in `linux/arm64/v8` or `windows/amd64:10.0.20348.2700`;
 * common aliases (`x86_64`, `aarch64`) are understood.
 * @throws Failure `platform-invalid`
 */
export function parsePlatform(text: string): Platform {
  const [name = '', osVersion, ...extra] = text.trim().toLowerCase().split(':')
  const parts = name.split('/')
  const [os, architecture, variant] = parts
  const wellFormed =
    parts.length <= 3 &&
    parts.every((part) => PART.test(part)) &&
    (osVersion === undefined || PART.test(osVersion)) &&
    extra.length === 0
  if (!wellFormed || os === undefined || architecture === undefined) {
    throw new Failure('platform-invalid', { text: excerpt(text) })
  }
  return {
    os,
    ...(ARCHITECTURE_ALIASES.get(architecture) ?? { architecture }),
    ...(variant !== undefined && { variant }),
    ...(osVersion !== undefined && { osVersion }),
  }
}

/** Longer than any real one; what is longer would only fill logs and outputs. */
const LONGEST_PLATFORM = 100

/**
 * The platform that an index entry or an image's config states (image-spec, image-index.md and config.md); undefined
 * where it states none that is one.
 */
export function readPlatform(value: unknown): Platform | undefined {
  if (!isJsonObject(value)) return undefined
  const { os, architecture, variant, 'os.version': osVersion } = value
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined
  const platform = {
    os,
    architecture,
    ...(typeof variant === 'string' && variant !== '' && { variant }),
    ...(typeof osVersion === 'string' && { osVersion }),
  }
  return formatPlatform(platform).length > LONGEST_PLATFORM ? undefined : platform
}

/** `os/architecture[/variant]`, with the OS version of Windows images behind a colon. */
export function formatPlatform(platform: Platform): string {
  const name = [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')
  return platform.osVersion ? `${name}:${platform.osVersion}` : name
}

/**
 * Whether an image's platform is one that `wanted` names. A wanted platform without a variant takes every
 * variant; `arm64` and `arm64/v8` are one platform (image-spec, image-index.md, "Platform Variants").
 */
export function matchesPlatform(platform: Platform, wanted: Platform): boolean {
  return (
    platform.os === wanted.os &&
    platform.architecture === wanted.architecture &&
    (wanted.variant === undefined || variantOf(platform) === variantOf(wanted)) &&
    (wanted.osVersion === undefined || platform.osVersion === wanted.osVersion)
  )
}

function variantOf(platform: Platform): string | undefined {
  return platform.variant ?? DEFAULT_VARIANTS.get(platform.architecture)
}
