/** Prints rows as a Markdown table, the first row being its head; numbers stand to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const [head = []] = rows
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => pad(cell, widths, column)).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  process.stdout.write(`${[line(head), line(rule), ...rows.slice(1).map(line)].join('\n')}\n\n`)
}

function pad(cell: string, widths: readonly number[], column: number): string {
  const width = widths[column] ?? 0
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}

/** Prints a paragraph. */
export function printText(text: string): void {
  process.stdout.write(`${text}\n\n`)
}
