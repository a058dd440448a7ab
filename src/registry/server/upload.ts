import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { algorithmOf, hasherFor, type Digest } from '../../oci/digest.ts'
import type { IngestFile } from '../layout/ingest.ts'
import type { LayoutStore } from '../layout/store.ts'
import type { ByteStream } from '../repository.ts'

/** One blob on its way in: the bytes so far, and their running hash. */
export class Upload {
  readonly id = randomUUID()
  /** Clients hardly ever use another algorithm than sha256, so that one is counted as the bytes pass. */
  readonly #sha256 = createHash('sha256')

  constructor(
    private readonly store: LayoutStore,
    private readonly file: IngestFile,
  ) {}

  /** Bytes so far. */
  get received(): number {
    return this.file.received
  }

  /** Adds bytes as they come; where the stream breaks, those before stay. */
  async append(body: ByteStream): Promise<void> {
    for await (const chunk of body) {
      await this.file.write(chunk)
      this.#sha256.update(chunk)
    }
  }

  /** Publishes the bytes as a blob. False, and nothing published, where they are not of this digest. */
  async commit(digest: Digest): Promise<boolean> {
    if ((await this.digest(digest)) !== digest) return false
    await this.store.blobs.place(digest, this.file)
    return true
  }

  /** Throws the bytes away; does nothing after a commit. */
  async discard(): Promise<void> {
    await this.file.discard()
  }

  private async digest(wanted: Digest): Promise<string> {
    if (algorithmOf(wanted) === 'sha256') return `sha256:${this.#sha256.copy().digest('hex')}`
    const hash = hasherFor(wanted)
    for await (const chunk of createReadStream(this.file.path)) hash.update(chunk)
    return `${algorithmOf(wanted)}:${hash.digest('hex')}`
  }
}
