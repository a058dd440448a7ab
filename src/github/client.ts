import { RequestError } from '@octokit/request-error'
import { Octokit, type RestEndpointMethodTypes } from '@octokit/rest'
import { Failure } from '../failure/failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { GitHubApi, Issue, IssueComment } from './api.ts'
import { retryRequests } from './retries.ts'

export interface GitHubOptions {
  /** The REST API's address: `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise server. */
  readonly baseUrl: string
  readonly token: string
  /** `owner/name` */
  readonly repository: string
  readonly userAgent: string
  readonly clock: Clock
  /** The platform's own unless given: for proxies. */
  readonly fetch?: typeof fetch
}

/** Who a workflow's own token writes as, where the server cannot be asked. */
const ACTIONS_LOGIN = 'github-actions[bot]'
const PAGE = 100

/** Opens GitHub's API for one repository. Nothing is sent before the first call. */
export function connectGitHub(options: GitHubOptions): GitHubApi {
  const octokit = createOctokit(options)
  const [owner = '', repo = ''] = options.repository.split('/')
  const { rest } = octokit
  const on = (issue: number) => ({ owner, repo, issue_number: issue })

  return {
    async getIssue(issue) {
      // An issue that moved answers with a redirect to a repository that is none of our business.
      const answer = await absent([404, 410], rest.issues.get({ ...on(issue), request: { redirect: 'manual' } }))
      return answer === undefined || isRedirect(answer.status) ? undefined : toIssue(answer.data)
    },
    async listComments(issue) {
      const parameters = { ...on(issue), per_page: PAGE }
      return (await checked(octokit.paginate(rest.issues.listComments, parameters))).map(toComment)
    },
    async getComment(comment) {
      const answer = await absent([404, 410], rest.issues.getComment({ owner, repo, comment_id: comment }))
      return answer && toComment(answer.data)
    },
    async createComment(issue, body) {
      return toComment((await checked(rest.issues.createComment({ ...on(issue), body }))).data)
    },
    async updateComment(comment, body) {
      await checked(rest.issues.updateComment({ owner, repo, comment_id: comment, body }))
    },
    async deleteComment(comment) {
      await absent([404, 410], rest.issues.deleteComment({ owner, repo, comment_id: comment }))
    },
    async ensureLabel(label) {
      if (await absent([404], rest.issues.getLabel({ owner, repo, name: label.name }))) return
      // 422: another run was faster.
      await absent([422], rest.issues.createLabel({ owner, repo, ...label }))
    },
    async addLabels(issue, names) {
      await checked(rest.issues.addLabels({ ...on(issue), labels: [...names] }))
    },
    async removeLabel(issue, name) {
      await absent([404, 410], rest.issues.removeLabel({ ...on(issue), name }))
    },
    async setState(issue, wanted) {
      const reason = wanted.state === 'closed' && { state_reason: wanted.reason }
      await checked(rest.issues.update({ ...on(issue), state: wanted.state, ...reason }))
    },
    viewerLogin: () => viewerLogin(octokit),
    async runStatus(run) {
      const answer = await absent([403, 404], rest.actions.getWorkflowRun({ owner, repo, run_id: run }))
      if (answer === undefined) return undefined
      return answer.data.status === 'completed' ? 'completed' : 'active'
    },
  }
}

function createOctokit({ baseUrl, token, userAgent, clock, fetch }: GitHubOptions): Octokit {
  const octokit = new Octokit({
    auth: token,
    baseUrl,
    userAgent,
    // Octokit would write to the console.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    ...(fetch && { request: { fetch } }),
  })
  retryRequests(octokit, clock)
  return octokit
}

async function viewerLogin(octokit: Octokit): Promise<string> {
  const answer = await absent([403, 404], octokit.graphql<{ viewer: { login: string } }>('query { viewer { login } }'))
  return answer?.viewer.login ?? ACTIONS_LOGIN
}

/** The answer of a call, or undefined for statuses that merely say that something is not there. */
async function absent<Answer>(statuses: readonly number[], call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof RequestError && statuses.includes(error.status)) return undefined
    throw asFailure(error)
  }
}

async function checked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call
  } catch (error) {
    throw asFailure(error)
  }
}

function asFailure(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error
  const { status, response } = error
  const detail = messageOf(response?.data) ?? innermostMessage(error)
  const accepted = response?.headers['x-accepted-github-permissions']
  const need = status === 403 || status === 404 ? describePermissions(accepted) : ''
  return new Failure('github-error', { status: response === undefined ? 0 : status, detail, need }, { cause: error })
}

/** `fetch failed` says nothing; its cause does. */
function innermostMessage(error: Error): string {
  let message = error.message
  for (let cause = error.cause; typeof cause === 'object' && cause !== null;) {
    message = messageOf(cause) || message
    cause = 'cause' in cause ? cause.cause : undefined
  }
  return message
}

function messageOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('message' in data)) return undefined
  return typeof data.message === 'string' ? data.message : undefined
}

/** `issues=write; pull_requests=write` (any of these) as a workflow writes it: `issues: write`. */
function describePermissions(accepted: unknown): string {
  if (typeof accepted !== 'string') return ''
  const [first = ''] = accepted.split(';')
  return first.trim().replaceAll('_', '-').replaceAll('=', ': ')
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

type IssueData = RestEndpointMethodTypes['issues']['get']['response']['data']
type CommentData = RestEndpointMethodTypes['issues']['getComment']['response']['data']

function toIssue(data: IssueData): Issue {
  return {
    number: data.number,
    title: data.title,
    body: data.body ?? '',
    author: data.user?.login ?? '',
    labels: data.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    state: data.state === 'closed' ? 'closed' : 'open',
    ...(data.state_reason && { stateReason: data.state_reason }),
    locked: data.locked,
    isPullRequest: data.pull_request !== undefined,
  }
}

function toComment(data: CommentData): IssueComment {
  return {
    id: data.id,
    author: data.user?.login ?? '',
    body: data.body ?? '',
    updatedAt: Date.parse(data.updated_at),
    url: data.html_url,
  }
}

function ignore(): void {}
