import { Octokit } from '@octokit/rest'
import { actionsToken, startGitHub, type GitHub, type GitHubOptions } from '../support/github/index.ts'

export const ACTIONS_TOKEN = 'ghs_actions'
export const REPOSITORY = { owner: 'acme', repo: 'mirror' } as const

const silent = (): void => undefined
const log = { debug: silent, info: silent, warn: silent, error: silent }

/** GitHub's own client, pointed at the stand-in; anonymous without a token. */
export function client(github: GitHub, auth?: string): Octokit {
  return new Octokit({ baseUrl: github.url, log, userAgent: 'tests', ...(auth !== undefined && { auth }) })
}

/** Starts a stand-in with the token of a workflow that may write issues, hands it on, and stops it. */
export async function withGitHub(
  use: (github: GitHub, octokit: Octokit) => Promise<void>,
  options: GitHubOptions = {},
): Promise<void> {
  const tokens = { [ACTIONS_TOKEN]: actionsToken({ issues: 'write', contents: 'read', actions: 'read' }) }
  const github = await startGitHub({ tokens, ...options })
  try {
    await use(github, client(github, ACTIONS_TOKEN))
  } finally {
    await github.close()
  }
}

/** What a call that must fail fails with. */
export async function failureOf(call: Promise<unknown>): Promise<{
  status: number
  message: string
  headers: Record<string, string | number | undefined>
  body: unknown
}> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof Error) || !('status' in error)) throw error
    const response: unknown = 'response' in error ? error.response : undefined
    const { headers, data } = (response ?? {}) as {
      headers?: Record<string, string | number | undefined>
      data?: unknown
    }
    return { status: Number(error.status), message: error.message, headers: headers ?? {}, body: data }
  }
  throw new Error('The call did not fail')
}
