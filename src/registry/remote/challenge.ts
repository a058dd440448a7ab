/** One challenge of a `WWW-Authenticate` header; scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const SPACE = /[ \t]*/y
const SEPARATORS = /[ \t,]*/y
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y

/**
 * Reads `WWW-Authenticate` as its grammar says (RFC 9110, 11.6.1): several headers, several challenges in one,
 * quoted strings that hold commas and escapes, schemes in any case. What cannot be read ends the list.
 */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  return headers.flatMap((text) => parseOne(new Cursor(text)))
}

function parseOne(cursor: Cursor): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  for (;;) {
    cursor.take(SEPARATORS)
    const name = cursor.take(TOKEN)
    if (name === '') return challenges
    const current = challenges.at(-1)
    const value = parameterValue(cursor)
    if (value !== undefined && current) {
      // The first of a repeated parameter holds, so that a later one cannot change what was judged.
      current.parameters[name.toLowerCase()] ??= value
    } else if (value === undefined) {
      challenges.push({ scheme: name.toLowerCase(), parameters: {} })
      cursor.take(SPACE)
      cursor.take(TOKEN68)
    }
  }
}

/** The value behind a `=`, or undefined where the name just read was a scheme. */
function parameterValue(cursor: Cursor): string | undefined {
  const start = cursor.position
  cursor.take(SPACE)
  if (!cursor.skip('=')) {
    cursor.position = start
    return undefined
  }
  cursor.take(SPACE)
  return cursor.skip('"') ? quotedRest(cursor) : cursor.take(TOKEN)
}

function quotedRest(cursor: Cursor): string {
  let value = ''
  for (;;) {
    const character = cursor.next()
    if (character === undefined || character === '"') return value
    value += character === '\\' ? (cursor.next() ?? '') : character
  }
}

class Cursor {
  position = 0

  constructor(private readonly text: string) {}

  /** Takes what the sticky pattern matches here, possibly nothing. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.position
    const match = pattern.exec(this.text)?.[0] ?? ''
    this.position += match.length
    return match
  }

  skip(character: string): boolean {
    if (this.text[this.position] !== character) return false
    this.position += 1
    return true
  }

  next(): string | undefined {
    const character = this.text[this.position]
    this.position += 1
    return character
  }
}
