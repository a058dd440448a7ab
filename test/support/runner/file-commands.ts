/**
 * Reads a file of the kind of GITHUB_OUTPUT and GITHUB_ENV: `name=value`, or `name<<DELIMITER`, lines, `DELIMITER`.
 * The last of several values counts.
 * @throws Error where a runner would fail the step
 */
export function parseKeyValueFile(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  while (lines.length > 0) {
    const line = lines.shift() ?? ''
    if (line === '') continue
    const [, name, operator, rest = ''] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? []
    if (name === undefined) throw new Error(`Invalid format '${line}'`)
    if (name === '') throw new Error(`Invalid format '${line}'. Name must not be empty`)
    values[name] = operator === '=' ? rest : takeHeredoc(lines, line, rest)
  }
  return values
}

/** Takes the lines up to the delimiter from the front of `lines`. */
function takeHeredoc(lines: string[], opening: string, delimiter: string): string {
  if (delimiter === '') throw new Error(`Invalid format '${opening}'. Delimiter must not be empty`)
  const end = lines.indexOf(delimiter)
  if (end === -1) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
  return lines
    .splice(0, end + 1)
    .slice(0, -1)
    .join('\n')
}
