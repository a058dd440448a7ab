/** The answers in an issue form, as text. A field that is absent has no heading in the body. */
export interface FormFields {
  readonly images?: string
  readonly platforms?: string
}

// The labels of the fields in the forms of .github/ISSUE_TEMPLATE, in each language.
const FIELDS = new Map<string, keyof FormFields>([
  ['images', 'images'],
  ['image', 'images'],
  ['镜像', 'images'],
  ['platforms', 'platforms'],
  ['platform', 'platforms'],
  ['平台', 'platforms'],
])

const HEADING = /^### (.+)$/
const FENCE = /^\s{0,3}(?:```|~~~)/
const NO_RESPONSE = '_No response_'

/**
 * Reads the body that GitHub makes from an issue form: `### Label`, a blank line, the answer. Of two fields with
 * one name the first counts. Comments left over from a template are no text.
 */
export function readForm(body: string): FormFields {
  const sections = new Map<keyof FormFields, string[]>()
  let section: string[] | undefined
  let fenced = false
  for (const line of withoutComments(body).split(/\r\n|\r|\n/)) {
    if (FENCE.test(line)) fenced = !fenced
    const heading = HEADING.exec(line)?.[1]
    const field = heading === undefined ? undefined : FIELDS.get(heading.trim().toLowerCase())
    if (field !== undefined) {
      // A field's heading counts even inside a fence: one that was left open must not swallow the next field.
      fenced = false
      section = []
      if (!sections.has(field)) sections.set(field, section)
    } else if (heading !== undefined && !fenced) {
      section = undefined
    } else {
      section?.push(line)
    }
  }
  return Object.fromEntries([...sections].map(([field, lines]) => [field, answer(lines)]))
}

/** The lines of an answer that may be a list or a fenced block, without what only marks it up. */
export function answerLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => !FENCE.test(line))
    .map((line) => line.replace(/^\s*(?:[-*+]|\d{1,3}[.)])\s+/, ''))
}

function answer(lines: readonly string[]): string {
  const text = lines.join('\n').trim()
  return text === NO_RESPONSE ? '' : text
}

function withoutComments(text: string): string {
  let kept = ''
  let position = 0
  for (;;) {
    const start = text.indexOf('<!--', position)
    const end = start === -1 ? -1 : text.indexOf('-->', start + 4)
    if (end === -1) return kept + text.slice(position)
    kept += text.slice(position, start)
    position = end + 3
  }
}
