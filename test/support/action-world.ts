import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ServedRequest } from '../../src/registry/server/server.ts'
import {
  ACTIONS_LOGIN,
  actionsToken,
  createIssue,
  issueFromForm,
  startGitHub,
  type GitHub,
  type Issue,
  type Permissions,
} from './github/index.ts'
import { makeImage, putImage, type ImageOptions, type TestImage } from './images.ts'
import { startRegistry, type TestRegistry } from './registry.ts'
import { startAction, type RunOptions, type RunResult } from './runner.ts'
import type { RunningProcess } from './runner/process.ts'
import { temporaryDirectory } from './temp.ts'

/** What may never be read anywhere. */
export const SECRETS = { token: 'ghs_SecretOfTheWorkflow', password: 'sesame/open+1=' } as const

export const NODE_EXPORTER = 'docker.io/prom/node-exporter:v1.8.2'

export type Inputs = Readonly<Record<string, string>>
export type StepOptions = Partial<Pick<RunOptions, 'runId' | 'runAttempt' | 'env'>>

/** A request as somebody files it by the form. */
export interface Filing {
  readonly images: string
  readonly platforms?: readonly string[]
  readonly title?: string
  readonly language?: 'en' | 'zh-CN'
}

/** GitHub, Docker Hub and a mirror on loopback, and a repository whose workflow runs the built Action. */
export interface World {
  readonly github: GitHub
  /** Stands in for docker.io. */
  readonly hub: TestRegistry
  readonly mirror: TestRegistry
  /** The checked-out repository. */
  readonly workspace: string
  /** Puts an image into the stand-in for Docker Hub: `prom/node-exporter:v1.8.2`. */
  publish(name: string, options?: ImageOptions): Promise<TestImage>
  /** Writes a file of the repository. */
  write(path: string, text: string): Promise<void>
  /** Fills in the repository's own form, and opens the issue with it. */
  file(filing: Filing): ReturnType<typeof createIssue>
  /** Starts the step; `inputs` are added to those of the workflow. */
  start(event: RunOptions['event'], inputs?: Inputs, options?: StepOptions): Promise<RunningProcess<RunResult>>
  /** Runs the step to its end. */
  run(event: RunOptions['event'], inputs?: Inputs, options?: StepOptions): Promise<RunResult>
  /** What is left at the mirror of an image of Docker Hub's: its digest by tag. */
  mirrored(name: string): Promise<string | undefined>
  close(): Promise<void>
}

const ROOT = join(import.meta.dirname, '../..')
const FORMS = { en: 'mirror.yml', 'zh-CN': 'mirror.zh-CN.yml' } as const

export async function startWorld(permissions: Permissions = { issues: 'write', contents: 'read' }): Promise<World> {
  const directory = await temporaryDirectory()
  const workspace = join(directory.path, 'workspace')
  const hub = await startRegistry(join(directory.path, 'hub'))
  const mirror = await startRegistry(join(directory.path, 'mirror'))
  const github = await startGitHub({ tokens: { [SECRETS.token]: actionsToken(permissions) } })
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(workspace, path)), { recursive: true })
    await writeFile(join(workspace, path), text)
  }
  await write('allows.txt', 'docker.io/prom/*\ndocker.io/library/*\n')

  const start: World['start'] = async (event, inputs = {}, options = {}) => {
    const step = await startAction({
      event,
      github: { ...github, token: SECRETS.token },
      workspace,
      inputs: { mirrors: `${mirror.host}/acme`, endpoints: `docker.io=http://${hub.host}`, ...inputs },
      ...(process.env.TRANSSHIP_NODE && { nodePath: process.env.TRANSSHIP_NODE }),
      ...options,
    })
    return { ...step, finished: step.finished.then((result) => checkDiscretion(result, github)) }
  }

  return {
    github,
    hub,
    mirror,
    workspace,
    write,
    start,
    run: async (...step) => (await start(...step)).finished,
    async publish(name, options) {
      const [repository = '', tag] = name.split(':')
      const image = makeImage({ seed: name, ...options })
      await putImage(hub.store.repository(repository), image, tag)
      return image
    },
    file: (filing) => createIssue(github.state, { author: 'ada', ...fillForm(filing) }),
    async mirrored(name) {
      const [repository = '', tag = ''] = name.split(':')
      return (await mirror.store.repository(`acme/docker.io/${repository}`).head(tag))?.digest
    },
    async close() {
      await Promise.all([hub.close(), mirror.close(), github.close()])
      await directory.remove()
    },
  }
}

function fillForm({ images, platforms = [], title, language = 'en' }: Filing) {
  const form = readFileSync(join(ROOT, '.github/ISSUE_TEMPLATE', FORMS[language]), 'utf8')
  return issueFromForm(form, { images, platforms }, title)
}

/** The one comment that the workflow wrote. @throws Error where there is none, or several */
export function answerTo({ comments }: Issue): string {
  const [answer, ...others] = comments.filter(({ author }) => author === ACTIONS_LOGIN)
  if (answer === undefined || others.length > 0) throw new Error(`There are ${comments.length} comments, not one`)
  return answer.body
}

export function labelsOf({ labels }: Issue): string[] {
  return labels.map(({ name }) => name)
}

/** How often blobs were read or written: `GET` at a source, `PUT` at a mirror. */
export function blobTransfers(requests: readonly ServedRequest[], method: 'GET' | 'PUT'): number {
  return requests.filter((request) => request.method === method && /\/blobs\//.test(request.path)).length
}

/** Requests that change something. */
export function writesOf(requests: readonly { readonly method: string; readonly path: string }[]): string[] {
  return requests
    .filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && path !== '/graphql')
    .map(({ method, path }) => `${method} ${path}`)
}

const STACK_LINE = /^\s*at .+:\d+:\d+\)?$/m

/** Of no run may anybody learn a secret or see a stack trace. A runner swallows the lines that name a secret. */
function checkDiscretion(result: RunResult, github: GitHub): RunResult {
  const { stdout, stderr, summary, outputs } = result
  const log = stdout.replaceAll(/^::add-mask::.*$/gm, '')
  const texts = [log, stderr, summary, JSON.stringify(outputs), ...github.requests.map(({ body }) => body)]
  for (const text of texts) {
    if (STACK_LINE.test(text)) throw new Error(`A stack trace was shown:\n${text}`)
    const leaked = spellings().find((secret) => text.includes(secret))
    if (leaked !== undefined) throw new Error(`A secret was shown:\n${text}`)
  }
  return result
}

function spellings(): string[] {
  return Object.values(SECRETS).flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replaceAll('=', ''),
    // Within `user:secret` the letters fall differently; these are the users of the tests.
    ...['pusher', 'ada'].map((user) => Buffer.from(`${user}:${secret}`).toString('base64')),
  ])
}
