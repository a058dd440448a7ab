import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the workflow runs. A started stand-in for GitHub is one. */
export interface Server {
  readonly url: string
  readonly graphqlUrl: string
  readonly serverUrl: string
  /** `owner/name`. */
  readonly repository: string
}

export interface JobOptions {
  readonly event: { readonly name: string; readonly payload: object }
  readonly server: Server
  readonly actor: string
  readonly runId: number
  readonly runAttempt: number
  /** A directory of its own for each run. */
  readonly root: string
  readonly workspace: string
}

/** The files through which a step talks to its runner. */
export const STEP_FILES = {
  GITHUB_OUTPUT: 'set_output',
  GITHUB_STEP_SUMMARY: 'step_summary',
  GITHUB_ENV: 'set_env',
  GITHUB_PATH: 'add_path',
  GITHUB_STATE: 'save_state',
} as const

const SHA = '0123456789abcdef0123456789abcdef01234567'

/** Makes the directories and files of a job, and returns the variables that a runner on Linux sets, and no others. */
export async function prepareJob(options: JobOptions): Promise<Record<string, string>> {
  const home = join(options.root, 'home')
  const temp = join(options.root, 'temp')
  const files = Object.entries(STEP_FILES).map(([name, file]) => [name, join(options.root, 'commands', file)] as const)
  const event = join(options.root, 'workflow', 'event.json')
  for (const directory of ['home', 'temp', 'tools', 'commands', 'workflow']) {
    await mkdir(join(options.root, directory), { recursive: true })
  }
  await mkdir(options.workspace, { recursive: true })
  await Promise.all(files.map(([, path]) => writeFile(path, '')))
  await writeFile(event, JSON.stringify(options.event.payload))
  return {
    ...Object.fromEntries(files),
    ...githubVariables(options),
    CI: 'true',
    HOME: home,
    PATH: process.env.PATH ?? '',
    GITHUB_EVENT_PATH: event,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(options.root, 'tools'),
  }
}

function githubVariables({ event, server, actor, runId, runAttempt, workspace }: JobOptions): Record<string, string> {
  const [owner = ''] = server.repository.split('/')
  const ref = 'refs/heads/main'
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTION_REF: '',
    GITHUB_ACTION_REPOSITORY: '',
    GITHUB_ACTOR: actor,
    GITHUB_ACTOR_ID: '1',
    GITHUB_API_URL: server.url,
    GITHUB_BASE_REF: '',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_GRAPHQL_URL: server.graphqlUrl,
    GITHUB_HEAD_REF: '',
    GITHUB_JOB: 'request',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: server.repository,
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_REPOSITORY_OWNER_ID: '2',
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: String(runAttempt),
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: server.serverUrl,
    GITHUB_SHA: SHA,
    GITHUB_TRIGGERING_ACTOR: actor,
    GITHUB_WORKFLOW: 'Requests',
    GITHUB_WORKFLOW_REF: `${server.repository}/.github/workflows/request.yml@${ref}`,
    GITHUB_WORKFLOW_SHA: SHA,
    GITHUB_WORKSPACE: workspace,
  }
}
