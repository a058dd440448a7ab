import { stripVTControlCharacters } from 'node:util'

/** Makes a text stand out, or leaves it as it is where colours are not wanted. */
export type Paint = (text: string) => string

export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly green: Paint
  readonly red: Paint
  readonly cyan: Paint
  /** Columns that a line of text may have. */
  readonly width: number
}

const CODES = { bold: [1, 22], dim: [2, 22], green: [32, 39], red: [31, 39], cyan: [36, 39] } as const
const WIDEST = 88
const UNKNOWN_WIDTH = 80

/** How to write to a stream: in colours where a person reads it and has not asked for none (no-color.org). */
export function styleFor(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): Style {
  const colored = stream.isTTY && !env.NO_COLOR
  const paint = ([on, off]: readonly [number, number]): Paint =>
    colored ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text
  return {
    bold: paint(CODES.bold),
    dim: paint(CODES.dim),
    green: paint(CODES.green),
    red: paint(CODES.red),
    cyan: paint(CODES.cyan),
    width: Math.min(WIDEST, stream.columns || UNKNOWN_WIDTH),
  }
}

/** Breaks a text into lines at its spaces; a word that is longer than a line is left whole, so that it can be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && widthOf(line) + 1 + widthOf(word) <= width) lines.push(`${lines.pop()} ${word}`)
    else lines.push(word)
  }
  return lines
}

/** The same before every line; where a line is empty no space is left at its end. */
export function prefixed(prefix: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${prefix}${line}`.trimEnd())
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
