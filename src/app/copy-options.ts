import type { CopyOptions } from '../commands/copy.ts'
import { loadAllowlist } from './allowlist-file.ts'
import type { Settings } from './settings.ts'

/** What the settings say of any copy. */
export async function copyOptions(settings: Settings): Promise<Omit<CopyOptions, 'images' | 'to'>> {
  const { allowlist, platforms, maxSize, dryRun } = settings
  return {
    maxSize,
    dryRun,
    ...(platforms && { platforms }),
    ...(allowlist !== undefined && { allowlist: await loadAllowlist(allowlist) }),
  }
}
