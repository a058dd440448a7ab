import { Failure } from '../failure/failure.ts'

/** A platform as an index entry names it (image-spec, image-index.md). */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly osVersion?: string
}

const PART = /^[a-z0-9_][a-z0-9_.-]*$/

/** Names that people and other tools use for an architecture, and the one that images carry. */
const ARCHITECTURE_ALIASES: Readonly<Record<string, { architecture: string; variant?: string }>> = {
  x86_64: { architecture: 'amd64' },
  'x86-64': { architecture: 'amd64' },
  i386: { architecture: '386' },
  aarch64: { architecture: 'arm64' },
  armhf: { architecture: 'arm', variant: 'v7' },
  armel: { architecture: 'arm', variant: 'v6' },
}

/**
 * Reads `os/architecture[/variant]`, as in `linux/arm64/v8`; common aliases (`x86_64`, `aarch64`) are understood.
 * @throws Failure `platform-invalid`
 */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().toLowerCase().split('/')
  const [os, architecture, variant] = parts
  const wellFormed = parts.length <= 3 && parts.every((part) => PART.test(part))
  if (!wellFormed || os === undefined || architecture === undefined) throw new Failure('platform-invalid', { text })
  return { os, architecture, ...(variant && { variant }), ...ARCHITECTURE_ALIASES[architecture] }
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
  if (platform.variant !== undefined) return platform.variant
  return platform.architecture === 'arm64' ? 'v8' : undefined
}
