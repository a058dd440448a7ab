/** Characters that steer instead of being read: controls, bidirectional and invisible ones, lone surrogates. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text from anywhere, on one line and with nothing hidden in it: what steers is written out, as in `\u{202e}`. */
export function visible(raw: string): string {
  return raw.replace(STEERING, (character) => NAMED[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** At most `limit` UTF-16 units of a text; an ellipsis stands for what was cut. */
export function shorten(raw: string, limit: number): string {
  if (raw.length <= limit) return raw
  return `${raw.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

const LONGEST_CODE = 300
const LONGEST_PLAIN = 800

/** The longest run of backticks in a text. */
function longestBacktickRun(raw: string): number {
  return (raw.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}

/** A fence of backticks, at least `least` of them, that cannot be closed from inside `content`. */
export function fenceFor(content: string, least: number): string {
  return '`'.repeat(Math.max(least, longestBacktickRun(content) + 1))
}

/**
 * Text from anywhere as a Markdown code span (CommonMark 0.31, section 6.1) of at most 300 characters, for a
 * paragraph or, through `tableRow`, a table. GitHub links and mentions nothing inside of one.
 */
export function codeSpan(raw: string): string {
  const content = visible(shorten(raw, LONGEST_CODE))
  const fence = fenceFor(content, 1)
  // One space on either side is stripped by the parser, and keeps a backtick at an end off the fence.
  const padding = /^[` ]|[` ]$/.test(content) || content === '' ? ' ' : ''
  return `${fence}${padding}${content}${padding}${fence}`
}

/**
 * Where GitHub makes a link, a mention, an emoji or a reference out of plain words, after the Markdown is read: no
 * escape stops that, only a character in between. No emoji has a name as long as a digest, which stays as it is.
 */
const LIVE = /[@#]|\/(?=\/)|:(?=[\w+-]{1,63}:)|\bwww(?=\.)|\b(?:GH|GHSA|CVE)-(?=\w)/gi
const COMMIT = /\b[0-9a-f]{7,40}\b/gi
const ZERO_WIDTH_SPACE = '\u200b'

/** What Markdown may read as structure, anywhere or at the beginning of a line. */
const STRUCTURE = /[\\`*_[\]<>#|~&$!\u200b]|^[-+=]|(?<=^\d{1,9})[.)]/g

/** Characters as numeric references, which never are structure (CommonMark 0.31, section 2.5). */
const asReference = (character: string) => `&#${character.charCodeAt(0)};`

/** Six digits at a time: GitHub takes seven for an abbreviated commit. */
const breakCommit = (commit: string) => commit.replace(/.{6}(?=.)/g, `$&${ZERO_WIDTH_SPACE}`)

/**
 * Text from anywhere as plain words in a Markdown paragraph or table cell, at most 800 characters: nothing in it
 * becomes markup, a link, an image, a mention or a reference to an issue or commit.
 */
export function plainText(raw: string): string {
  return visible(shorten(raw, LONGEST_PLAIN))
    .trim()
    .replace(LIVE, `$&${ZERO_WIDTH_SPACE}`)
    .replace(COMMIT, breakCommit)
    .replace(STRUCTURE, asReference)
}

/** Text from anywhere as code inside an HTML block, where Markdown is not read, as in a `<summary>`. */
export function htmlCode(raw: string): string {
  return `<code>${visible(shorten(raw, LONGEST_CODE)).replace(/[&<>"'`]/g, asReference)}</code>`
}
