import { copyImage, type CopyPorts } from '../commands/copy-image.ts'
import { request } from '../commands/request.ts'
import type { RequestOptions, RequestResult } from '../commands/request-options.ts'
import type { CopyImage } from '../commands/request-tasks.ts'
import { Failure } from '../failure/failure.ts'
import type { GitHubApi } from '../github/api.ts'
import { connectGitHub } from '../github/client.ts'
import type { Run } from '../github/state.ts'
import { formatReference } from '../oci/reference.ts'
import { registryAddress } from '../oci/place.ts'
import { CONFIG_DEFAULTS } from '../config/config.ts'
import { addressAt } from '../policy/mirror.ts'
import { readTextFile } from './files.ts'
import type { RunEnd } from './run-end.ts'
import { hostsOf, openPorts } from './run-ports.ts'
import type { GivenCredentials } from './credentials.ts'
import type { Settings } from './settings.ts'
import { systemClock, type Environment } from './system.ts'
import { VERSION } from './version.ts'

/** Where a request comes from, as the runner or the command line says. */
export interface RequestOrigin {
  readonly event: { readonly name: string; readonly payload: unknown }
  /** `owner/name` */
  readonly repository: string
  readonly serverUrl: string
  readonly apiUrl: string
  readonly run: Run
  /** Answer anew what is answered or closed already. */
  readonly again?: boolean
  /** The branch that holds the allowlist. */
  readonly branch: string
  /** Whether a workflow run stands behind it, so that its page can be linked. */
  readonly hasRunPage: boolean
}

/**
 * Answers one request with the real world behind it.
 * @throws Failure `input-missing`, `github-error`, and those of the settings
 */
export async function runRequest(
  origin: RequestOrigin,
  settings: Settings,
  credentials: GivenCredentials,
  env: Environment,
  { end, log }: { readonly end: RunEnd; readonly log: (line: string) => void },
): Promise<RequestResult> {
  if (settings.mirrors.length === 0) throw new Failure('input-missing', { name: 'mirrors', need: 'mirror' })
  if (credentials.githubToken === '') throw new Failure('input-missing', { name: 'token', need: 'token' })
  const ports = await openPorts(settings, hostsOf(settings.mirrors), credentials, env, end, 'strangers')
  try {
    return await request(optionsOf(origin, settings), {
      github: openGitHub(origin, credentials.githubToken),
      clock: systemClock,
      log,
      readAllowlist: () => readTextFile(allowlistOf(settings)),
      copyImage: requestedCopy(settings, ports),
    })
  } finally {
    await ports.registries.close()
  }
}

function allowlistOf({ allowlist = CONFIG_DEFAULTS.allowlist }: Settings): string {
  return allowlist
}

function openGitHub({ apiUrl, repository }: RequestOrigin, token: string): GitHubApi {
  return connectGitHub({ baseUrl: apiUrl, token, repository, userAgent: `transship/${VERSION}`, clock: systemClock })
}

function optionsOf(origin: RequestOrigin, settings: Settings): RequestOptions {
  const { event, run, again = false } = origin
  const { mirrors, requestLabel, maxImages, language, dryRun } = settings
  return {
    event,
    run,
    again,
    mirrors,
    requestLabel,
    maxImages,
    language,
    dryRun,
    links: linksOf(origin, allowlistOf(settings)),
  }
}

/**
 * What a stranger asked for is proved whole, keeps to the size limit, and takes no platform away from others. Where
 * the request names no platforms, those of the settings hold.
 */
function requestedCopy({ copying }: Settings, ports: CopyPorts): CopyImage {
  return async (reference, mirror, options) => {
    const task = {
      image: formatReference(reference),
      source: registryAddress(reference),
      target: addressAt(mirror, reference),
      followsTag: true,
    }
    return copyImage(task, { ...copying, proof: true, keepPlatforms: true, ...options }, ports)
  }
}

function linksOf({ serverUrl, repository, run, branch, hasRunPage }: RequestOrigin, allowlistPath: string) {
  const page = `${serverUrl}/${repository}`
  return {
    allowlist: { path: allowlistPath, url: `${page}/blob/${branch}/${allowlistPath}` },
    // Editing a file of somebody else's repository on GitHub makes a fork and a pull request.
    newRuleUrl: `${page}/edit/${branch}/${allowlistPath}`,
    ...(hasRunPage && { runUrl: `${page}/actions/runs/${run.id}` }),
  }
}
