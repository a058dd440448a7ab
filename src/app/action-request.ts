import * as core from '@actions/core'
import { context } from '@actions/github'
import { reportRequest } from './action-report.ts'
import { Failure } from '../failure/failure.ts'
import type { GivenCredentials } from './credentials.ts'
import { runRequest } from './request-run.ts'
import { runEnd } from './run-end.ts'
import type { Settings } from './settings.ts'

/**
 * The step that answers the issue whose event started the workflow.
 * @throws Failure `input-conflict` where tags are to be forced, and those of `runRequest`
 */
export async function answerRequest(settings: Settings, credentials: GivenCredentials): Promise<void> {
  if (settings.force)
    throw new Failure('input-conflict', { name: 'command: request', other: 'force', reason: 'request' })
  const { repository } = context.payload
  const result = await runRequest(
    {
      event: { name: context.eventName, payload: context.payload },
      repository: `${context.repo.owner}/${context.repo.repo}`,
      serverUrl: context.serverUrl,
      apiUrl: context.apiUrl,
      run: { id: context.runId, attempt: context.runAttempt },
      branch: typeof repository?.default_branch === 'string' ? repository.default_branch : 'main',
      hasRunPage: true,
    },
    settings,
    credentials,
    process.env,
    { end: runEnd(settings.deadline), log: (line) => core.info(line) },
  )
  await reportRequest(result, settings)
}
