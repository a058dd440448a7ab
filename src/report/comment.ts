import type { Language } from '../failure/catalogue.ts'
import type { Failure } from '../failure/failure.ts'
import { ICONS, itemCell } from './cells.ts'
import { cutTable } from './cut-table.ts'
import { codeSpan, htmlCode } from './escape.ts'
import { blocks, details, link, tableHead, tableRow, type Markdown } from './markdown.ts'
import type { ItemView, RequestView } from './request-view.ts'
import { failureLines, outcomeSection } from './section.ts'
import { imageOf, standingOf, tallyItems, type Tally } from './tally.ts'
import { textsFor, type Texts } from './texts.ts'

/**
 * Longest comment, in UTF-16 units. GitHub refuses more than 65,536; what is left is room for whoever adds to it.
 */
export const COMMENT_LIMIT = 60_000

/** More sections than this are folded, so that the whole request is seen first. */
const MOST_OPEN_SECTIONS = 6

/**
 * The comment of a request as Markdown, for any moment of it; it is made anew and put in the old one's place. It has
 * at most `COMMENT_LIMIT` characters: what grows too long is folded, then shown as a table, then cut with a count.
 */
export function renderComment(view: RequestView, language: Language): Markdown {
  const frame = (body: Markdown) => blocks(headline(view, language), body, footer(view, language))
  const forms = view.items.length <= MOST_OPEN_SECTIONS ? [openForm, foldedForm] : [foldedForm]
  for (const form of forms) {
    const comment = frame(form(view, language))
    if (comment.length <= COMMENT_LIMIT) return comment
  }
  return frame(itemTable(view.items, language, COMMENT_LIMIT - frame('').length - 2))
}

/** The comment of a request that could not be taken up as a whole: nothing named, too much named, no allowlist. */
export function renderNotice(failure: Failure, language: Language, links: Pick<RequestView, 'runUrl'> = {}): Markdown {
  const icon = failure.remedy === 'requester' ? '✏️' : ICONS.failed
  return blocks(`### ${icon} ${textsFor(language).faulty}`, failureLines(failure, language), footer(links, language))
}

function headline(view: RequestView, language: Language): Markdown {
  const texts = textsFor(language)
  const tally = tallyItems(view.items)
  if (view.phase === 'queued') return `### ${ICONS.waiting} ${texts.queued(tally.total)}`
  const ended = tally.total - tally.waiting - tally.running
  if (view.phase === 'working') return `### ${ICONS.running} ${texts.working(ended, tally.total)}`
  return `### ${finishedHeadline(tally, texts)}`
}

function finishedHeadline(tally: Tally, texts: Texts): string {
  const { total } = tally
  if (tally.ready === total) return `${ICONS.ready} ${texts.ready(total)}`
  if (tally.ready + tally.private === total) return `${ICONS.private} ${texts.private(total)}`
  if (tally.refused === total) return `${ICONS.refused} ${texts.refused(total)}`
  if (tally.failed === total) return `${ICONS.failed} ${texts.failed(total)}`
  if (tally.left === total) return `${ICONS.left} ${texts.left(total)}`
  if (tally.planned === total) return `${ICONS.planned} ${texts.planned(total)}`
  return `⚠️ ${texts.mixed(tally)}`
}

/** A table of what is under way, and all that has ended in full. */
function openForm({ items, ...links }: RequestView, language: Language): Markdown {
  const underWay = items.filter(({ state }) => state !== 'ended')
  return blocks(
    underWay.length === 0 ? '' : itemTable(underWay, language),
    ...items.map((item) =>
      item.state === 'ended'
        ? blocks(
            `#### ${ICONS[standingOf(item)]} ${codeSpan(imageOf(item))}`,
            outcomeSection(item.outcome, links, language),
          )
        : '',
    ),
  )
}

/** A table of everything, and for all that has ended a part that opens on a click. */
function foldedForm({ items, ...links }: RequestView, language: Language): Markdown {
  return blocks(
    itemTable(items, language),
    ...items.map((item) =>
      item.state === 'ended'
        ? details(
            `${ICONS[standingOf(item)]} ${htmlCode(imageOf(item))}`,
            outcomeSection(item.outcome, links, language),
          )
        : '',
    ),
  )
}

/** One row an item; beyond `budget` characters the rest is counted instead. */
function itemTable(items: readonly ItemView[], language: Language, budget = Infinity): Markdown {
  const texts = textsFor(language)
  const head = tableHead(['', texts.heading.image, texts.heading.result])
  const rows = items.map((item) =>
    tableRow([ICONS[standingOf(item)], codeSpan(imageOf(item)), itemCell(item, language)]),
  )
  return cutTable(head, rows, budget, texts)
}

function footer({ runUrl }: Pick<RequestView, 'runUrl'>, language: Language): Markdown {
  const texts = textsFor(language)
  const parts = [...(runUrl === undefined ? [] : [link(texts.runLog, runUrl)]), texts.smallPrint]
  return `<sub>${parts.join(' · ')}</sub>`
}
