import { claimByCreating, claimByUpdating, findOwnComment } from '../github/claim.ts'
import { decide } from '../github/decide.ts'
import { readIssueEvent, type IssueAction, type SkipReason } from '../github/event.ts'
import { readLiveRequest } from '../github/live-request.ts'
import { isRequest } from '../github/request.ts'
import { parseAllowlist } from '../policy/allowlist.ts'
import {
  answerRequest,
  claimText,
  prepareRound,
  type Answer,
  type AnswerContext,
  type HeldComment,
  type Round,
} from './request-answer.ts'
import type { RequestOptions, RequestPorts, RequestResult } from './request-options.ts'
import { carryOut } from './request-tasks.ts'

/**
 * Answers the request that an event is about: reads the issue as it is now, judges every image, copies those that
 * are allowed, and says in one comment what came of it. Events that come twice, together or late do no harm.
 * @throws Failure `github-error` as long as nothing is copied; a later one is in the result
 */
export async function request(options: RequestOptions, ports: RequestPorts): Promise<RequestResult> {
  const event = readIssueEvent(options.event.name, options.event.payload, options.requestLabel)
  if (typeof event === 'string') return skip(event)
  const live = await readLiveRequest(ports.github, event.issueNumber, options.maxImages)
  if (typeof live === 'string') return skip(live)
  if (!isRequest(live.issue, options.requestLabel)) return skip('not-a-request')

  const allowlist = parseAllowlist((await ports.readAllowlist()) ?? '')
  const context: AnswerContext = { options, ports, file: { path: options.links.allowlist.path, allowlist } }
  const round = prepareRound(live, context)
  const answer = options.dryRun ? await planRequest(round, context) : await answerOnce(event.action, round, context)
  return { ...answer, warnings: allowlist.problems }
}

async function planRequest({ live, tasks }: Round, { ports }: AnswerContext): Promise<Answer> {
  const outcomes = await carryOut(tasks, { copyImage: ports.copyImage, dryRun: true }, () => {})
  return { outcomes, unsaid: [], ...('fault' in live.request && { fault: live.request.fault }) }
}

async function answerOnce(action: IssueAction, round: Round, context: AnswerContext): Promise<Answer> {
  const held = await claimIssue(action, round, context)
  if (typeof held === 'string') return skip(held)
  return answerRequest(held, round, context)
}

/** Makes this run the one that answers; or says why it need not, or another one does. */
async function claimIssue(
  action: IssueAction,
  round: Round,
  context: AnswerContext,
): Promise<HeldComment | SkipReason> {
  const { github, clock } = context.ports
  const { run, again = false } = context.options
  const { issue, fingerprint } = round.live
  const viewer = await github.viewerLogin()
  const comment = await findOwnComment(github, issue.number, viewer)
  const holder = comment?.state?.phase === 'working' ? await github.runStatus(comment.state.run.id) : undefined

  const step = decide({ action, again, issue, run, fingerprint, comment, holder, now: clock.now() })
  if (step.do === 'stop') return step.reason
  const body = claimText(round, context)
  if (step.do === 'create') {
    const created = await claimByCreating(github, { issue: issue.number, viewer, run, body })
    return created === undefined ? 'held' : { id: created.id, url: created.url }
  }
  const { id, url } = step.comment
  const updatedAt = clock.now()
  const write = () => github.updateComment(id, body)
  return (await claimByUpdating(github, { comment: id, run, clock, write })) ? { id, url, updatedAt } : 'held'
}

function skip(skipped: SkipReason): RequestResult {
  return { skipped, outcomes: [], warnings: [], unsaid: [] }
}
