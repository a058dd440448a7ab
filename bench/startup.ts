/** Compares how long the command line takes to start with how long Node itself takes. */
import { spawnSync } from 'node:child_process'
import { CLI } from '../e2e/support/transship.ts'
import { machine } from './support/machine.ts'
import { printTable, printText } from './support/table.ts'

const ROUNDS = 20
const COMMANDS: readonly (readonly string[])[] = [
  ['-e', '0'],
  [CLI, '--version'],
  [CLI, 'copy', '--help'],
]

// In turn, so that whatever else the machine does falls on all of them alike.
const times = COMMANDS.map((): number[] => [])
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [index, args] of COMMANDS.entries()) times[index]?.push(millisecondsFor(args))
}

const [bare = 0, ...others] = times.map(median)
printText(`Milliseconds from start to end, the median of ${ROUNDS}.`)
printTable([
  ['', 'median', 'above bare Node'],
  ['node -e 0', bare.toFixed(0), ''],
  ...others.map((time, index) => [name(COMMANDS[index + 1] ?? []), time.toFixed(0), (time - bare).toFixed(0)]),
])
printText(machine())

function millisecondsFor(args: readonly string[]): number {
  const started = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args)
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr.toString()}`)
  return performance.now() - started
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
}

function name([, ...rest]: readonly string[]): string {
  return ['transship', ...rest].join(' ')
}
