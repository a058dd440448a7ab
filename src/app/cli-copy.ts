import { copy, type CopyOptions } from '../commands/copy.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { outcomeToJson } from '../report/json.ts'
import { outcomeLines, totalLine } from '../report/terminal.ts'
import { lineStyle } from './cli-output.ts'
import { toMirrors, toTarget, type CopyPlan } from './copy-target.ts'
import { copyOptions } from './copy-options.ts'
import { exitStatusOf, type ExitStatus } from './exit-status.ts'
import { loadConfig } from './files.ts'
import type { Parsed } from './flags.ts'
import type { Given } from './given.ts'
import { progressDisplay } from './progress.ts'
import { runEnd } from './run-end.ts'
import { openPorts } from './run-ports.ts'
import { readSettings, type Settings } from './settings.ts'
import { environmentCredentials } from './credentials.ts'

/** `transship copy`. Whoever types an image means it: that it is refused is a failure. */
export async function runCopy(flags: Parsed): Promise<ExitStatus> {
  const settings = readSettings(givenBy(flags), await loadConfig(flags.value('config')))
  const { images, to, hosts } = planOf(flags, settings)
  const options: CopyOptions = { ...(await copyOptions(settings)), images, to, proof: flags.isOn('verify') }

  const given = environmentCredentials(process.env)
  const ports = await openPorts(settings, hosts, given, process.env, runEnd(settings.deadline))
  const json = flags.isOn('json')
  const show = progressDisplay(json ? undefined : process.stderr)
  const style = lineStyle(settings.language, process.stdout)
  const onOutcome = (outcome: Outcome) => json || show.print(process.stdout, outcomeLines(outcome, style))
  try {
    const outcomes = await copy({ ...options, onProgress: show.update }, { ...ports, onOutcome })
    show.end()
    if (json) process.stdout.write(`${JSON.stringify(outcomes.map(outcomeToJson), undefined, 2)}\n`)
    else if (outcomes.length > 1) process.stdout.write(`${totalLine(outcomes, style)}\n`)
    return exitStatusOf(outcomes, { refusalFails: true })
  } finally {
    await ports.registries.close()
  }
}

/** With `--to`, or one name alone, all are images; otherwise two names are a source and its target. */
function planOf(flags: Parsed, { images, mirrors }: Settings): CopyPlan {
  const [source, target, ...others] = flags.positionals
  const isPair = !flags.value('to') && others.length === 0
  if (isPair && source !== undefined && target !== undefined) return toTarget(source, target)
  return toMirrors(source === undefined ? images : flags.positionals, mirrors, '--to')
}

/** Flags under the names of settings. */
export function givenBy(flags: Parsed): Given {
  return (name) => (name === 'mirrors' ? flags.value('to') || flags.value('mirrors') : flags.value(name))
}
