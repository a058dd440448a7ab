/** An issue as it is now. */
export interface Issue {
  readonly number: number
  readonly title: string
  /** Empty where there is none. */
  readonly body: string
  /** Login of whoever opened it. */
  readonly author: string
  readonly labels: readonly string[]
  readonly state: 'open' | 'closed'
  /** Why it was closed, as GitHub says it: `completed`, `not_planned`, ... */
  readonly stateReason?: string
  readonly locked: boolean
  readonly isPullRequest: boolean
}

/** A comment on an issue. */
export interface IssueComment {
  readonly id: number
  /** Login of whoever wrote it. */
  readonly author: string
  readonly body: string
  /** When it was written or last changed, in milliseconds since the Unix epoch. */
  readonly updatedAt: number
  readonly url: string
}

/** A label of a repository. */
export interface Label {
  readonly name: string
  /** Six hexadecimal digits. */
  readonly color: string
  readonly description: string
}

/** An issue's state together with the reason that GitHub shows for it. */
export type IssueState =
  { readonly state: 'open' } | { readonly state: 'closed'; readonly reason: 'completed' | 'not_planned' }

/**
 * What is asked of GitHub about one repository. Every method throws Failure `github-error`, which names the
 * permission that the token lacks where that is the reason.
 */
export interface GitHubApi {
  /** The issue; undefined where it was deleted or moved to another repository. */
  getIssue(issue: number): Promise<Issue | undefined>
  /** All comments, the oldest first. */
  listComments(issue: number): Promise<readonly IssueComment[]>
  /** The comment; undefined where it was deleted. */
  getComment(comment: number): Promise<IssueComment | undefined>
  createComment(issue: number, body: string): Promise<IssueComment>
  updateComment(comment: number, body: string): Promise<void>
  /** Nothing happens where it is gone already. */
  deleteComment(comment: number): Promise<void>
  /** Makes the label where the repository does not have it; one that is there stays as it is. */
  ensureLabel(label: Label): Promise<void>
  addLabels(issue: number, names: readonly string[]): Promise<void>
  /** Nothing happens where the issue does not carry it. */
  removeLabel(issue: number, name: string): Promise<void>
  setState(issue: number, state: IssueState): Promise<void>
  /** The login that this token writes as. */
  viewerLogin(): Promise<string>
  /** Whether a workflow run still goes on; undefined where that is unknown, or not for this token to know. */
  runStatus(run: number): Promise<'active' | 'completed' | undefined>
}

/**
 * Whether two logins are one account. GitHub writes an app's login as `name[bot]` in most places and as `name` in
 * some; a person's account can never end in `[bot]`, so that nobody passes for an app.
 * @param viewer who the token belongs to
 * @param author as the REST API names the author of something
 */
export function isSameLogin(viewer: string, author: string): boolean {
  const [own, other] = [viewer.toLowerCase(), author.toLowerCase()]
  return own === other || `${own}[bot]` === other
}
