import { ApiError, notFound } from './http.ts'

export interface Person {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Bot' | 'Organization'
}

export interface Label {
  readonly id: number
  name: string
  color: string
  description: string | null
}

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const
export type ReactionContent = (typeof REACTIONS)[number]

export interface Reaction {
  readonly id: number
  readonly content: ReactionContent
  readonly by: string
  readonly createdAt: string
}

export interface Comment {
  readonly id: number
  readonly issue: number
  readonly author: string
  body: string
  readonly createdAt: string
  updatedAt: string
  readonly reactions: Reaction[]
}

export type CloseReason = 'completed' | 'not_planned' | 'duplicate'

export interface Issue {
  readonly id: number
  readonly number: number
  readonly author: string
  title: string
  body: string | null
  labels: Label[]
  state: 'open' | 'closed'
  stateReason: CloseReason | 'reopened' | null
  closedAt: string | null
  closedBy: string | null
  locked: boolean
  deleted: boolean
  readonly createdAt: string
  updatedAt: string
  readonly comments: Comment[]
  readonly reactions: Reaction[]
}

/** A workflow run, as far as anybody asks for one. */
export interface Run {
  readonly id: number
  readonly event: string
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: 'success' | 'failure' | 'cancelled' | null
  readonly createdAt: string
  updatedAt: string
}

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read'

export interface StoreOptions {
  /** `owner/name` of the one repository; `acme/mirror` unless told. */
  readonly repository?: string
  readonly private?: boolean
  /** Whom the repository's owner has let in, and as what. */
  readonly collaborators?: Readonly<Record<string, Role>>
  /** Files on the default branch, path to text. */
  readonly files?: Readonly<Record<string, string>>
  /** Milliseconds since the epoch; the real clock unless told. */
  readonly now?: () => number
}

const ACTIONS_BOT: Person = { id: 41898282, login: 'github-actions[bot]', type: 'Bot' }

/** All that this GitHub remembers: one repository and the people around it. Open to whoever tests with it. */
export class Store {
  readonly owner: string
  readonly name: string
  readonly private: boolean
  readonly repositoryId: number
  readonly defaultBranch = 'main'
  readonly people = new Map<string, Person>()
  readonly collaborators: Map<string, Role>
  readonly files: Map<string, string>
  readonly labels: Label[] = []
  readonly issues: Issue[] = []
  readonly runs = new Map<number, Run>()
  /** Address of the API, without a slash at its end; known once the server listens. */
  apiUrl = ''
  /** Address of the pages that people look at. */
  readonly pagesUrl = 'https://github.com'
  readonly #now: () => number
  #lastId = 1000
  #lastSecond = 0

  constructor(options: StoreOptions) {
    const [owner = '', name = ''] = (options.repository ?? 'acme/mirror').split('/')
    this.owner = owner
    this.name = name
    this.private = options.private ?? false
    this.collaborators = new Map(Object.entries(options.collaborators ?? {}))
    this.files = new Map(Object.entries(options.files ?? {}))
    this.#now = options.now ?? Date.now
    this.repositoryId = this.nextId()
    this.people.set(ACTIONS_BOT.login, ACTIONS_BOT)
    for (const login of [owner, ...this.collaborators.keys()]) this.person(login)
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`
  }

  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** The time of a change, in GitHub's form. No two are the same, so that every change moves `updated_at`. */
  timestamp(): string {
    this.#lastSecond = Math.max(Math.floor(this.#now() / 1000), this.#lastSecond + 1)
    return new Date(this.#lastSecond * 1000).toISOString().replace('.000Z', 'Z')
  }

  /** The account of that name, signed up now where there is none. */
  person(login: string): Person {
    const known = this.people.get(login)
    if (known !== undefined) return known
    const type = login.endsWith('[bot]') ? 'Bot' : 'User'
    const person: Person = { id: this.nextId(), login, type }
    this.people.set(login, person)
    return person
  }

  /** What somebody may do in the repository; undefined for one who was not let in. */
  role(login: string): Role | undefined {
    return login === this.owner ? 'admin' : this.collaborators.get(login)
  }

  /** Whether somebody may push, which is what labels and locked conversations ask for. */
  mayPush(login: string): boolean {
    return ['admin', 'maintain', 'write'].includes(this.role(login) ?? '')
  }

  /** Label names are the same in any case. */
  label(name: string): Label | undefined {
    return this.labels.find((label) => label.name.toLowerCase() === name.toLowerCase())
  }

  /** A workflow run that goes on until its status is changed. */
  startRun(event: string): Run {
    const at = this.timestamp()
    const run: Run = {
      id: this.nextId(),
      event,
      status: 'in_progress',
      conclusion: null,
      createdAt: at,
      updatedAt: at,
    }
    this.runs.set(run.id, run)
    return run
  }

  /** @throws ApiError 404 where there never was such an issue, 410 where it was deleted */
  issue(number: number): Issue {
    const issue = this.issues.find((candidate) => candidate.number === number)
    if (issue === undefined) throw notFound()
    if (issue.deleted) throw new ApiError(410, 'This issue was deleted')
    return issue
  }

  /** @throws ApiError 404 */
  comment(id: number): Comment {
    const comment = this.issues
      .filter((issue) => !issue.deleted)
      .flatMap((issue) => issue.comments)
      .find((candidate) => candidate.id === id)
    if (comment === undefined) throw notFound()
    return comment
  }
}
