import type { AllowlistFile } from '../commands/judge-image.ts'
import { parseAllowlist } from '../policy/allowlist.ts'
import { readTextFile } from './files.ts'

/** An allowlist; one that is not there has no rules, and so allows nothing. */
export async function loadAllowlist(path: string): Promise<AllowlistFile> {
  return { path, allowlist: parseAllowlist((await readTextFile(path)) ?? '') }
}
