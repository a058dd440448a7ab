import { Failure, type RegistryProduct } from '../../failure/failure.ts'
import { isJsonObject, parseJsonObject, textMembers } from '../../oci/json.ts'
import { readBounded } from '../bounded.ts'
import { header, type RegistryResponse } from './exchange.ts'
import { retryAfter } from './retry-after.ts'

const LONGEST_BODY = 64 * 1024
const LONGEST_DETAIL = 300
const DIGEST = /\bsha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\b/

/** What a registry says went wrong (distribution-spec, "Error Codes"). */
export interface Problem {
  readonly status: number
  readonly codes: readonly string[]
  /** The registry's own words, on one line and bounded; empty where it has none. */
  readonly detail: string
  /** The content that it is about, where it names any. */
  readonly digest?: string
  /** Milliseconds to stay away, where it says so. */
  readonly retryAfter?: number
}

/** Reads an answer that is no success, and releases its connection. */
export async function readProblem(response: RegistryResponse, now: number): Promise<Problem> {
  const bytes = await readBounded(response.body, LONGEST_BODY).catch(() => undefined)
  const errors = errorsOf(bytes)
  const words = errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ')
  const digest = DIGEST.exec(errors.map(({ message, detail }) => `${message} ${detail}`).join(' '))?.[0]
  const wait = retryAfter(header(response, 'retry-after'), now)
  return {
    status: response.status,
    codes: errors.flatMap(({ code }) => (code === undefined ? [] : [code])),
    detail: oneLine(words),
    ...(digest !== undefined && { digest }),
    ...(wait !== undefined && { retryAfter: wait }),
  }
}

/** What was being done when a registry refused. */
export interface Deed {
  readonly host: string
  readonly repository: string
  readonly does: 'pull' | 'push'
}

/** A problem as a failure, for every status that means the same wherever it comes up. */
export function failureOf(problem: Problem, deed: Deed): Failure {
  const { host, repository, does } = deed
  const { status, detail } = problem
  if (does === 'push' && lacksRepository(problem)) {
    const product = productOf(problem, deed)
    return new Failure('repository-missing', { host, repository, detail, ...(product && { product }) })
  }
  if (status === 401 || status === 403) {
    return new Failure(does === 'push' ? 'push-denied' : 'pull-denied', { host, repository, detail })
  }
  if (status === 429) {
    const seconds = problem.retryAfter === undefined ? undefined : Math.ceil(problem.retryAfter / 1000)
    return new Failure('registry-throttled', { host, ...(seconds !== undefined && { seconds }) })
  }
  return new Failure('registry-error', { host, status, detail })
}

/** Harbor says it of the project, and to some as a refusal. */
const NO_PROJECT = /\bproject \S+ not found\b/i
const ECR_HOST = /\.dkr[.-]ecr\b.*\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/

function lacksRepository({ status, codes, detail }: Problem): boolean {
  const isUnknown = codes.includes('NAME_UNKNOWN') || codes.includes('RepositoryNotFoundException')
  return (status === 404 && isUnknown) || ([401, 403, 404].includes(status) && NO_PROJECT.test(detail))
}

function productOf({ codes, detail }: Problem, { host }: Deed): RegistryProduct | undefined {
  if (NO_PROJECT.test(detail)) return 'harbor'
  return ECR_HOST.test(host) || codes.includes('RepositoryNotFoundException') ? 'ecr' : undefined
}

interface ErrorEntry {
  readonly code?: string
  readonly message?: string
  /** More words; what is no text is left out. */
  readonly detail?: string
}

/** A proxy's HTML page, say, has none: the status has to do. */
function errorsOf(bytes: Uint8Array | undefined): ErrorEntry[] {
  const errors = bytes && parseJsonObject(bytes)?.errors
  return Array.isArray(errors) ? errors.filter(isJsonObject).slice(0, 5).map(textMembers) : []
}

function oneLine(words: string): string {
  const line = words
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/\?\S*/g, '?…')
    .trim()
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)}…` : line
}
