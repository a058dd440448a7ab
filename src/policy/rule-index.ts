import { ANY_LEVELS, type Levels } from './pattern.ts'
import { matchesWildcard } from './wildcard.ts'

/** A rule of an allowlist. */
export interface Rule {
  /** As it is written in the list. */
  readonly pattern: string
  /** Its line in the list, from 1. */
  readonly line: number
  /** The pattern in canonical form. */
  readonly levels: Levels
}

/** Where the rules read so far stand after some levels of a name. */
interface State {
  readonly names: Map<string, State>
  readonly wildcards: Map<string, State>
  /** Whether this state was reached by `**`, and so stays for every further level. */
  readonly repeats: boolean
  /** The first rule that ends here. */
  rule?: Rule
}

/** Rules arranged by path level, so that a verdict looks only at those that still fit. */
export type RuleIndex = State

/** Arranges rules for `firstMatch`. */
export function buildRuleIndex(rules: readonly Rule[]): RuleIndex {
  const root = newState(false)
  for (const rule of rules) {
    let state = root
    for (const level of rule.levels) state = advance(state, level)
    if (state.rule === undefined || rule.line < state.rule.line) state.rule = rule
  }
  return root
}

/**
 * The rule with the lowest line that covers a name. All states that a name can be in are held at once, each of
 * them at most once, so that no name takes longer than the levels that it has times the rules that there are.
 */
export function firstMatch(index: RuleIndex, name: Levels): Rule | undefined {
  let states = new Set([index])
  for (const level of name) {
    const next = new Set<State>()
    for (const state of states) addSuccessors(next, state, level)
    states = next
  }
  let first: Rule | undefined
  for (const { rule } of states) {
    if (rule !== undefined && (first === undefined || rule.line < first.line)) first = rule
  }
  return first
}

function addSuccessors(next: Set<State>, state: State, level: string): void {
  if (state.repeats) next.add(state)
  const named = state.names.get(level)
  if (named !== undefined) next.add(named)
  for (const [pattern, following] of state.wildcards) {
    if (following.repeats || matchesWildcard(pattern, level)) next.add(following)
  }
}

function advance(state: State, level: string): State {
  const branches = level.includes('*') ? state.wildcards : state.names
  const known = branches.get(level)
  if (known !== undefined) return known
  const made = newState(level === ANY_LEVELS)
  branches.set(level, made)
  return made
}

function newState(repeats: boolean): State {
  return { names: new Map(), wildcards: new Map(), repeats }
}
