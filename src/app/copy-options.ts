import type { CopyOptions } from '../commands/copy.ts'
import { Failure } from '../failure/failure.ts'
import { loadAllowlist } from './allowlist-file.ts'
import type { Settings } from './settings.ts'

/**
 * What the settings say of any copy.
 * @throws Failure `input-missing` where there is nothing to make an index sparse by
 */
export async function copyOptions(settings: Settings): Promise<Omit<CopyOptions, 'images' | 'to'>> {
  const { allowlist, copying, force, dryRun } = settings
  if (copying.sparse && copying.platforms === undefined) {
    throw new Failure('input-missing', { name: 'platforms', need: 'platforms' })
  }
  return {
    ...copying,
    force,
    dryRun,
    ...(allowlist !== undefined && { allowlist: await loadAllowlist(allowlist) }),
  }
}
