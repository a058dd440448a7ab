import type { Failure, FailureCode } from '../failure/failure.ts'
import { failureToJson } from '../report/json.ts'
import { failureLines, type LineStyle } from '../report/terminal.ts'

/** Failures that the one who typed the command can mend by typing another. */
export const USAGE_FAULTS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'input-invalid',
  'input-missing',
  'input-conflict',
  'usage-invalid',
  'config-invalid',
  'file-unreadable',
  'credentials-ambiguous',
  'target-invalid',
  'platform-invalid',
  'reference-invalid',
  'images-none',
])

/** How lines look here: colours where a person reads them and has not asked for none (no-color.org). */
export function lineStyle(language: LineStyle['language'], stream: NodeJS.WriteStream): LineStyle {
  return { language, color: stream.isTTY && !process.env.NO_COLOR }
}

/** What ended the whole program. With `json`, standard output holds nothing but JSON, also now. */
export function printFailure(failure: Failure, json: boolean, language: LineStyle['language'] = 'en'): void {
  if (json) process.stdout.write(`${JSON.stringify({ error: failureToJson(failure) }, undefined, 2)}\n`)
  else process.stderr.write(`${failureLines(failure, { language, color: false }).join('\n')}\n`)
}
