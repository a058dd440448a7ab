import { Failure } from '../failure/failure.ts'
import { outcomeToJson } from '../report/json.ts'
import { outcomeLines } from '../report/terminal.ts'
import { givenBy } from './cli-copy.ts'
import { lineStyle, printFailure } from './cli-output.ts'
import { environmentCredentials } from './credentials.ts'
import { EXIT, exitStatusOf, type ExitStatus } from './exit-status.ts'
import { loadConfig } from './files.ts'
import type { Parsed } from './flags.ts'
import { runRequest as answer } from './request-run.ts'
import { runEnd } from './run-end.ts'
import { readSettings } from './settings.ts'
import { systemClock } from './system.ts'

/** `transship request`: answers an issue as the Action does, whatever happened to it before. */
export async function runRequest(flags: Parsed): Promise<ExitStatus> {
  const { env } = process
  const settings = readSettings(givenBy(flags), await loadConfig(flags.value('config')))
  const repository = flags.value('repository') || (env.GITHUB_REPOSITORY ?? '')
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Failure('input-missing', { name: '--repository', need: 'repository' })
  }
  const issue = flags.value('issue')
  if (!/^[1-9]\d*$/.test(issue)) throw new Failure('input-missing', { name: '--issue', need: 'issue' })
  const result = await answer(
    {
      event: { name: 'issues', payload: payloadFor(Number(issue), repository) },
      repository,
      serverUrl: env.GITHUB_SERVER_URL ?? 'https://github.com',
      apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
      again: true,
      // Outside a workflow the moment tells one run from another.
      run: { id: Number(env.GITHUB_RUN_ID ?? systemClock.now()), attempt: 1 },
      branch: 'main',
      hasRunPage: env.GITHUB_RUN_ID !== undefined,
    },
    settings,
    {
      ...environmentCredentials(env),
      githubToken: env.GITHUB_TOKEN ?? '',
      githubActor: env.GITHUB_ACTOR ?? '',
    },
    env,
    { end: runEnd(settings.deadline), log: (line) => process.stderr.write(`${line}\n`) },
  )
  if (result.skipped === 'gone') {
    throw new Failure('input-invalid', { name: '--issue', value: issue, expected: `an issue of ${repository}` })
  }
  if (result.skipped) process.stderr.write(`Nothing to do: ${result.skipped}.\n`)
  const style = lineStyle(settings.language, process.stdout)
  const failures = [result.fault, ...result.unsaid].filter((failure) => failure !== undefined)
  if (flags.isOn('json')) process.stdout.write(`${JSON.stringify(result.outcomes.map(outcomeToJson), undefined, 2)}\n`)
  else for (const outcome of result.outcomes) process.stdout.write(`${outcomeLines(outcome, style).join('\n')}\n`)
  for (const failure of failures) printFailure(failure, false, settings.language)
  return failures.length > 0 ? EXIT.failed : exitStatusOf(result.outcomes, { refusalFails: false })
}

/** What GitHub would send of the issue. */
function payloadFor(number: number, repository: string) {
  return {
    action: 'reopened',
    issue: { number },
    sender: { login: 'command-line' },
    repository: { full_name: repository },
  }
}
