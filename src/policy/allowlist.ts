import type { PatternFault } from '../failure/pattern-fault.ts'
import { repositoryName, type ImageReference } from '../oci/reference.ts'
import { parsePattern } from './pattern.ts'
import { buildRuleIndex, firstMatch, type Rule, type RuleIndex } from './rule-index.ts'

/** A line that is no rule. It allows nothing. */
export interface AllowlistProblem {
  /** From 1. */
  readonly line: number
  /** What the line says, without its comment. */
  readonly text: string
  readonly reason: PatternFault
}

/** Which images may be mirrored. */
export interface Allowlist {
  /** In the order of the list. */
  readonly rules: readonly Rule[]
  readonly problems: readonly AllowlistProblem[]
  readonly index: RuleIndex
}

/** Whether an image is allowed: by the first rule that covers it, or why not. */
export type Verdict =
  { readonly allowed: true; readonly rule: Rule } | { readonly allowed: false; readonly reason: 'empty' | 'no-rule' }

/**
 * Reads an allowlist: one pattern a line, `#` and what follows it a comment where it stands first or after white
 * space. A line that cannot be read is a problem and allows nothing; the others hold.
 */
export function parseAllowlist(text: string): Allowlist {
  const rules: Rule[] = []
  const problems: AllowlistProblem[] = []
  for (const [number, content] of text.split(/\r\n|\n|\r/).entries()) {
    const pattern = withoutComment(content)
    if (pattern === '') continue
    const line = number + 1
    const levels = parsePattern(pattern)
    if (typeof levels === 'string') problems.push({ line, text: pattern, reason: levels })
    else rules.push({ pattern, line, levels })
  }
  return { rules, problems, index: buildRuleIndex(rules) }
}

/** Decides on an image by its registry and repository; its tag and digest play no part. */
export function judge(allowlist: Allowlist, reference: ImageReference): Verdict {
  if (allowlist.rules.length === 0) return { allowed: false, reason: 'empty' }
  const rule = firstMatch(allowlist.index, repositoryName(reference).split('/'))
  return rule === undefined ? { allowed: false, reason: 'no-rule' } : { allowed: true, rule }
}

/** A byte order mark at the start of a file counts as white space here, and goes as such. */
function withoutComment(line: string): string {
  const comment = line.search(/(?:^|\s)#/)
  return (comment === -1 ? line : line.slice(0, comment)).trim()
}
