import * as core from '@actions/core'
import { copy } from '../commands/copy.ts'
import { Failure } from '../failure/failure.ts'
import { outcomeLines } from '../report/terminal.ts'
import { annotateAllowlist, reportOutcomes } from './action-report.ts'
import { copyOptions } from './copy-options.ts'
import { toMirrors } from './copy-target.ts'
import type { GivenCredentials } from './credentials.ts'
import { loadConfig } from './files.ts'
import { runEnd } from './run-end.ts'
import { openPorts } from './run-ports.ts'
import { readSettings, type Settings } from './settings.ts'

/** GitHub ends a job after six hours; whoever waits has to be answered before. Milliseconds. */
const DEADLINE = 5.5 * 3_600_000

/** One step of a workflow: inputs in, outputs, annotations and a summary out. */
export async function runAction(): Promise<void> {
  const command = core.getInput('command') || 'request'
  const given = readSettings((name) => core.getInput(name), await loadConfig(core.getInput('config')))
  const settings: Settings = { deadline: DEADLINE, ...given }
  const credentials: GivenCredentials = {
    username: core.getInput('username'),
    password: core.getInput('password'),
    githubToken: core.getInput('token'),
    githubActor: process.env.GITHUB_ACTOR ?? '',
  }
  for (const secret of [credentials.password, credentials.githubToken]) if (secret) core.setSecret(secret)
  switch (command) {
    case 'request':
      // GitHub's client is loaded only where it is needed.
      return (await import('./action-request.ts')).answerRequest(settings, credentials)
    case 'copy':
      return copyImages(settings, credentials)
    default:
      throw new Failure('input-invalid', { name: 'command', value: command, expected: 'request | copy' })
  }
}

async function copyImages(settings: Settings, credentials: GivenCredentials): Promise<void> {
  const { images, to, hosts } = toMirrors(settings.images, settings.mirrors, 'mirrors')
  const options = await copyOptions(settings)
  if (options.allowlist)
    annotateAllowlist(options.allowlist.path, options.allowlist.allowlist.problems, settings.language)
  const ports = await openPorts(settings, hosts, credentials, process.env, runEnd(settings.deadline))
  const style = { language: settings.language, color: false }
  try {
    const outcomes = await copy(
      { ...options, images, to },
      { ...ports, onOutcome: (outcome) => outcomeLines(outcome, style).forEach((line) => core.info(line)) },
    )
    // A pipeline that asks for an image and does not get it must not go on as if it had.
    await reportOutcomes(outcomes, settings.language, { refusalFails: true })
  } finally {
    await ports.registries.close()
  }
}
