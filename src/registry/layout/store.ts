import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../failure/failure.ts'
import { isRepositoryPath } from '../../oci/reference.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ProcessTable } from '../../ports/process-table.ts'
import { LARGEST_MANIFEST_READ } from '../limits.ts'
import type { Repository } from '../repository.ts'
import { BlobFiles } from './blob-files.ts'
import { hasCode, makeDirectory, reading, unlessMissing } from './disk.ts'
import { IndexFile } from './index-file.ts'
import { IngestFolder, type IngestFile } from './ingest.ts'
import { LayoutRepository } from './layout-repository.ts'
import { FileLock } from './lock.ts'

/** What a layout needs to know of the world around it. */
export interface LayoutPorts {
  readonly processes: ProcessTable
  readonly clock: Clock
  /** Bytes of the largest manifest that is read; 8 MiB unless told. */
  readonly largestManifest?: number
  /** Ends what is being read. */
  readonly signal?: AbortSignal
}

const MARK = 'oci-layout'
const VERSION = '1.0.0'
const MARK_BYTES = Buffer.from(JSON.stringify({ imageLayoutVersion: VERSION }))

/**
 * A directory that is an OCI image layout (image-spec, image-layout.md), shared by many repositories: all have their
 * blobs in common, and each tag is an entry of index.json named `REPOSITORY:TAG`.
 */
export class LayoutStore {
  readonly blobs: BlobFiles
  readonly index: IndexFile
  /** Bytes of the largest manifest that is read. */
  readonly largestManifest: number
  readonly #ingest: IngestFolder
  #prepared: Promise<void> | undefined

  private constructor(
    readonly directory: string,
    ports: LayoutPorts,
  ) {
    const { processes, clock, largestManifest = LARGEST_MANIFEST_READ, signal } = ports
    this.largestManifest = largestManifest
    this.#ingest = new IngestFolder(join(directory, '.ingest'), processes, clock)
    const lock = new FileLock(join(directory, 'index.json.lock'), processes, clock)
    this.blobs = new BlobFiles(join(directory, 'blobs'), this.#ingest, signal)
    this.index = new IndexFile(join(directory, 'index.json'), lock, this.#ingest)
  }

  /**
   * Opens a directory: a layout, or one that is empty or does not exist and becomes a layout with the first write.
   * @throws Failure `layout-invalid` where it is something else
   */
  static async open(directory: string, ports: LayoutPorts): Promise<LayoutStore> {
    const store = new LayoutStore(directory, ports)
    // Listed before the mark is looked for: another program may be making the layout at this moment.
    const names = await store.list()
    if (!(await store.isLayout()) && !names.every(isOurs)) throw store.invalid('not-empty')
    return store
  }

  /** Whether the directory is a layout by now. */
  async isLayout(): Promise<boolean> {
    const path = join(this.directory, MARK)
    const text = await this.looking(() => unlessMissing(readFile(path, 'utf8')))
    if (text === undefined) return false
    if (versionOf(text) !== VERSION) throw this.invalid('version')
    return true
  }

  /** Makes the directory a layout if it is not one yet. */
  async prepare(): Promise<void> {
    this.#prepared ??= this.create().catch((error: unknown) => {
      this.#prepared = undefined
      throw error
    })
    await this.#prepared
  }

  /** One repository of the layout; the empty name is for entries whose whole name is a tag, as others write them. */
  repository(name: string): Repository {
    return new LayoutRepository(this, name)
  }

  /** All repositories that have a tag, in the order of their names. */
  async repositories(): Promise<string[]> {
    const { byName } = await this.index.read()
    const named = [...byName.keys()].map((name) => name.slice(0, Math.max(0, name.lastIndexOf(':'))))
    return [...new Set(named)].filter(isRepositoryPath).toSorted()
  }

  /** Starts a file for a blob whose digest is not known yet. */
  async startBlob(): Promise<IngestFile> {
    await this.prepare()
    return this.#ingest.open()
  }

  private async create(): Promise<void> {
    await makeDirectory(join(this.directory, 'blobs', 'sha256'))
    if (await this.isLayout()) return
    await this.#ingest.write(join(this.directory, MARK), (file) => file.write(MARK_BYTES))
  }

  private async list(): Promise<readonly string[]> {
    return (await this.looking(() => unlessMissing(readdir(this.directory)))) ?? []
  }

  private async looking<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await reading(this.directory, work)
    } catch (error) {
      throw hasCode(error, 'ENOTDIR') ? this.invalid('not-a-directory') : error
    }
  }

  private invalid(reason: 'version' | 'not-empty' | 'not-a-directory'): Failure {
    return new Failure('layout-invalid', { path: this.directory, reason })
  }
}

/** What may be there before the mark is: a start that was cut short, and what a new disk has of itself. */
function isOurs(name: string): boolean {
  return name === 'blobs' || name === 'lost+found' || name.startsWith('.')
}

function versionOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'imageLayoutVersion' in value && value.imageLayoutVersion
  } catch {
    return undefined
  }
}
