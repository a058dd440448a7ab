import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { prepareJob, STEP_FILES, type Server } from './runner/environment.ts'
import { parseKeyValueFile } from './runner/file-commands.ts'
import { inputVariables, parseManifest, unexpectedInputs, type Manifest } from './runner/manifest.ts'
import { startProcess, type ProcessResult, type RunningProcess } from './runner/process.ts'
import { parseWorkflowCommands, type WorkflowCommand } from './runner/workflow-commands.ts'
import { temporaryDirectory } from './temp.ts'

export interface RunOptions {
  /** What started the workflow. */
  readonly event: { readonly name: string; readonly payload: object }
  /** GitHub, and the secret of the workflow's own token there. */
  readonly github: Server & { readonly token: string }
  /** The step's `with:`. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The checked-out repository, in which the step runs; an empty directory unless told. It is not removed. */
  readonly workspace?: string
  /** The step's `env:`. */
  readonly env?: Readonly<Record<string, string>>
  /** Who did it; the payload's sender unless told. */
  readonly actor?: string
  readonly runId?: number
  readonly runAttempt?: number
  /** The action's `action.yml`; this repository's unless told. */
  readonly manifest?: string
  /** The node that runs it; the one that runs the tests unless told. */
  readonly nodePath?: string
}

export interface RunResult extends ProcessResult {
  readonly outputs: Readonly<Record<string, string>>
  /** The job summary, in Markdown. */
  readonly summary: string
  /** Errors, warnings and notices, the runner's own among them. */
  readonly annotations: readonly WorkflowCommand[]
  /** Texts that the log has to hide from then on. */
  readonly masks: readonly string[]
}

const MANIFEST = resolve(import.meta.dirname, '../../action.yml')
const SUMMARY_LIMIT = 1024 * 1024

/** Runs an action to its end as a runner on Linux runs a step. */
export async function runAction(options: RunOptions): Promise<RunResult> {
  const { finished } = await startAction(options)
  return finished
}

/** Starts an action as a runner on Linux does: a process with the runner's variables only, and no input. */
export async function startAction(options: RunOptions): Promise<RunningProcess<RunResult>> {
  const manifestPath = options.manifest ?? MANIFEST
  const manifest = parseManifest(await readFile(manifestPath, 'utf8'))
  const directory = await temporaryDirectory()
  const root = directory.path
  const workspace = options.workspace ?? join(root, 'workspace')
  const variables = await prepareJob({
    event: options.event,
    server: options.github,
    actor: options.actor ?? senderOf(options.event.payload) ?? 'octocat',
    runId: options.runId ?? 1,
    runAttempt: options.runAttempt ?? 1,
    root,
    workspace,
  })
  const env = { ...variables, ...options.env, ...stepInputs(manifest, options) }

  const step = startProcess(options.nodePath ?? process.execPath, [join(dirname(manifestPath), manifest.main)], {
    cwd: workspace,
    env,
  })
  const collect = async (): Promise<RunResult> => {
    try {
      const result = await step.finished
      return { ...result, ...(await readStep(root, `${result.stdout}\n${result.stderr}`, manifest, options)) }
    } finally {
      await directory.remove()
    }
  }
  return { ...step, finished: collect() }
}

function stepInputs(manifest: Manifest, { inputs = {}, github, event }: RunOptions): Record<string, string> {
  const [owner = ''] = github.repository.split('/')
  return inputVariables(manifest, inputs, {
    token: github.token,
    repository: github.repository,
    repository_owner: owner,
    api_url: github.url,
    server_url: github.serverUrl,
    event_name: event.name,
  })
}

/** What the step left: its files, and the commands in its log. */
async function readStep(
  root: string,
  log: string,
  manifest: Manifest,
  { inputs = {} }: RunOptions,
): Promise<Pick<RunResult, 'outputs' | 'summary' | 'annotations' | 'masks'>> {
  const file = (name: keyof typeof STEP_FILES): Promise<string> =>
    readFile(join(root, 'commands', STEP_FILES[name]), 'utf8')
  const summary = await file('GITHUB_STEP_SUMMARY')
  const commands = parseWorkflowCommands(log)
  return {
    outputs: parseKeyValueFile(await file('GITHUB_OUTPUT')),
    summary,
    annotations: [
      ...runnersOwn(manifest, inputs, summary),
      ...commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name)),
    ],
    masks: commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message),
  }
}

function runnersOwn(
  manifest: Manifest,
  inputs: Readonly<Record<string, string>>,
  summary: string,
): readonly WorkflowCommand[] {
  const unexpected = unexpectedInputs(manifest, inputs).map((name) => ({
    name: 'warning',
    properties: {},
    message: `Unexpected input(s) '${name}'`,
  }))
  const tooLarge = Buffer.byteLength(summary) > SUMMARY_LIMIT
  const message = '$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k'
  return [...unexpected, ...(tooLarge ? [{ name: 'error', properties: {}, message }] : [])]
}

function senderOf(payload: object): string | undefined {
  if (!('sender' in payload) || typeof payload.sender !== 'object' || payload.sender === null) return undefined
  return 'login' in payload.sender ? String(payload.sender.login) : undefined
}
