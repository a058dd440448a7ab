import type { Outcome } from '../outcome/outcome.ts'

/** What the program ends with. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, left: 3 } as const

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

/**
 * The exit status of a run: something failed, or nothing did but something is left, or all is done.
 * @param refusalFails whether an allowlist's refusal is a failure, as where the image was asked for by the operator
 */
export function exitStatusOf(
  outcomes: readonly Outcome[],
  { refusalFails }: { readonly refusalFails: boolean },
): ExitStatus {
  const has = (status: Outcome['status']) => outcomes.some((outcome) => outcome.status === status)
  if (has('failed') || (refusalFails && has('refused'))) return EXIT.failed
  return has('left') ? EXIT.left : EXIT.done
}
