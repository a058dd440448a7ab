/** Which tags of a mirror stay where they are once they are set. */
export interface TagPolicy {
  readonly immutable: boolean
  /** Tags that move all the same, `*` standing for any characters: `latest`, `*-nightly`. */
  readonly except: readonly string[]
}
