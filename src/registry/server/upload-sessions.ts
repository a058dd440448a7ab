import type { IngestFile } from '../layout/ingest.ts'
import type { LayoutStore } from '../layout/store.ts'
import { Upload } from './upload.ts'

/** How many uploads may be open at once, and how long one may lie idle, in milliseconds. */
export interface UploadLimits {
  readonly open: number
  readonly idle: number
}

interface Session {
  readonly repository: string
  readonly upload: Upload
  readonly timer: NodeJS.Timeout
  busy: boolean
  /** Whether its client has given it up while a request was at work on it. */
  isGivenUp: boolean
}

/** The uploads that are under way. Those that nobody goes on with are thrown away after a while. */
export class UploadSessions {
  readonly #sessions = new Map<string, Session>()
  #starting = 0

  constructor(
    private readonly store: LayoutStore,
    private readonly limits: UploadLimits,
  ) {}

  /** Starts an upload; undefined where too many are open. */
  async start(repository: string): Promise<Upload | undefined> {
    if (this.#sessions.size + this.#starting >= this.limits.open) return undefined
    const upload = new Upload(this.store, await this.startFile())
    const timer = setTimeout(() => void this.endIfIdle(upload.id), this.limits.idle).unref()
    this.#sessions.set(upload.id, { repository, upload, timer, busy: false, isGivenUp: false })
    return upload
  }

  /** The upload of that id in that repository; undefined where there is none. */
  find(repository: string, id: string): Upload | undefined {
    const session = this.#sessions.get(id)
    return session?.repository === repository ? session.upload : undefined
  }

  /** Does some work on an upload that no other request may do at the same time; undefined where one does. */
  async exclusively<Result>(upload: Upload, work: () => Promise<Result>): Promise<Result | undefined> {
    const session = this.#sessions.get(upload.id)
    if (session === undefined || session.busy) return undefined
    session.busy = true
    try {
      return await work()
    } finally {
      session.busy = false
      if (session.isGivenUp) await this.end(upload)
      else if (this.#sessions.has(upload.id)) session.timer.refresh()
    }
  }

  /**
   * Ends an upload that its client does not want any more; where a request is at work on it, as soon as that is done:
   * a connection that broke may not have been noticed yet.
   */
  async giveUp(upload: Upload): Promise<void> {
    const session = this.#sessions.get(upload.id)
    if (session?.busy) session.isGivenUp = true
    else await this.end(upload)
  }

  /** Forgets an upload, and throws away what was not committed. */
  async end(upload: Upload): Promise<void> {
    const session = this.#sessions.get(upload.id)
    clearTimeout(session?.timer)
    this.#sessions.delete(upload.id)
    await upload.discard()
  }

  /** Ends all uploads. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ upload }) => this.end(upload)))
  }

  private async startFile(): Promise<IngestFile> {
    this.#starting += 1
    try {
      return await this.store.startBlob()
    } finally {
      this.#starting -= 1
    }
  }

  private async endIfIdle(id: string): Promise<void> {
    const session = this.#sessions.get(id)
    if (session === undefined) return
    if (session.busy) session.timer.refresh()
    else await this.end(session.upload)
  }
}
