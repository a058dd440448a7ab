import { parseArgs, type ParseArgsConfig } from 'node:util'
import { Failure } from '../failure/failure.ts'

/** One flag of the command line. Its name is that of the Action's input where there is one. */
export interface Flag {
  readonly name: string
  /** What stands behind it, as the help shows it; a flag without is a switch. */
  readonly value?: string
  readonly help: string
  readonly repeats?: boolean
}

/** One command of the command line. */
export interface CommandSpec {
  readonly name: string
  /** Its arguments, as the help shows them. */
  readonly usage: string
  readonly help: string
  readonly flags: readonly Flag[]
}

/** What was typed behind a command's name. */
export interface Parsed {
  readonly positionals: readonly string[]
  /** A flag's value; those of a repeated one on lines of their own. Empty where it was not given. */
  readonly value: (name: string) => string
  readonly isOn: (name: string) => boolean
}

const COMMON: readonly Flag[] = [
  { name: 'config', value: 'FILE', help: 'configuration file (default: .github/transship.yml, if there)' },
  { name: 'language', value: 'en|zh-CN', help: 'language of messages (default: en)' },
  { name: 'json', help: 'print JSON' },
  { name: 'help', help: 'show this help' },
]

const COPYING: readonly Flag[] = [
  { name: 'naming', value: 'prefix|flat', help: 'how mirrors name what they serve (default: prefix)' },
  { name: 'allowlist', value: 'FILE', help: 'copy only what this list allows' },
  { name: 'platforms', value: 'LIST', help: 'only these, as in linux/amd64,linux/arm64 (default: all)', repeats: true },
  {
    name: 'endpoints',
    value: 'NAME=HOST',
    help: 'read a registry from elsewhere, as in docker.io=proxy:5000',
    repeats: true,
  },
  { name: 'insecure-registries', value: 'HOST', help: 'speak plain http to this host', repeats: true },
  { name: 'max-size', value: 'SIZE', help: 'largest image to copy (default: 20GiB)' },
  { name: 'concurrency', value: 'N', help: 'blobs that move at once (default: 4)' },
  { name: 'dry-run', help: 'print what would be copied, and copy nothing' },
]

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'copy',
    usage: 'SOURCE... --to MIRROR... | SOURCE TARGET',
    help: 'Copy images with all their platforms, digests unchanged, from registry to registry or to a directory (oci:DIR).',
    flags: [
      {
        name: 'to',
        value: 'MIRROR',
        help: 'a registry with a prefix (ghcr.io/acme/mirror), or oci:DIR',
        repeats: true,
      },
      ...COPYING,
      { name: 'verify', help: 'read everything back afterwards, not only the tag' },
      ...COMMON,
    ],
  },
  {
    name: 'request',
    usage: '--repository OWNER/NAME --issue NUMBER --mirrors MIRROR...',
    help: 'Answer a mirror request that was opened as a GitHub issue. Needs GITHUB_TOKEN.',
    flags: [
      { name: 'repository', value: 'OWNER/NAME', help: 'the repository of the issue (default: GITHUB_REPOSITORY)' },
      { name: 'issue', value: 'NUMBER', help: 'the issue' },
      { name: 'mirrors', value: 'MIRROR', help: 'where to copy to', repeats: true },
      ...COPYING,
      ...COMMON,
    ],
  },
  {
    name: 'serve',
    usage: 'DIR',
    help: 'Serve a directory as an OCI registry on this machine: pull, push, tags. It has no logins.',
    flags: [
      { name: 'port', value: 'N', help: 'port (default: 5000; 0 for any that is free)' },
      { name: 'host', value: 'ADDRESS', help: 'address to listen on (default: 127.0.0.1)' },
      { name: 'read-only', help: 'refuse pushes' },
      ...COMMON,
    ],
  },
]

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
      return Array.isArray(value) ? value.join('\n') : typeof value === 'string' ? value : ''
    },
    isOn: (name) => values[name] === true,
  }
}

function parse(spec: CommandSpec, args: readonly string[], options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    // Node's own sentence goes on with advice about positional arguments.
    const detail = error instanceof Error ? error.message.split(/\. |\n/, 1)[0] : ''
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
    'transship COMMAND --help says more. Exit status: 0 done, 1 something failed, 2 wrong use.',
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
