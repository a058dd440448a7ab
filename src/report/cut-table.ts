import { blocks, type Markdown } from './markdown.ts'
import type { Texts } from './texts.ts'

/** A table of at most `budget` UTF-16 units: the rows that do not fit are counted under it. */
export function cutTable(head: Markdown, rows: readonly Markdown[], budget: number, texts: Texts): Markdown {
  const lengths = rows.map((row) => row.length + 1)
  const whole = lengths.reduce((sum, length) => sum + length, head.length)
  if (whole <= budget) return [head, ...rows].join('\n')

  let left = budget - head.length - texts.leftOut(rows.length).length - 2
  const fitting = lengths.findIndex((length) => (left -= length) < 0)
  const shown = rows.slice(0, Math.max(0, fitting))
  return blocks([head, ...shown].join('\n'), texts.leftOut(rows.length - shown.length))
}
