import { failureText } from '../failure/texts.ts'
import type { Language } from '../failure/catalogue.ts'
import { formatBytes } from '../failure/quantities.ts'
import type { Delivered, Failed, Left, NearRule, Note, Outcome, Planned, Refused } from '../outcome/outcome.ts'
import { addressesOf } from './addresses.ts'
import { clientCommands } from './client-commands.ts'
import { codeSpan, plainText } from './escape.ts'
import { alert, blocks, fence, link, list, type Markdown } from './markdown.ts'
import type { RequestView } from './request-view.ts'
import { textsFor, type Texts } from './texts.ts'

/** Where a reader of the section can go on from it. */
export type Links = Pick<RequestView, 'allowlist' | 'newRuleUrl'>

/** All there is to say about what happened to one image, without a heading. */
export function outcomeSection(outcome: Outcome, links: Links, language: Language): Markdown {
  const texts = textsFor(language)
  switch (outcome.status) {
    case 'copied':
    case 'unchanged':
      return deliveredSection(outcome, texts)
    case 'planned':
      return plannedSection(outcome, texts)
    case 'refused':
      return refusedSection(outcome, links, language)
    case 'failed':
      return failedSection(outcome, language)
    case 'left':
      return leftSection(outcome, language)
  }
}

function deliveredSection(outcome: Delivered, texts: Texts): Markdown {
  const { pull, pinned, registry } = addressesOf(outcome)
  return blocks(
    outcome.access === 'private' && registry !== undefined ? privateAlert(registry, texts) : '',
    texts.pullBy.tag,
    fence([pull]),
    pull === pinned ? '' : texts.pullBy.digest,
    pull === pinned ? '' : fence([pinned]),
    list(deliveredFacts(outcome, texts)),
    noteList(outcome.notes, texts),
    clientCommands(outcome, texts),
  )
}

function privateAlert(registry: string, texts: Texts): Markdown {
  return alert('WARNING', texts.privateAdvice(registry, codeSpan))
}

function deliveredFacts(outcome: Delivered, texts: Texts): Markdown[] {
  const { heading, labelled } = texts
  const { facts, sent, status, verified, access, milliseconds, notes } = outcome
  const measured = facts && [
    ...(facts.platforms.length > 0 ? [labelled(heading.platforms, platformList(facts.platforms, texts))] : []),
    labelled(heading.size, formatBytes(facts.size)),
  ]
  const moved = labelled(heading.sent, texts.sent(sent.bytes, milliseconds))
  const isNew = notes.some((note) => 'sourceDigest' in note)
  const isSparse = notes.some(({ kind }) => kind === 'platforms-left-out')
  const proved = isSparse && verified === 'everything' ? 'sparse' : verified
  return [
    ...(isNew ? [] : [labelled(heading.digest, texts.sameDigest)]),
    ...(measured ?? []),
    status === 'unchanged' ? texts.unchanged : moved,
    labelled(heading.verified, texts.joined([texts.verified[proved], texts.access[access]])),
  ]
}

const MOST_PLATFORMS = 16

function platformList(platforms: readonly string[], texts: Texts): Markdown {
  const shown = platforms.slice(0, MOST_PLATFORMS).map(codeSpan)
  const rest = platforms.length - shown.length
  return rest > 0 ? `${shown.join(' ')} ${texts.more(rest)}` : shown.join(' ')
}

function noteList(notes: readonly Note[], texts: Texts): Markdown {
  return notes.length === 0
    ? ''
    : alert(
        'NOTE',
        notes.map((note) => texts.note(note, codeSpan)),
      )
}

function plannedSection({ address, digest, upToDate, toSend, facts, notes }: Planned, texts: Texts): Markdown {
  const { heading, labelled } = texts
  return blocks(
    fence([address]),
    list([
      labelled(heading.digest, codeSpan(digest)),
      ...(facts ? [labelled(heading.size, formatBytes(facts.size))] : []),
      upToDate ? texts.upToDate : texts.toSend(toSend),
    ]),
    noteList(notes, texts),
  )
}

function refusedSection({ failure, nearest }: Refused, links: Links, language: Language): Markdown {
  const texts = textsFor(language)
  if (failure.code === 'allowlist-empty') return failureLines(failure, language)
  const path = link(codeSpan(links.allowlist.path), links.allowlist.url)
  const askForRule = nearest.length === 0 ? texts.askForRule : texts.editOrAskForRule
  return blocks(
    texts.notAllowed(path),
    nearest.length === 0 ? '' : `${texts.nearest}\n${list(nearest.map((rule) => nearRule(rule, links, texts)))}`,
    texts.labelled(
      texts.next.requester,
      askForRule((label) => link(label, links.newRuleUrl)),
    ),
  )
}

function nearRule({ pattern, line }: NearRule, { allowlist }: Links, texts: Texts): Markdown {
  const at = allowlist.url === undefined ? undefined : `${allowlist.url}#L${line}`
  return codeSpan(pattern) + texts.aside(link(texts.line(line), at))
}

function failedSection({ address, failure }: Failed, language: Language): Markdown {
  const { heading, labelled } = textsFor(language)
  return blocks(
    failureLines(failure, language),
    address === undefined ? '' : labelled(heading.address, codeSpan(address)),
  )
}

/** Whoever asked can have the rest done; that it is to be done later is no news to them. */
function leftSection({ address, failure }: Left, language: Language): Markdown {
  const { heading, labelled, next, askAgain } = textsFor(language)
  return blocks(
    plainText(failureText(failure, language).sentence),
    labelled(next.retry, askAgain),
    address === undefined ? '' : labelled(heading.address, codeSpan(address)),
  )
}

/** A failure's sentence, and who does what next. */
export function failureLines(failure: Failed['failure'], language: Language): Markdown {
  const texts = textsFor(language)
  const { sentence, next } = failureText(failure, language)
  return blocks(plainText(sentence), texts.labelled(texts.next[failure.remedy], plainText(next)))
}
