import { matchesWildcard } from './wildcard.ts'

/** Which tags of a mirror stay where they are once they are set. */
export interface TagPolicy {
  readonly immutable: boolean
  /** Tags that move all the same, `*` standing for any characters: `latest`, `*-nightly`. */
  readonly except: readonly string[]
}

/** Whether a tag that is set must not be moved. */
export function isProtected({ immutable, except }: TagPolicy, tag: string): boolean {
  return immutable && !except.some((pattern) => matchesWildcard(pattern, tag))
}
