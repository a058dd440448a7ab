import { failureText } from '../failure/texts.ts'
import type { Language } from '../failure/catalogue.ts'
import { formatBytes } from '../failure/quantities.ts'
import { hexOf, type Digest } from '../oci/digest.ts'
import type { Delivered, ImageFacts, Outcome, Progress } from '../outcome/outcome.ts'
import { codeSpan, plainText } from './escape.ts'
import type { Markdown } from './markdown.ts'
import type { ItemView } from './request-view.ts'
import type { Standing } from './tally.ts'
import { textsFor, type Texts } from './texts.ts'

/** What stands before an image, so that a long list can be read at a glance. */
export const ICONS: Readonly<Record<Standing, string>> = {
  waiting: '⏳',
  running: '🚢',
  ready: '✅',
  private: '🔒',
  planned: '📋',
  refused: '🚫',
  failed: '❌',
  left: '⏸️',
}

/** Enough of a digest to tell two apart by eye. */
export function shortDigest(digest: Digest): string {
  return `${digest.slice(0, digest.indexOf(':'))}:${hexOf(digest).slice(0, 12)}`
}

/** How an image stands, short enough for one cell of a table. */
export function itemCell(item: ItemView, language: Language): Markdown {
  const texts = textsFor(language)
  if (item.state === 'queued') return texts.status.queued
  return item.state === 'running' ? progressCell(item.progress, texts) : outcomeCell(item.outcome, language)
}

function outcomeCell(outcome: Outcome, language: Language): Markdown {
  const texts = textsFor(language)
  switch (outcome.status) {
    case 'copied':
    case 'unchanged':
      return `${codeSpan(outcome.address)}<br>${deliveredWords(outcome, texts)}`
    case 'planned':
      return outcome.upToDate ? texts.upToDate : texts.toSend(outcome.toSend)
    case 'refused':
    case 'failed':
    case 'left':
      return plainText(failureText(outcome.failure, language).sentence)
  }
}

function deliveredWords(outcome: Delivered, texts: Texts): Markdown {
  const { status, digest, facts, milliseconds } = outcome
  return [
    texts.status[status],
    codeSpan(shortDigest(digest)),
    ...factWords(facts, texts),
    texts.duration(milliseconds),
  ].join(' · ')
}

/** `12 platforms`, `182 MiB`; nothing where the image was not read. */
export function factWords(facts: ImageFacts | undefined, texts: Texts): string[] {
  if (facts === undefined) return []
  const { platforms, size } = facts
  return [...(platforms.length > 0 ? [texts.platforms(platforms.length)] : []), formatBytes(size)]
}

const BAR_CELLS = 10

function progressCell(progress: Progress, texts: Texts): Markdown {
  const { stage, done, total } = progress
  if (stage === 'verifying') return texts.status.verifying
  const percent = percentOf(progress)
  const full = Math.round((percent / 100) * BAR_CELLS)
  return [
    `${texts.status.copying} ${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)} ${percent} %`,
    texts.layers(done.blobs, total.blobs),
    texts.bytes(formatBytes(done.bytes), formatBytes(total.bytes)),
  ].join(' · ')
}

/** How much of the bytes is done, from 0 to 100; 0 while it is not known how many there are. */
function percentOf({ done, total }: Progress): number {
  if (total.bytes <= 0) return 0
  return Math.min(100, Math.max(0, Math.floor((done.bytes / total.bytes) * 100)))
}
