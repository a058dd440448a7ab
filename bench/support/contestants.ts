import { tmpdir } from 'node:os'
import { CLI, CLEAN } from '../../e2e/support/transship.ts'
import { findProgram } from '../../test/support/run.ts'

/** A program that copies an image with all of its platforms from one plain http registry to another. */
export interface Contestant {
  readonly name: string
  readonly program: string
  readonly args: (source: string, target: string) => readonly string[]
  /** The same for several images and mirrors in one command; absent where it takes one for each. */
  readonly argsForAll?: (sources: readonly string[], mirrors: readonly string[]) => readonly string[]
}

const WITHOUT_TLS = ['--src-tls-verify=false', '--dest-tls-verify=false']

const PEERS: readonly Contestant[] = [
  {
    name: 'skopeo copy --all',
    program: 'skopeo',
    args: (source, target) => ['copy', '--all', '--quiet', ...WITHOUT_TLS, `docker://${source}`, `docker://${target}`],
  },
  { name: 'crane copy', program: 'crane', args: (source, target) => ['copy', '--insecure', source, target] },
  {
    name: 'regctl image copy',
    program: 'regctl',
    args: (source, target) => [
      ...[source, target].flatMap((name) => ['--host', `reg=${name.split('/', 1)[0]},tls=disabled`]),
      'image',
      'copy',
      source,
      target,
    ],
  },
]

/** Transship, and those of its peers that are on PATH. */
export function contestants(): readonly Contestant[] {
  const transship = {
    name: 'transship copy',
    program: process.execPath,
    args: (source: string, target: string) => [CLI, 'copy', source, target],
    argsForAll: (sources: readonly string[], mirrors: readonly string[]) => [
      CLI,
      'copy',
      ...sources,
      ...mirrors.flatMap((mirror) => ['--to', mirror]),
    ],
  }
  return [transship, ...PEERS.filter(({ program }) => findProgram(program) !== undefined)]
}

/**
 * The arguments of each command that brings images to mirrors.
 * @param mirrors a host and a folder each
 */
export function commandsFor(
  { args, argsForAll }: Contestant,
  sources: readonly string[],
  mirrors: readonly string[],
): (readonly string[])[] {
  if (argsForAll) return [argsForAll(sources, mirrors)]
  return sources.flatMap((source) => mirrors.map((mirror) => args(source, `${mirror}/${source.replace(':', '_')}`)))
}

/** How to run one of them: with nothing that this machine's user has set up. */
export const SURROUNDINGS = { cwd: tmpdir(), environment: { ...CLEAN, HOME: tmpdir() } }
