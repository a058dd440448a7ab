import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type Node, type Pair } from 'yaml'
import type * as z from 'zod/mini'
import { isConfigExpectation, type ConfigExpectation, type ConfigFault } from '../failure/config-fault.ts'
import { nearest } from './nearest.ts'
import { CONFIG_KEYS, LIMIT_KEYS, MIRROR_KEYS } from './schema.ts'
import { positionAt, type PlacedFault, type Position, type YamlText } from './yaml-text.ts'

// A password does not belong there, all the less in a log.
const USER_INFO = /\/\/[^/]*@/g

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** What the first of the schema's issues means to a person, and where it stands. */
export function faultOf(issues: readonly Issue[], yaml: YamlText): PlacedFault {
  const { issue, path } = innermost(issues[0], [], yaml.document)
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const closest = nearest(key, keysAt(path))
    const fault: ConfigFault = { kind: 'unknown-key', key, ...(closest !== undefined && { nearest: closest }) }
    return { fault, position: positionOf([...path, key], 'key', yaml) }
  }
  if (issue?.code === 'invalid_key') return faultOfKey(issue, path, yaml)
  const expected = expectationOf(issue)
  const found = textOf(nodeAt(yaml.document, path))
  return {
    fault: { kind: 'value', key: formatPath(path), expected, ...(found !== undefined && { found }) },
    position: positionOf(path, 'value', yaml),
  }
}

/** The keys that there are at a place of the file. */
function keysAt([first]: Path): readonly string[] {
  if (first === undefined) return CONFIG_KEYS
  return first === 'limits' ? LIMIT_KEYS : MIRROR_KEYS
}

/** A key that is not what the keys of that mapping have to be. */
function faultOfKey(issue: z.core.$ZodIssueInvalidKey, path: Path, yaml: YamlText): PlacedFault {
  const fault: ConfigFault = {
    kind: 'value',
    key: `${formatPath(path.slice(0, -1))} (key)`,
    expected: expectationOf(issue.issues[0]),
    found: JSON.stringify(String(path.at(-1))),
  }
  return { fault, position: positionOf(path, 'key', yaml) }
}

/** Every check of the schema has the expectation that it stands for as its message. */
function expectationOf(issue: Issue | undefined): ConfigExpectation {
  return issue !== undefined && isConfigExpectation(issue.message) ? issue.message : 'mapping'
}

/** Follows an issue to the one inside it that says most. */
function innermost(
  issue: Issue | undefined,
  above: Path,
  document: Document,
): { issue: Issue | undefined; path: Path } {
  const path = [...above, ...(issue?.path ?? [])]
  // Of a mirror that is written out, the faults inside it are meant, not that it is no text.
  if (issue?.code === 'invalid_union' && isMap(nodeAt(document, path))) {
    const inner = issue.errors.at(-1)?.[0]
    if (inner !== undefined) return innermost(inner, path, document)
  }
  return { issue, path }
}

/** `mirrors[1].naming`, counted from 1 as people do. */
function formatPath(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}

function nodeAt(document: Document, path: Path): Node | undefined {
  let node = resolved(document.contents, document)
  for (const part of path) node = resolved(childOf(node, part), document)
  return node
}

function childOf(node: Node | undefined, part: PropertyKey): unknown {
  if (isMap(node)) return pairOf(node.items, part)?.value
  return isSeq(node) && typeof part === 'number' ? node.items[part] : undefined
}

function pairOf(pairs: readonly Pair[], part: PropertyKey): Pair | undefined {
  return pairs.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part))
}

function resolved(value: unknown, document: Document): Node | undefined {
  if (isAlias(value)) return value.resolve(document)
  return isNode(value) ? value : undefined
}

/** The value as a person wrote it, as far as one line tells; undefined where nothing was written. */
function textOf(node: Node | undefined): string | undefined {
  if (isMap(node)) return '{...}'
  if (isSeq(node)) return '[...]'
  if (!isScalar(node) || node.value === null) return undefined
  return JSON.stringify(node.value).replace(USER_INFO, '//***@')
}

/** Where a key or its value stands; the nearest thing above it where it has no place of its own. */
function positionOf(path: Path, part: 'key' | 'value', { document, lines }: YamlText): Position {
  const last = path.at(-1)
  const parent = nodeAt(document, path.slice(0, -1))
  const pair = isMap(parent) && last !== undefined ? pairOf(parent.items, last) : undefined
  const value = isScalar(pair?.value) && pair.value.value === null ? undefined : nodeAt(document, path)
  const candidates = part === 'key' ? [pair?.key] : [value, pair?.key]
  const node = candidates.find((candidate) => isNode(candidate) && candidate.range) ?? parent
  return positionAt(lines, isNode(node) ? (node.range?.[0] ?? 0) : 0)
}
