import MarkdownIt from 'markdown-it'
import type { Language } from '../src/failure/catalogue.ts'
import type { Issue } from '../test/support/github/index.ts'

const markdown = new MarkdownIt({ html: true, linkify: true })

const WORDS = {
  en: { opened: 'opened this issue', answered: 'answered', closed: 'Closed as completed' },
  'zh-CN': { opened: '提交了请求', answered: '回复', closed: '已完成并关闭' },
} as const

const STYLE = `
  * { box-sizing: border-box }
  body { margin: 0; padding: 24px; background: #fff; color: #1f2328;
    font: 14px/1.5 'Liberation Sans', 'Noto Sans CJK SC', 'Noto Color Emoji', sans-serif }
  h1 { margin: 0 0 8px; font-size: 24px; font-weight: 400 }
  h1 span { color: #59636e }
  .state { display: inline-block; padding: 4px 12px; border-radius: 2em; background: #8250df; color: #fff; font-weight: 500 }
  .label { display: inline-block; padding: 0 9px; margin-left: 4px; border-radius: 2em; font-size: 12px; line-height: 20px;
    font-weight: 500 }
  .post { margin-top: 16px; border: 1px solid #d1d9e0; border-radius: 6px }
  .post > header { padding: 7px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0;
    color: #59636e }
  .post > header b { color: #1f2328; font-weight: 600 }
  .post > div { padding: 16px }
  .post > div > :first-child { margin-top: 0 }
  .post > div > :last-child { margin-bottom: 0 }
  p, pre, ul, details, .post h3, .post h4 { margin: 0 0 12px }
  .post h3 { font-size: 18px } .post h4 { font-size: 14px }
  ul { padding-left: 24px }
  code, pre { font: 12px/1.45 'Liberation Mono', monospace }
  code { padding: 2px 5px; background: #818b981f; border-radius: 6px }
  pre { padding: 12px; background: #f6f8fa; border-radius: 6px; overflow: hidden; white-space: pre-wrap; word-break: break-all }
  pre code { padding: 0; background: none }
  a { color: #0969da; text-decoration: none }
  sub { font-size: 12px; color: #59636e; vertical-align: baseline }
`
// Tells whoever draws the page how high it is.
const MEASURE = 'document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height)'

/** An issue that was answered and closed, as a page in the manner of GitHub's. */
export function exchangePage(issue: Issue, language: Language): string {
  const words = WORDS[language]
  const labels = issue.labels.map(({ name, color }) => label(name, color))
  const posts = [
    post(issue.author, words.opened, issue.body ?? ''),
    ...issue.comments.map(({ author, body }) => post(author, words.answered, body)),
  ]
  return `<!doctype html>
<html lang="${language}"><meta charset="utf-8"><style>${STYLE}</style><body>
<h1>${escape(issue.title)} <span>#${issue.number}</span></h1>
<span class="state">✓ ${words.closed}</span> ${labels.join('')}
${posts.join('\n')}
<script>${MEASURE}</script>
</body></html>
`
}

/** On a light colour the name is dark, as GitHub has it. */
function label(name: string, color: string): string {
  const [red = 0, green = 0, blue = 0] = Buffer.from(color, 'hex')
  const isLight = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140
  return `<span class="label" style="background:#${color};color:${isLight ? '#1f2328' : '#fff'}">${escape(name)}</span>`
}

function post(author: string, verb: string, body: string): string {
  return `<section class="post"><header><b>${escape(author)}</b> ${verb}</header><div>${markdown.render(body)}</div></section>`
}

function escape(text: string): string {
  return markdown.utils.escapeHtml(text)
}
