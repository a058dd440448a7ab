import { parseByteSize } from '../config/byte-size.ts'
import { parseDuration } from '../config/duration.ts'
import { Failure } from '../failure/failure.ts'

/** The names under which settings are given: inputs of the Action, and flags. */
export type SettingName =
  | 'images'
  | 'mirrors'
  | 'naming'
  | 'allowlist'
  | 'platforms'
  | 'sparse'
  | 'drop-attestations'
  | 'docker-media-types'
  | 'referrers'
  | 'foreign-layers'
  | 'tags'
  | 'mutable-tags'
  | 'force'
  | 'backup-tags'
  | 'endpoints'
  | 'insecure-registries'
  | 'language'
  | 'max-size'
  | 'concurrency'
  | 'pull-reserve'
  | 'deadline'
  | 'dry-run'

/** What was given by name: an input of the Action, or a flag. Empty text means: not given. */
export type Given = (name: SettingName) => string

/** Items of a list: one a line, or with commas or white space between them; `#` begins a comment at a line's start. */
export function listOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(/[\s,]+/))
    .filter((item) => item !== '')
}

/** The first list unless it is empty. */
export function orElse<Item>(items: readonly Item[], others: readonly Item[] | undefined): readonly Item[] {
  return items.length > 0 ? items : (others ?? [])
}

/** One of several words. @throws Failure `input-invalid` */
export function readChoice<Choice extends string>(
  given: Given,
  name: SettingName,
  choices: readonly Choice[],
): Choice | undefined {
  return readValue(given, name, choices.join(' | '), (value) => choices.find((choice) => choice === value))
}

/** `true` or `false`. @throws Failure `input-invalid` */
export function readSwitch(given: Given, name: SettingName): boolean | undefined {
  const choice = readChoice(given, name, ['true', 'false'])
  return choice === undefined ? undefined : choice === 'true'
}

/** Bytes. @throws Failure `input-invalid` */
export function readSize(given: Given, name: SettingName): number | undefined {
  return readValue(given, name, 'BYTES | 500MB | 20GiB', parseByteSize)
}

/** Milliseconds. @throws Failure `input-invalid` */
export function readDuration(given: Given, name: SettingName): number | undefined {
  return readValue(given, name, '90s | 45m | 5h30m', parseDuration)
}

/** A whole number within bounds. @throws Failure `input-invalid` */
export function readCount(
  given: Given,
  name: SettingName,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  return readValue(given, name, `${least}-${most}`, (value) => {
    const count = Number(value)
    return /^\d+$/.test(value) && count >= least && count <= most ? count : undefined
  })
}

function readValue<Value>(
  given: Given,
  name: SettingName,
  expected: string,
  read: (value: string) => Value | undefined,
): Value | undefined {
  const text = given(name)
  if (text === '') return undefined
  const value = read(text)
  if (value === undefined) throw new Failure('input-invalid', { name, value: text, expected })
  return value
}
