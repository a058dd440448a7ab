import type { GitHubApi, Issue } from './api.ts'
import type { SkipReason } from './event.ts'
import { fingerprint, readRequest, type FaultyRequest, type MirrorRequest } from './request.ts'

/** A request as its issue puts it at one moment. */
export interface LiveRequest {
  readonly issue: Issue
  readonly request: MirrorRequest | FaultyRequest
  readonly fingerprint: string
}

/** Reads an issue and what it asks for, now; or why it can neither be answered nor ask for anything. */
export async function readLiveRequest(
  api: GitHubApi,
  number: number,
  maxImages: number,
): Promise<LiveRequest | SkipReason> {
  const issue = await api.getIssue(number)
  if (issue === undefined) return 'gone'
  if (issue.isPullRequest) return 'pull-request'
  if (issue.locked) return 'locked'
  const request = readRequest(issue, maxImages)
  return { issue, request, fingerprint: fingerprint(request) }
}
