import { request } from '../../src/commands/request.ts'
import type { RequestOptions, RequestPorts, RequestResult } from '../../src/commands/request-options.ts'
import type { CopyImageOptions } from '../../src/commands/copy-image.ts'
import { connectGitHub } from '../../src/github/client.ts'
import { withState, type RequestState } from '../../src/github/state.ts'
import { formatAddress } from '../../src/oci/place.ts'
import { formatPlatform } from '../../src/oci/platform.ts'
import { formatReference } from '../../src/oci/reference.ts'
import type { Delivered, Outcome } from '../../src/outcome/outcome.ts'
import { addressAt, parseMirror } from '../../src/policy/mirror.ts'
import { hastyClock } from '../support/clocks.ts'
import {
  ACTIONS_LOGIN,
  actionsToken,
  createIssue,
  startGitHub,
  type GitHub,
  type Issue,
  type Permissions,
  type WebhookEvent,
} from '../support/github/index.ts'

/** Stands in for what a copy comes to; undefined for one that goes well. */
export type CopyScript = (image: string, options: CopyImageOptions) => Promise<Outcome | undefined> | undefined

export interface RunOptions {
  readonly id?: number
  readonly attempt?: number
  readonly mirrors?: readonly string[]
  readonly allowlist?: string | undefined
  readonly dryRun?: boolean
  readonly language?: 'en' | 'zh-CN'
}

/** A repository on the stand-in for GitHub, with runs of the command against it whose copies are counted. */
export interface World {
  readonly github: GitHub
  /** What was asked to be copied: image, mirror and platforms. */
  readonly copies: string[]
  readonly log: string[]
  readonly clock: ReturnType<typeof hastyClock>
  /** Opens an issue by the form. */
  open(images: string, given?: { title?: string; platforms?: string; labels?: readonly string[] }): OpenedIssue
  run(event: WebhookEvent, options?: RunOptions): Promise<RequestResult>
  script(copy: CopyScript): void
  close(): Promise<void>
}

export type OpenedIssue = ReturnType<typeof createIssue>

export async function startWorld(permissions: Permissions = { issues: 'write', contents: 'read' }): Promise<World> {
  const github = await startGitHub({ tokens: { secret: actionsToken(permissions) } })
  const copies: string[] = []
  const log: string[] = []
  const clock = hastyClock()
  let script: CopyScript | undefined

  const ports: Omit<RequestPorts, 'readAllowlist'> = {
    clock,
    log: (line) => log.push(line),
    github: connectGitHub({
      baseUrl: github.url,
      token: 'secret',
      repository: github.repository,
      userAgent: 'transship-test',
      clock,
    }),
    copyImage: async (reference, mirror, options) => {
      const image = formatReference(reference)
      copies.push([image, mirror.text, ...(options.platforms ?? []).map(formatPlatform)].join(' '))
      const address = formatAddress(addressAt(mirror, reference))
      return (await script?.(image, options)) ?? delivered(image, address)
    },
  }

  return {
    github,
    copies,
    log,
    clock,
    open: (images, given = {}) =>
      createIssue(github.state, {
        author: 'ada',
        title: given.title ?? 'Mirror: ',
        body: formBody(images, given.platforms),
        labels: given.labels ?? ['mirror'],
      }),
    run: (event, options = {}) => {
      const readAllowlist = async () => ('allowlist' in options ? options.allowlist : 'docker.io/*\nquay.io/**')
      return request(optionsFor(event, options), { ...ports, readAllowlist })
    },
    script: (copy) => {
      script = copy
    },
    close: () => github.close(),
  }
}

export function formBody(images: string, platforms = '_No response_'): string {
  return `### Images\n\n${images || '_No response_'}\n\n### Platforms\n\n${platforms}`
}

/** The texts of the comments that the workflow wrote. */
export function answersOf(issue: Issue): string[] {
  return issue.comments.filter(({ author }) => author === ACTIONS_LOGIN).map(({ body }) => body)
}

/** A comment as a run leaves it, by whom you like. */
export function leaveComment(world: World, issue: Issue, author: string, state: RequestState): void {
  const at = new Date(world.clock.now()).toISOString()
  const id = world.github.state.nextId()
  const body = withState('### Earlier', state)
  issue.comments.push({ id, issue: issue.number, author, body, createdAt: at, updatedAt: at, reactions: [] })
}

/** Waits for what other work brings about; fails where it does not come. */
export async function eventually(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come: ${String(condition)}`)
    await new Promise(setImmediate)
  }
}

export function delivered(image: string, address: string): Delivered {
  return {
    status: 'copied',
    image,
    address,
    digest: `sha256:${'a'.repeat(64)}`,
    sent: { blobs: 3, bytes: 1024 },
    milliseconds: 1200,
    verified: 'everything',
    access: 'public',
    notes: [],
  }
}

function optionsFor(event: WebhookEvent, given: RunOptions): RequestOptions {
  return {
    event,
    run: { id: given.id ?? 1, attempt: given.attempt ?? 1 },
    mirrors: (given.mirrors ?? ['ghcr.io/acme/mirror']).map((text) => parseMirror(text)),
    requestLabel: 'mirror',
    maxImages: 20,
    language: given.language ?? 'en',
    links: { allowlist: { path: 'allows.txt' }, runUrl: 'https://github.example/acme/mirror/actions/runs/1' },
    dryRun: given.dryRun ?? false,
  }
}
