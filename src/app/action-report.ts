import * as core from '@actions/core'
import type { RequestResult } from '../commands/request-options.ts'
import { CONFIG_DEFAULTS } from '../config/config.ts'
import type { Language } from '../failure/catalogue.ts'
import { Failure } from '../failure/failure.ts'
import { patternFaultText } from '../failure/pattern-fault.ts'
import { isDelivered, type Outcome } from '../outcome/outcome.ts'
import type { AllowlistProblem } from '../policy/allowlist.ts'
import { outcomeToJson } from '../report/json.ts'
import { renderSummary } from '../report/summary.ts'
import { failureLines, logText, outcomeLines, totalLine } from '../report/terminal.ts'
import { EXIT, exitStatusOf } from './exit-status.ts'
import type { Settings } from './settings.ts'

/** Ends the step as failed, with the failure as an annotation: at its line, where it is about one. */
export function failStep(failure: Failure, language: Language): void {
  core.error(messageOf(failure, language), placeOf(failure))
  process.exitCode = core.ExitCode.Failure
}

function messageOf(failure: Failure, language: Language): string {
  return failureLines(failure, { language, color: false }).join(' ')
}

function placeOf(failure: Failure): core.AnnotationProperties {
  if (!Failure.is(failure, 'config-invalid')) return {}
  const { file, line, column } = failure.facts
  return { file, startLine: line, startColumn: column }
}

/** Lines of an allowlist that are no rules, at their place in the file. */
export function annotateAllowlist(file: string, problems: readonly AllowlistProblem[], language: Language): void {
  for (const { line, text, reason } of problems) {
    core.warning(`${logText(text)}: ${patternFaultText(reason, language)}`, { file, startLine: line })
  }
}

/** Sets outputs, annotations, the job summary and the step's end from what happened. */
export async function reportOutcomes(
  outcomes: readonly Outcome[],
  language: Language,
  { refusalFails }: { readonly refusalFails: boolean },
): Promise<void> {
  setOutputs(outcomes)
  for (const outcome of outcomes) annotate(outcome, language, refusalFails)
  if (outcomes.length > 0) {
    core.info(totalLine(outcomes, { language, color: false }))
    await core.summary.addRaw(renderSummary(outcomes, language), true).write()
  }
  if (exitStatusOf(outcomes, { refusalFails }) !== EXIT.done) process.exitCode = core.ExitCode.Failure
}

/** The same for a request, of which more can be said. */
export async function reportRequest(result: RequestResult, settings: Settings): Promise<void> {
  const { language, allowlist = CONFIG_DEFAULTS.allowlist } = settings
  annotateAllowlist(allowlist, result.warnings, language)
  if (result.skipped) core.info(`Nothing to do: ${result.skipped}.`)
  for (const outcome of result.outcomes)
    outcomeLines(outcome, { language, color: false }).forEach((line) => core.info(line))
  // A refusal is an answer like any other: the request was dealt with.
  await reportOutcomes(result.outcomes, language, { refusalFails: false })
  for (const failure of [result.fault, ...result.unsaid]) if (failure) failStep(failure, language)
}

function setOutputs(outcomes: readonly Outcome[]): void {
  const delivered = outcomes.filter(isDelivered)
  const count = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status).length
  core.setOutput('addresses', delivered.map(({ address }) => address).join('\n'))
  core.setOutput('digests', Object.fromEntries(delivered.map(({ address, digest }) => [address, digest])))
  core.setOutput('outcomes', outcomes.map(outcomeToJson))
  core.setOutput('copied', delivered.length)
  core.setOutput('refused', count('refused'))
  core.setOutput('failed', count('failed'))
  core.setOutput('left', count('left'))
}

function annotate(outcome: Outcome, language: Language, refusalFails: boolean): void {
  if (!('failure' in outcome)) return
  const message = messageOf(outcome.failure, language)
  const properties = { title: logText(outcome.image) }
  if (outcome.status === 'refused' && !refusalFails) core.notice(message, properties)
  else core.error(message, properties)
}
