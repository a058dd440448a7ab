import type { Language } from '../failure/catalogue.ts'
import type { Failure } from '../failure/failure.ts'
import { failureText } from '../failure/texts.ts'
import type { Delivered, NearRule, Note, Outcome, Planned } from '../outcome/outcome.ts'
import { factWords } from './cells.ts'
import { visible } from './escape.ts'
import { tallyOutcomes } from './tally.ts'
import { textsFor, type Texts } from './texts.ts'

/** How lines for a terminal or a log are to look. */
export interface LineStyle {
  readonly language: Language
  /** Whether ANSI colours are wanted. */
  readonly color: boolean
}

/**
 * Text from anywhere as part of a log line: on one line, without escape sequences, and with nothing in it that a
 * runner of GitHub Actions takes for a command (`::name::` at the beginning of a line, `##[name]` anywhere).
 */
export function logText(raw: string): string {
  return visible(raw)
    .replaceAll('##[', '#\\u{23}[')
    .replace(/^(\s*):(?=:)/, '$1\\u{3a}')
}

/** What happened to one image, or would: one line, and indented ones under it where there is more to say. */
export function outcomeLines(outcome: Outcome, style: LineStyle): string[] {
  const texts = textsFor(style.language)
  const head = `${statusWord(outcome.status, style)} ${logText(outcome.image)}`
  switch (outcome.status) {
    case 'copied':
    case 'unchanged':
      return [
        `${head} ${arrived(outcome, texts)}`,
        ...indent([...accessLine(outcome, texts), ...noteLines(outcome, texts)]),
      ]
    case 'planned':
      return [`${head} ${planned(outcome, texts)}`, ...indent(noteLines(outcome, texts))]
    case 'refused':
      return [head, ...indent([...failureLines(outcome.failure, style), ...nearestLines(outcome.nearest, texts)])]
    case 'failed':
    case 'left':
      return [`${head}${towards(outcome.address)}`, ...indent(failureLines(outcome.failure, style))]
  }
}

/** A failure's sentence and what to do next, each on a line. */
export function failureLines(failure: Failure, { language }: LineStyle): string[] {
  const { sentence, next } = failureText(failure, language)
  return [logText(sentence), logText(next)]
}

/** The last line of a run: how many images there were, and what became of them. */
export function totalLine(outcomes: readonly Outcome[], { language }: LineStyle): string {
  return textsFor(language).total(tallyOutcomes(outcomes))
}

function arrived(outcome: Delivered, texts: Texts): string {
  const words = [...factWords(outcome.facts, texts), texts.duration(outcome.milliseconds)]
  return `-> ${logText(outcome.address)} ${outcome.digest} ${words.join(', ')}`
}

function planned(outcome: Planned, texts: Texts): string {
  const work = outcome.upToDate ? texts.upToDate : texts.toSend(outcome.toSend)
  return `-> ${logText(outcome.address)} ${outcome.digest} ${[...factWords(outcome.facts, texts), work].join(', ')}`
}

function towards(address: string | undefined): string {
  return address === undefined ? '' : ` -> ${logText(address)}`
}

/** Said only where it is a surprise. */
function accessLine({ access }: Delivered, texts: Texts): string[] {
  return access === 'private' ? [texts.access.private] : []
}

function noteLines({ notes }: { readonly notes: readonly Note[] }, texts: Texts): string[] {
  return notes.map((note) => texts.note(note, logText))
}

function nearestLines(nearest: readonly NearRule[], texts: Texts): string[] {
  if (nearest.length === 0) return []
  return [texts.nearest, ...nearest.map(({ pattern, line }) => `  ${logText(pattern)}${texts.aside(texts.line(line))}`)]
}

/** As wide as the longest word (`unchanged`); the Chinese words are all of one width. */
const STATUS_WIDTH = 9
const INDENT = ' '.repeat(STATUS_WIDTH + 1)

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => INDENT + line)
}

const GREEN = 32
const YELLOW = 33
const RED = 31
const CYAN = 36

const COLORS: Readonly<Record<Outcome['status'], number>> = {
  copied: GREEN,
  unchanged: GREEN,
  planned: CYAN,
  refused: YELLOW,
  failed: RED,
  left: YELLOW,
}

function statusWord(status: keyof typeof COLORS, { language, color }: LineStyle): string {
  const word = textsFor(language).status[status].padEnd(language === 'en' ? STATUS_WIDTH : 0)
  return color ? `\u001b[${COLORS[status]}m${word}\u001b[0m` : word
}
