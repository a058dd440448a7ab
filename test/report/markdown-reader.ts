import MarkdownIt from 'markdown-it'

/** As strict a reader as GitHub's is lenient: raw HTML, bare addresses and mail addresses are all taken for what they are. */
const reader = new MarkdownIt({ html: true, linkify: true, breaks: true })
reader.linkify.set({ fuzzyLink: false, fuzzyEmail: true })

/** A piece of a document as a reader sees it: the kind of token, and its text where it has one. */
export interface Piece {
  readonly type: string
  readonly content: string
}

/** All that a Markdown document holds, flat and in order. */
export function piecesOf(markdown: string): Piece[] {
  return reader
    .parse(markdown, {})
    .flatMap((token) => (token.type === 'inline' ? (token.children ?? []) : [token]))
    .map(({ type, content }) => ({ type, content }))
}

/** The kinds of tokens in a document, each once. */
export function kindsOf(markdown: string): Set<string> {
  return new Set(piecesOf(markdown).map(({ type }) => type))
}

/** The words of a document outside of code, where GitHub looks for mentions and references. */
export function proseOf(markdown: string): string {
  return piecesOf(markdown)
    .filter(({ type }) => type === 'text' || type === 'text_special')
    .map(({ content }) => content)
    .join('')
}

/** The document as HTML, for what only shows there. */
export function htmlOf(markdown: string): string {
  return reader.render(markdown)
}

/** The document's tags in order: its shape, and what its links lead to. */
export function tagsOf(markdown: string): string[] {
  return [...htmlOf(markdown).matchAll(/<[^>]*>/g)].map(([tag]) => tag)
}

/** What stands in its fenced blocks, without the last line break. */
export function fencesOf(markdown: string): string[] {
  return piecesOf(markdown)
    .filter(({ type }) => type === 'fence')
    .map(({ content }) => content.trimEnd())
}

/** What GitHub turns into a mention, a reference, an address or an emoji by itself, wherever it stands in prose. */
export const GITHUB_AUTOLINKS: readonly RegExp[] = [
  /@[\w-]/,
  /#\d/,
  /\b(?:GH|GHSA|CVE)-\w/i,
  /(?<![0-9a-f])[0-9a-f]{7,40}(?![0-9a-f])/i,
  /:\/\//,
  /\bwww\./i,
  /:[\w+-]+:/,
]
