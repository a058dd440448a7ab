import { parseArgs, type ParseArgsConfig } from 'node:util'
import { Failure } from '../failure/failure.ts'
import { COMMANDS, type CommandSpec } from './command-specs.ts'

/** What was typed behind a command's name. */
export interface Parsed {
  readonly positionals: readonly string[]
  /** A flag's value; those of a repeated one on lines of their own; `true` of a switch. Empty where it was not given. */
  readonly value: (name: string) => string
  readonly isOn: (name: string) => boolean
}

/**
 * Reads what was typed behind a command's name.
 * @throws Failure `usage-invalid` for an unknown flag or a missing value
 */
export function parseFlags(spec: CommandSpec, args: readonly string[]): Parsed {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    spec.flags.map(({ name, value, repeats = false }) => [
      name,
      value === undefined ? { type: 'boolean' as const } : { type: 'string' as const, multiple: repeats },
    ]),
  )
  const { values, positionals } = parse(spec, args, options)
  return {
    positionals,
    value: (name) => {
      const value = values[name]
      return Array.isArray(value) ? value.join('\n') : String(value ?? '')
    },
    isOn: (name) => values[name] === true,
  }
}

function parse(spec: CommandSpec, args: readonly string[], options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    // Node's own sentence goes on with advice about positional arguments.
    const detail = error instanceof Error ? error.message.split(/\.?\n|\. /, 1)[0] : ''
    throw new Failure('usage-invalid', { command: spec.name, detail: detail ?? '' }, { cause: error })
  }
}

/** The help for all commands. */
export function programHelp(version: string): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  const lines = COMMANDS.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`)
  return [
    `transship ${version}: mirror container images, digests unchanged.`,
    '',
    'Usage: transship COMMAND [ARGUMENTS]',
    '',
    ...lines,
    '',
    'transship COMMAND --help says more. Exit status: 0 done, 1 something failed, 2 wrong use, 3 something was left.',
    '',
  ].join('\n')
}

/** The help for one command. */
export function commandHelp({ name, usage, help, flags }: CommandSpec): string {
  const left = flags.map((flag) => `  --${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`)
  const width = Math.max(...left.map((text) => text.length))
  const lines = flags.map((flag, index) => `${(left[index] ?? '').padEnd(width)}  ${flag.help}`)
  return [`Usage: transship ${name} ${usage}`, '', help, '', ...lines, ''].join('\n')
}
