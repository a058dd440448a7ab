#!/usr/bin/env node
import type { Language } from '../failure/catalogue.ts'
import { Failure } from '../failure/failure.ts'
import { outliveOutput } from './closed-output.ts'
import { COMMANDS } from './command-specs.ts'
import { EXIT, type ExitStatus } from './exit-status.ts'
import { commandHelp, parseFlags, programHelp } from './flags.ts'
import { printFailure, USAGE_FAULTS } from './cli-output.ts'
import { VERSION } from './version.ts'

/** Runs one command line and gives its exit status. What a command needs is loaded with it, so that a start is quick. */
async function main([name = 'help', ...args]: readonly string[]): Promise<ExitStatus> {
  if (name === '--version' || name === 'version') return print(`${VERSION}\n`)
  if (name === 'help' && args[0] !== undefined) return main([args[0], '--help'])
  if (name === '--help' || name === 'help' || name === '-h') return print(programHelp(VERSION))
  const spec = COMMANDS.find((command) => command.name === name)
  if (spec === undefined) {
    const expected = COMMANDS.map((command) => command.name).join(' | ')
    throw new Failure('input-invalid', { name: 'command', value: name, expected })
  }
  const flags = parseFlags(spec, args)
  if (flags.isOn('help')) return print(commandHelp(spec))
  return (await loadCommand(spec.name))(flags)
}

async function loadCommand(name: string) {
  switch (name) {
    case 'copy':
      return (await import('./cli-copy.ts')).runCopy
    case 'request':
      return (await import('./cli-request.ts')).runRequest
    default:
      return (await import('./cli-serve.ts')).runServe
  }
}

function print(text: string): ExitStatus {
  process.stdout.write(text)
  return EXIT.done
}

/** The language that was asked for, as far as arguments tell that may themselves be what is wrong. */
async function languageOf(args: readonly string[]): Promise<Language> {
  const words = args.flatMap((word) => word.split('='))
  const after = (flag: string) => (words.includes(flag) ? (words[words.indexOf(flag) + 1] ?? '') : undefined)
  const given = after('--language')
  if (given !== undefined) return given === 'zh-CN' ? 'zh-CN' : 'en'
  const { configuredLanguage } = await import('./files.ts')
  return configuredLanguage(after('--config') ?? '')
}

/** Sets the exit status, and says what ended the program where something did. */
async function run(args: readonly string[]): Promise<void> {
  outliveOutput()
  try {
    process.exitCode = await main(args)
  } catch (error) {
    const failure = Failure.from(error)
    printFailure(failure, args.includes('--json'), await languageOf(args))
    process.exitCode = USAGE_FAULTS.has(failure.code) ? EXIT.wrongUse : EXIT.failed
  }
}

/** The program's end; tests and wrappers may wait for it. */
export const done = run(process.argv.slice(2))
