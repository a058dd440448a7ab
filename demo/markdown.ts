import MarkdownIt, { type Token } from 'markdown-it'
import { prefixed, wrap, type Paint, type Style } from './terminal.ts'

const parser = new MarkdownIt({ html: true })
const SUMMARY = /<summary>(.*?)<\/summary>/s
// What stands before the lines of a conversation.
const MARGIN = 4

/** Markdown as lines for a terminal: what GitHub folds is folded, and what it hides is not there. */
export function renderMarkdown(markdown: string, style: Style): string[] {
  const blocks: string[][] = []
  const around: string[] = []
  for (const token of unfoldedTokens(parser.parse(markdown, {}))) {
    if (token.nesting === 1) around.push(token.tag)
    else if (token.nesting === -1) around.pop()
    else blocks.push(renderBlock(token, around, style))
  }
  return joinBlocks(blocks.filter((block) => block.length > 0))
}

/** Of what is folded only the summary is left. */
function* unfoldedTokens(tokens: readonly Token[]): Generator<Token> {
  let isFolded = false
  for (const token of tokens) {
    const isHtml = token.type === 'html_block'
    if (!isFolded || (isHtml && SUMMARY.test(token.content))) yield token
    if (isHtml && token.content.includes('<details>')) isFolded = true
    if (isHtml && token.content.includes('</details>')) isFolded = false
  }
}

function renderBlock(token: Token, around: readonly string[], style: Style): string[] {
  if (token.type === 'fence') return prefixed('    ', token.content.trimEnd().split('\n').map(style.cyan))
  if (token.type === 'html_block') {
    const [, summary] = SUMMARY.exec(token.content) ?? []
    return summary === undefined ? [] : [style.dim(`▸ ${summary}`)]
  }
  const inList = around.includes('li')
  const width = style.width - MARGIN - (inList ? 2 : 0)
  const lines = inlineText(token.children ?? [], style)
    .split('\n')
    .flatMap((line) => wrap(line, width))
  if (inList) return lines.map((line, index) => `${index === 0 ? '•' : ' '} ${line}`)
  return around.some((tag) => /^h\d$/.test(tag)) ? lines.map(style.bold) : lines
}

const plain: Paint = (text) => text

function inlineText(tokens: readonly Token[], style: Style): string {
  let paint = plain
  return tokens
    .map(({ type, content }) => {
      if (type === 'strong_open') paint = style.bold
      if (type === 'strong_close') paint = plain
      if (type === 'code_inline') return eachWord(content, style.cyan)
      if (type === 'softbreak' || type === 'hardbreak') return '\n'
      return type === 'text' || type === 'text_special' ? eachWord(content, paint) : ''
    })
    .join('')
}

/** Each word by itself, so that a line can be broken between them. */
function eachWord(text: string, paint: Paint): string {
  return text
    .split(' ')
    .map((word) => (word === '' ? '' : paint(word)))
    .join(' ')
}

/** A blank line between blocks, but none between the items of a list. */
function joinBlocks(blocks: readonly string[][]): string[] {
  return blocks.flatMap((block, index) =>
    index === 0 || (isItem(block) && isItem(blocks[index - 1])) ? block : ['', ...block],
  )
}

function isItem(block: readonly string[] | undefined): boolean {
  return block?.[0]?.startsWith('•') ?? false
}
