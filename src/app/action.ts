import * as core from '@actions/core'
import { Failure } from '../failure/failure.ts'
import { configuredLanguage } from './files.ts'
import { runAction } from './run-action.ts'
import { failStep } from './action-report.ts'

/** The step's end; whoever loads the bundle may wait for it. */
export const done = runAction().catch(async (error: unknown) => {
  const failure = Failure.from(error)
  const language = core.getInput('language') || (await configuredLanguage(core.getInput('config')))
  failStep(failure, language === 'zh-CN' ? 'zh-CN' : 'en')
  if (failure.code === 'internal' && failure.cause instanceof Error) core.debug(failure.cause.stack ?? '')
})
