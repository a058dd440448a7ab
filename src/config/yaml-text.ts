import { Lexer, LineCounter, Parser, parseDocument, visit, type Alias, type Document, type YAMLError } from 'yaml'
import type { ConfigFault } from '../failure/config-fault.ts'

/** Where something stands in a file; both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A fault and where it stands. */
export interface PlacedFault {
  readonly fault: ConfigFault
  readonly position: Position
}

/** A YAML file's value, and where its parts stand. */
export interface YamlText {
  readonly value: unknown
  readonly document: Document
  readonly lines: LineCounter
}

const START: Position = { line: 1, column: 1 }
// Far more than a person writes, far fewer than a file needs that is made to blow up.
const MOST_ALIASES = 100
const DEEPEST = 100

/** Reads one YAML document; the first fault in it is a value too. */
export function readYaml(text: string): YamlText | PlacedFault {
  if (isTooDeep(text)) return { fault: { kind: 'too-complex' }, position: START }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const [error] = document.errors
  if (error !== undefined) return { fault: faultOfError(error), position: positionAt(lines, error.pos[0]) }
  const stray = strayAlias(document)
  if (stray !== undefined) {
    const fault: ConfigFault = {
      kind: 'syntax',
      detail: `there is no anchor named ${stray.source}; a text that begins with "*" has to stand in quotes`,
    }
    return { fault, position: positionAt(lines, stray.range?.[0] ?? 0) }
  }
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }), document, lines }
  } catch {
    return { fault: { kind: 'too-complex' }, position: START }
  }
}

/** The position of an offset, in characters from 0. */
export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return line === 0 ? START : { line, column: col }
}

/** Whether collections are nested so deep that composing them, which recurses, might exhaust the stack. */
function isTooDeep(text: string): boolean {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    parser.next(lexeme).next()
    if (parser.stack.length > DEEPEST) return true
  }
  return false
}

function faultOfError(error: YAMLError): ConfigFault {
  if (error.code === 'DUPLICATE_KEY') return { kind: 'duplicate-key' }
  if (error.code === 'MULTIPLE_DOCS') return { kind: 'syntax', detail: 'the file holds more than one document' }
  return { kind: 'syntax', detail: error.message.replace(/\.$/, '') }
}

/** The first alias whose anchor has not come before it. */
function strayAlias(document: Document): Alias | undefined {
  const anchors = new Set<string>()
  let stray: Alias | undefined
  visit(document, {
    Value: (_key, { anchor }) => void (anchor !== undefined && anchors.add(anchor)),
    Alias(_key, alias) {
      if (anchors.has(alias.source)) return undefined
      stray = alias
      return visit.BREAK
    },
  })
  return stray
}
