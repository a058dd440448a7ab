import { Failure } from '../failure/failure.ts'
import { claimByUpdating, holds } from '../github/claim.ts'
import type { SkipReason } from '../github/event.ts'
import { readLiveRequest, type LiveRequest } from '../github/live-request.ts'
import { paceComment, type PacedComment } from '../github/paced-comment.ts'
import { resultOf, settleLabels, settleState } from '../github/settle.ts'
import { withState } from '../github/state.ts'
import type { Outcome } from '../outcome/outcome.ts'
import { renderComment, renderNotice } from '../report/comment.ts'
import { logText } from '../report/terminal.ts'
import type { ItemView, RequestView } from '../report/request-view.ts'
import type { AllowlistFile } from './judge-image.ts'
import type { RequestOptions, RequestPorts, RequestResult } from './request-options.ts'
import { carryOut, judgeRequest, queuedItems, rememberDelivered, type CopyImage, type Task } from './request-tasks.ts'

/** A request as it was read, and what there is to do for it. */
export interface Round {
  readonly live: LiveRequest
  readonly tasks: readonly Task[]
}

/** What stays the same over all rounds. */
export interface AnswerContext {
  readonly options: RequestOptions
  readonly ports: RequestPorts
  readonly file: AllowlistFile
}

/** The claim that this run holds. */
export interface HeldComment {
  readonly id: number
  readonly url: string
  /** When this run last updated it, in milliseconds since the Unix epoch; absent for one that it created. */
  readonly updatedAt?: number
}

export type Answer = Omit<RequestResult, 'warnings'>

/** Whoever edits more often while one run is at work has the last text answered by the next event. */
const MOST_ROUNDS = 5

/** Judges a request as it was read. No registry is asked. */
export function prepareRound(live: LiveRequest, { options, file }: AnswerContext): Round {
  const { request } = live
  return { live, tasks: 'fault' in request ? [] : judgeRequest(request, file, options.mirrors) }
}

/** The comment's text that claims an issue for this run. */
export function claimText(round: Round, context: AnswerContext): string {
  return workingText(round, 'queued', queuedItems(round.tasks), context)
}

/**
 * Does the work that this run has claimed and answers it. When the issue's text has changed meanwhile the work goes
 * on with the new text, so that the answer that stays is the one to the latest; labels and state come last. What
 * GitHub refuses from here on does not undo the work: it is in the answer.
 */
export async function answerRequest(held: HeldComment, first: Round, context: AnswerContext): Promise<Answer> {
  const answering = new Answering(held, context)
  try {
    return answering.answer(await answering.goRounds(first))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return answering.answer({ unsaid: [error] })
  } finally {
    await answering.stop()
  }
}

/** One run at work on one issue. */
class Answering {
  readonly #context: AnswerContext
  readonly #copyImage: CopyImage
  readonly #paced: PacedComment
  #comment: Pick<HeldComment, 'id' | 'url'>
  #outcomes: readonly Outcome[] = []

  constructor(held: HeldComment, context: AnswerContext) {
    const { github, clock, log, copyImage } = context.ports
    this.#context = context
    this.#comment = held
    this.#copyImage = rememberDelivered(copyImage)
    this.#paced = paceComment({
      update: (body) => github.updateComment(this.#comment.id, body),
      updatedAt: held.updatedAt,
      clock,
      onError: (error) => log(`Progress could not be shown: ${logText(Failure.from(error).message)}`),
    })
  }

  /** The answer as far as the work has come. */
  answer(end: Partial<Answer>): Answer {
    return { outcomes: this.#outcomes, unsaid: [], commentUrl: this.#comment.url, ...end }
  }

  /** Nothing is written from here on. */
  stop(): Promise<void> {
    return this.#paced.stop()
  }

  async goRounds(first: Round): Promise<Partial<Answer>> {
    let round = first
    for (let count = 1; ; count += 1) {
      await this.#carryOut(round)
      const before = await this.#readAgain(round)
      if (typeof before === 'string') return { skipped: before }
      const isLast = count === MOST_ROUNDS
      if (isChanged(round, before) && !isLast) {
        round = prepareRound(before, this.#context)
        continue
      }
      if (!(await this.#publish(round))) return { skipped: 'held' }
      // An edit whose own run saw this one at work, and stopped, came before this: it is seen here.
      const after = await this.#readAgain(round)
      if (typeof after === 'string') return { skipped: after }
      if (!isChanged(round, after) || isLast) return this.#settle(round, first, after)
      round = prepareRound(after, this.#context)
      if (!(await this.#claimAgain(round))) return { skipped: 'held' }
    }
  }

  async #carryOut(round: Round): Promise<void> {
    this.#outcomes = await carryOut(round.tasks, { copyImage: this.#copyImage, dryRun: false }, (items) =>
      this.#paced.show(() => workingText(round, 'working', items, this.#context)),
    )
  }

  #readAgain({ live }: Round): Promise<LiveRequest | SkipReason> {
    const { ports, options } = this.#context
    return readLiveRequest(ports.github, live.issue.number, options.maxImages)
  }

  /** Writes the answer, unless another run has taken the issue over. */
  async #publish(round: Round): Promise<boolean> {
    const { ports, options } = this.#context
    const standing = await holds(ports.github, this.#comment.id, options.run)
    if (standing === 'lost') return false
    const body = finishedText(round, this.#outcomes, this.#context)
    if (standing === 'deleted') this.#comment = await ports.github.createComment(round.live.issue.number, body)
    else await this.#paced.write(body)
    return true
  }

  #claimAgain(round: Round): Promise<boolean> {
    const { ports, options } = this.#context
    const write = () => this.#paced.write(claimText(round, this.#context))
    return claimByUpdating(ports.github, { comment: this.#comment.id, run: options.run, clock: ports.clock, write })
  }

  async #settle({ live }: Round, first: Round, { issue }: LiveRequest): Promise<Partial<Answer>> {
    const { github } = this.#context.ports
    const fault = faultOf(live)
    const result = resultOf(this.#outcomes, fault)
    await settleLabels(github, issue, result.endings)
    // Whoever closed it meanwhile meant it.
    const isWithdrawn = first.live.issue.state === 'open' && issue.state === 'closed'
    if (!isWithdrawn) await settleState(github, issue, result)
    return fault === undefined ? {} : { fault }
  }
}

function workingText(
  round: Round,
  phase: 'queued' | 'working',
  items: readonly ItemView[],
  context: AnswerContext,
): string {
  const { options, ports } = context
  const state = { fingerprint: round.live.fingerprint, run: options.run, at: ports.clock.now() }
  return withState(render(round, { phase, items, ...options.links }, context), { ...state, phase: 'working' })
}

function finishedText(round: Round, outcomes: readonly Outcome[], context: AnswerContext): string {
  const { options, ports } = context
  const items = outcomes.map((outcome): ItemView => ({ state: 'ended', outcome }))
  const [result] = resultOf(outcomes, faultOf(round.live)).endings
  const state = { fingerprint: round.live.fingerprint, result, run: options.run, at: ports.clock.now() }
  const text = render(round, { phase: 'finished', items, ...options.links }, context)
  return withState(text, { ...state, phase: 'finished' })
}

function render({ live }: Round, view: RequestView, { options }: AnswerContext): string {
  const fault = faultOf(live)
  if (fault !== undefined) return renderNotice(fault, options.language, view)
  return renderComment(view, options.language)
}

function faultOf({ request }: LiveRequest): Failure | undefined {
  return 'fault' in request ? request.fault : undefined
}

function isChanged({ live }: Round, latest: LiveRequest): boolean {
  return live.fingerprint !== latest.fingerprint
}
