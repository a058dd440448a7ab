import { fenceFor, visible } from './escape.ts'

/** Markdown that is ready to be posted: every text from outside in it has been escaped. */
export type Markdown = string

/** Paragraphs and other blocks, one under the other; what is empty is left out. */
export function blocks(...parts: readonly Markdown[]): Markdown {
  return parts.filter((part) => part !== '').join('\n\n')
}

/** A bulleted list. */
export function list(items: readonly Markdown[]): Markdown {
  return items.map((item) => `- ${item}`).join('\n')
}

/**
 * One row of a table (GFM, section 4.10). A pipe ends a cell even inside a code span, and backslashes before it are
 * counted differently from one parser to the next; so a pipe becomes the box-drawing line that looks the same.
 */
export function tableRow(cells: readonly Markdown[]): Markdown {
  return `| ${cells.map((cell) => cell.replaceAll('|', '│')).join(' | ')} |`
}

/** The first two lines of a table: its headings and the rule under them. */
export function tableHead(headings: readonly Markdown[]): Markdown {
  return `${tableRow(headings)}\n|${headings.map(() => ' --- |').join('')}`
}

/** A fenced block of code, which GitHub gives a button to copy it. Lines stay as they are. */
export function fence(lines: readonly string[], language = ''): Markdown {
  const content = lines.map(visible).join('\n')
  const marks = fenceFor(content, 3)
  return `${marks}${language}\n${content}\n${marks}`
}

/** A link; only its label where `url` is no web address. */
export function link(label: Markdown, url: string | undefined): Markdown {
  if (url === undefined || !URL.canParse(url)) return label
  const { protocol, href } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return label
  return `[${label}](${href.replaceAll('(', '%28').replaceAll(')', '%29')})`
}

/** A part that opens on a click. `summary` is HTML, not Markdown. */
export function details(summary: string, content: Markdown): Markdown {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`
}

/** A box of GitHub's that catches the eye. */
export function alert(kind: 'NOTE' | 'WARNING', lines: readonly Markdown[]): Markdown {
  return [`[!${kind}]`, ...lines].map((line) => `> ${line}`).join('\n')
}
