import { repositoryName, type ImageReference } from '../oci/reference.ts'
import type { NearRule } from '../outcome/outcome.ts'
import type { Allowlist } from './allowlist.ts'
import { editDistance } from './edit-distance.ts'
import { ANY_LEVELS, type Levels } from './pattern.ts'
import type { Rule } from './rule-index.ts'
import { matchesWildcard } from './wildcard.ts'

/** More typing faults than this in one name, and it is another name. */
const MOST_FAULTS = 2

/** How a rule can come near to a name, nearest first; typing faults rank by their number, before these. */
const RANK = { otherRegistry: 3, sameLastName: 4, sameNamespace: 5 } as const

/** A rule that comes near, and what it is sorted by. */
interface Candidate {
  readonly rule: Rule
  readonly rank: number
  readonly sharedLevels: number
  readonly sharedPrefix: number
}

/**
 * The rules that a refused name probably meant, best first: names with a typing fault, the same path on another
 * registry, the same last name elsewhere, other names of the same namespace. Nothing, where nothing comes near.
 */
export function nearestRules(allowlist: Allowlist, reference: ImageReference, most = 3): NearRule[] {
  const name = repositoryName(reference).split('/')
  const isKnownRegistry = allowlist.rules.some(({ levels }) => levels[0] === name[0])
  const candidates: Candidate[] = []
  for (const rule of allowlist.rules) {
    const rank = rankOf(rule.levels, name, isKnownRegistry)
    if (rank !== undefined) candidates.push({ rule, rank, ...likeness(rule.levels, name) })
  }
  return candidates
    .toSorted(byNearness)
    .slice(0, most)
    .map(({ rule: { pattern, line } }) => ({ pattern, line }))
}

function byNearness(a: Candidate, b: Candidate): number {
  return (
    a.rank - b.rank || b.sharedLevels - a.sharedLevels || b.sharedPrefix - a.sharedPrefix || a.rule.line - b.rule.line
  )
}

function rankOf(rule: Levels, name: Levels, isKnownRegistry: boolean): number | undefined {
  const sameRegistry = rule[0] === name[0]
  // A registry that the list knows was not mistyped: gcr.io is no slip for ghcr.io.
  if (sameRegistry || !isKnownRegistry) {
    const faults = typingFaults(rule, name)
    if (faults <= MOST_FAULTS) return faults
  }
  if (!sameRegistry && hasName(rule.slice(1)) && typingFaults(rule.slice(1), name.slice(1)) === 0) {
    return RANK.otherRegistry
  }
  if (rule.at(-1) === name.at(-1)) return RANK.sameLastName
  return sameRegistry && sharesNamespace(rule, name) ? RANK.sameNamespace : undefined
}

/** Letters to change until the rule covers the name; more than `MOST_FAULTS` where that many do not do. */
function typingFaults(rule: Levels, name: Levels): number {
  const isOpen = rule.at(-1) === ANY_LEVELS
  if (isOpen ? name.length < rule.length : name.length !== rule.length) return MOST_FAULTS + 1
  let faults = 0
  for (const [at, pattern] of rule.entries()) {
    if (isOpen && at === rule.length - 1) break
    faults += faultsInLevel(pattern, name[at] ?? '')
    if (faults > MOST_FAULTS) break
  }
  return faults
}

function faultsInLevel(pattern: string, level: string): number {
  if (pattern.includes('*')) return matchesWildcard(pattern, level) ? 0 : MOST_FAULTS + 1
  const limit = faultsAllowed(Math.min(pattern.length, level.length))
  const faults = editDistance(pattern, level, limit)
  return faults > limit ? MOST_FAULTS + 1 : faults
}

/** In a short name, one letter makes another name. */
function faultsAllowed(length: number): number {
  if (length < 4) return 0
  return length < 8 ? 1 : MOST_FAULTS
}

/** Whether any level is a name in full: `**` and `*` alone have nothing in common with anything. */
function hasName(levels: Levels): boolean {
  return levels.some((level) => !level.includes('*'))
}

/** The official images of Docker Hub have nothing in common but their place. */
function sharesNamespace(rule: Levels, name: Levels): boolean {
  return rule.length > 2 && name.length > 2 && rule[1] === name[1] && rule[1] !== 'library'
}

/** Levels that are equal at the same place, and characters that are equal from the start. */
function likeness(rule: Levels, name: Levels): Pick<Candidate, 'sharedLevels' | 'sharedPrefix'> {
  const [a, b] = [rule.join('/'), name.join('/')]
  let sharedPrefix = 0
  while (sharedPrefix < a.length && a[sharedPrefix] === b[sharedPrefix]) sharedPrefix += 1
  return { sharedLevels: rule.filter((level, at) => level === name[at]).length, sharedPrefix }
}
