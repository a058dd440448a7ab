import { createReadStream } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../failure/failure.ts'
import { algorithmOf, hexOf, type Digest } from '../../oci/digest.ts'
import type { ByteStream } from '../repository.ts'
import { hasCode, makeDirectory, readFailure, reading, unlessMissing, writing } from './disk.ts'
import type { IngestFile, IngestFolder } from './ingest.ts'

const READ_SIZE = 256 * 1024

/** Some bytes of a blob: from `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

/** The content of a layout: files named by their digests (image-spec, image-layout.md, "Blobs"). */
export class BlobFiles {
  constructor(
    private readonly path: string,
    private readonly ingest: IngestFolder,
    private readonly signal?: AbortSignal,
  ) {}

  /** A blob's size in bytes; undefined where it is not there. */
  async size(digest: Digest): Promise<number | undefined> {
    const path = this.pathOf(digest)
    const found = await reading(path, () => unlessMissing(stat(path)))
    return found?.isFile() ? found.size : undefined
  }

  /** A whole blob in memory, unchecked: for small ones. */
  async bytes(digest: Digest): Promise<Uint8Array | undefined> {
    const path = this.pathOf(digest)
    return reading(path, () => unlessMissing(readFile(path)))
  }

  /**
   * A blob's bytes, unchecked.
   * @throws Failure `blob-unknown`, naming `where`; the signal's reason
   */
  async *read(digest: Digest, where: string, range: ByteRange = { start: 0 }): ByteStream {
    const path = this.pathOf(digest)
    try {
      for await (const chunk of createReadStream(path, { ...range, highWaterMark: READ_SIZE })) {
        this.signal?.throwIfAborted()
        yield chunk
      }
    } catch (error) {
      if (hasCode(error, 'ENOENT')) throw new Failure('blob-unknown', { where, digest }, { cause: error })
      throw readFailure(error, path)
    }
  }

  /** Stores a blob whose bytes `fill` writes and answers for. */
  async write(digest: Digest, fill: (file: IngestFile) => Promise<void>): Promise<void> {
    await makeDirectory(this.folderOf(digest))
    await this.ingest.write(this.pathOf(digest), fill)
  }

  /** Publishes a file that holds this blob's bytes. */
  async place(digest: Digest, file: IngestFile): Promise<void> {
    await makeDirectory(this.folderOf(digest))
    await file.place(this.pathOf(digest))
  }

  /** Throws a blob away. */
  async remove(digest: Digest): Promise<void> {
    const path = this.pathOf(digest)
    await writing(path, () => rm(path, { force: true }))
  }

  private folderOf(digest: Digest): string {
    return join(this.path, algorithmOf(digest))
  }

  private pathOf(digest: Digest): string {
    return join(this.folderOf(digest), hexOf(digest))
  }
}
