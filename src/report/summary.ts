import type { Language } from '../failure/catalogue.ts'
import { formatBytes } from '../failure/quantities.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { ICONS, shortDigest } from './cells.ts'
import { cutTable } from './cut-table.ts'
import { codeSpan } from './escape.ts'
import { blocks, tableHead, tableRow, type Markdown } from './markdown.ts'
import { failureLines } from './section.ts'
import { standingOf, tallyOutcomes } from './tally.ts'
import { textsFor, type Texts } from './texts.ts'

/** GitHub takes 1 MiB a step; a UTF-16 unit is at most three bytes, and the failures need room as well. */
const TABLE_LIMIT = 150_000
const FAILURES_LIMIT = 150_000

/** A run's job summary as Markdown: a table of all outcomes, and below it what went wrong and what to do. */
export function renderSummary(outcomes: readonly Outcome[], language: Language): Markdown {
  const texts = textsFor(language)
  const { image, result, address, platforms, size, sent, time } = texts.heading
  const head = tableHead([image, result, address, platforms, size, sent, time])
  const rows = outcomes.map((outcome) => summaryRow(outcome, texts))
  return blocks(
    `## ${texts.summaryTitle}`,
    texts.total(tallyOutcomes(outcomes)),
    outcomes.length === 0 ? '' : cutTable(head, rows, TABLE_LIMIT, texts),
    ...problems(outcomes, language),
  )
}

function summaryRow(outcome: Outcome, texts: Texts): Markdown {
  const result = `${ICONS[standingOf({ state: 'ended', outcome })]} ${texts.status[outcome.status]}`
  const measures = amounts(outcome, texts).map(unbroken)
  return tableRow([codeSpan(outcome.image), unbroken(result), addressCell(outcome), ...measures])
}

/** The long names take what room there is; `4.2 s` is not to be broken for them. */
function unbroken(words: string): Markdown {
  return words.replaceAll(' ', '&nbsp;')
}

function addressCell(outcome: Outcome): Markdown {
  if (outcome.status === 'refused') return ''
  if (outcome.status === 'failed' || outcome.status === 'left')
    return outcome.address === undefined ? '' : codeSpan(outcome.address)
  return `${codeSpan(outcome.address)}<br>${codeSpan(shortDigest(outcome.digest))}`
}

/** Platforms, size, what was sent, and the time taken. */
function amounts(outcome: Outcome, texts: Texts): readonly string[] {
  if (!('digest' in outcome)) return ['', '', '', '']
  const { facts } = outcome
  const measured = facts === undefined ? ['', ''] : [String(facts.platforms.length), formatBytes(facts.size)]
  return outcome.status === 'planned'
    ? [...measured, formatBytes(outcome.toSend.bytes), '']
    : [...measured, formatBytes(outcome.sent.bytes), texts.duration(outcome.milliseconds)]
}

/** Failures and refusals in full, as many as there is room for; the table above has them all by name. */
function problems(outcomes: readonly Outcome[], language: Language): Markdown[] {
  const each = outcomes.flatMap((outcome) =>
    outcome.status === 'failed' || outcome.status === 'refused'
      ? [blocks(`#### ${codeSpan(outcome.image)}`, failureLines(outcome.failure, language))]
      : [],
  )
  const sections = [...each, ...reasonsForLeaving(outcomes, language)]
  let room = FAILURES_LIMIT
  const fitting = sections.findIndex((section) => (room -= section.length) < 0)
  if (fitting === -1) return sections
  return [...sections.slice(0, fitting), textsFor(language).leftOut(sections.length - fitting)]
}

/** Why images are left, once for all of them that are left for the same reason. */
function reasonsForLeaving(outcomes: readonly Outcome[], language: Language): Markdown[] {
  const images = new Map<Markdown, Set<string>>()
  for (const outcome of outcomes) {
    if (outcome.status !== 'left') continue
    const reason = failureLines(outcome.failure, language)
    images.set(reason, (images.get(reason) ?? new Set()).add(outcome.image))
  }
  return [...images].map(([reason, { size }]) => blocks(`#### ${textsFor(language).left(size)}`, reason))
}
