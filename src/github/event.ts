import * as z from 'zod/mini'

/** Why nothing is done about an event or an issue. None of these is a fault. */
export type SkipReason =
  /** Not an event of an issue, or an action that changes no request (closed, assigned, ...). */
  | 'other-event'
  | 'other-action'
  /** A label that does not ask for anything. */
  | 'other-label'
  | 'pull-request'
  /** It carries neither the request label nor the form. */
  | 'not-a-request'
  /** This text has its answer already. */
  | 'answered'
  /** Another run is at work on it, and will answer the latest text. */
  | 'held'
  /** It was closed before anything was answered: whoever asked does not need it any more. */
  | 'closed'
  | 'locked'
  /** Deleted, or moved to another repository. */
  | 'gone'

const ACTIONS = ['opened', 'edited', 'reopened', 'labeled'] as const
export type IssueAction = (typeof ACTIONS)[number]

/** What happened to an issue, as far as it can ask for work. */
export interface IssueEvent {
  readonly action: IssueAction
  readonly issueNumber: number
  /** Who did it. */
  readonly sender: string
  /** `owner/name` */
  readonly repository: string
}

// Only what is read. The issue's text is not: work is done on the live text.
const payloadSchema = z.object({
  action: z.string(),
  issue: z.object({ number: z.int().check(z.positive()), pull_request: z.optional(z.unknown()) }),
  label: z.optional(z.object({ name: z.string() })),
  sender: z.object({ login: z.string() }),
  repository: z.object({ full_name: z.string().check(z.regex(/^[\w.-]+\/[\w.-]+$/)) }),
})

/**
 * Reads the payload of a webhook once, from JSON that nobody has checked yet.
 * @param name the event's name, as in `GITHUB_EVENT_NAME`
 * @param requestLabel the label that makes an issue a request
 */
export function readIssueEvent(name: string, payload: unknown, requestLabel: string): IssueEvent | SkipReason {
  const { data } = payloadSchema.safeParse(payload)
  if (name !== 'issues' || data === undefined) return 'other-event'
  const { action, issue, label, sender, repository } = data
  if (issue.pull_request !== undefined) return 'pull-request'
  if (!isAction(action)) return 'other-action'
  if (action === 'labeled' && !isSameLabel(label?.name, requestLabel)) return 'other-label'
  return { action, issueNumber: issue.number, sender: sender.login, repository: repository.full_name }
}

/** GitHub tells labels apart without regard to case. */
export function isSameLabel(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase()
}

function isAction(action: string): action is IssueAction {
  return (ACTIONS as readonly string[]).includes(action)
}
