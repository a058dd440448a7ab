import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../ports/clock.ts'
import type { ProcessTable } from '../../ports/process-table.ts'
import type { ByteStream } from '../repository.ts'
import { makeDirectory, unlessMissing, writing } from './disk.ts'

/** How long a file of an unknown writer is left alone after its last byte, in milliseconds. */
const ABANDONED_AFTER = 24 * 60 * 60 * 1000

/** `HOST~PID~UNIQUE`: whoever finds the file can tell whether its writer is still there. */
const FILE_NAME = /^(?<host>.*)~(?<pid>\d+)~[\da-f-]{36}$/

/** A file in the making. It gets its name only when it is whole; until then nobody reads it. */
export class IngestFile {
  #received = 0

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** Starts an empty file at `path`. */
  static async create(path: string): Promise<IngestFile> {
    return writing(path, async () => new IngestFile(path, await open(path, 'wx')))
  }

  /** Bytes written so far. */
  get received(): number {
    return this.#received
  }

  /**
   * Adds bytes as they come. Where the stream breaks, what came before stays.
   * @throws Failure `disk-full`, and whatever the stream throws
   */
  async append(stream: ByteStream): Promise<void> {
    for await (const chunk of stream) await this.write(chunk)
  }

  /** Adds some bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    await writing(this.path, () => this.handle.appendFile(bytes))
    this.#received += bytes.byteLength
  }

  /** Brings the bytes to the disk, so that they outlive a loss of power. */
  async sync(): Promise<void> {
    await writing(this.path, () => this.handle.datasync())
  }

  /** Gives the file its name, in one step that readers see whole. */
  async place(target: string): Promise<void> {
    await this.sync()
    await writing(target, async () => {
      await this.handle.close()
      await rename(this.path, target)
    })
  }

  /** Throws the file away. */
  async discard(): Promise<void> {
    await this.handle.close()
    await rm(this.path, { force: true })
  }
}

/** Where files are made: a folder of the layout itself, so that a rename is all it takes to publish one. */
export class IngestFolder {
  #ready: Promise<void> | undefined

  constructor(
    private readonly path: string,
    private readonly processes: ProcessTable,
    private readonly clock: Clock,
  ) {}

  /** Starts a file. The first call also removes what dead writers have left. */
  async open(): Promise<IngestFile> {
    this.#ready ??= this.prepare().catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    await this.#ready
    const { host, pid } = this.processes
    return IngestFile.create(join(this.path, `${host}~${pid}~${randomUUID()}`))
  }

  /**
   * Writes a whole file: starts it, lets `fill` add the bytes, and names it. Whatever fails, nothing is left of it.
   */
  async write(target: string, fill: (file: IngestFile) => Promise<void>): Promise<void> {
    const file = await this.open()
    try {
      await fill(file)
      await file.place(target)
    } catch (error) {
      await file.discard()
      throw error
    }
  }

  private async prepare(): Promise<void> {
    await makeDirectory(this.path)
    const names = await readdir(this.path)
    await Promise.all(names.map((name) => this.removeIfAbandoned(name)))
  }

  private async removeIfAbandoned(name: string): Promise<void> {
    const path = join(this.path, name)
    const found = await unlessMissing(stat(path))
    if (found === undefined) return
    const isOld = this.clock.now() - found.mtimeMs > ABANDONED_AFTER
    if (isOld || this.isOfDeadWriter(name)) await rm(path, { force: true })
  }

  private isOfDeadWriter(name: string): boolean {
    const { host, pid } = FILE_NAME.exec(name)?.groups ?? {}
    return host === this.processes.host && !this.processes.isRunning(Number(pid))
  }
}
