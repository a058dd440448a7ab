import type { Label } from './api.ts'
import type { Ending } from './state.ts'

/** The labels that say how a request ended. */
export const ENDING_LABELS: Readonly<Record<Ending, Label>> = {
  done: { name: 'mirror: done', color: '1a7f37', description: 'The image can be pulled from the mirror' },
  refused: { name: 'mirror: refused', color: 'bf8700', description: 'The image is not on the allowlist' },
  failed: { name: 'mirror: failed', color: 'cf222e', description: 'The image could not be mirrored' },
}
