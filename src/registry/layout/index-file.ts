import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../../failure/failure.ts'
import { readManifest, type Descriptor } from '../../oci/manifest.ts'
import { OCI_INDEX } from '../../oci/media-types.ts'
import { reading, unlessMissing } from './disk.ts'
import type { IngestFolder } from './ingest.ts'
import type { FileLock } from './lock.ts'

/** The annotation that names an entry of index.json (image-spec, annotations.md). */
const REF_NAME = 'org.opencontainers.image.ref.name'

/** What index.json says: where several entries bear one name, or one digest, the first of them. */
export interface LayoutIndex {
  readonly byDigest: ReadonlyMap<string, Descriptor>
  readonly byName: ReadonlyMap<string, Descriptor>
}

/** The document as it is written, with all that others have put into it. */
interface Document {
  readonly manifests: readonly unknown[]
}

/** The table of a layout: which name leads to which manifest (image-spec, image-layout.md, "index.json"). */
export class IndexFile {
  #cached: { version: string; index: LayoutIndex } | undefined
  // Those who wait inside this process need not quarrel over the lock file.
  #last: Promise<void> = Promise.resolve()

  constructor(
    private readonly path: string,
    private readonly lock: FileLock,
    private readonly ingest: IngestFolder,
  ) {}

  /**
   * Reads the table; as long as the file does not change, from memory.
   * @throws Failure `layout-invalid`
   */
  async read(): Promise<LayoutIndex> {
    const version = await this.version()
    if (version === undefined) return indexOf([])
    if (this.#cached?.version !== version) this.#cached = { version, index: indexOf((await this.load()).entries) }
    return this.#cached.index
  }

  /**
   * Adds an entry, in place of the one that bore its name.
   * @throws Failure `layout-locked`, `layout-invalid`, `disk-full`
   */
  async put(entry: Descriptor, name?: string): Promise<void> {
    const { byName, byDigest } = await this.read()
    const present = name === undefined ? byDigest.get(entry.digest) : byName.get(name)
    if (present?.digest === entry.digest && present.mediaType === entry.mediaType) return
    const turn = this.#last.then(() => this.replace(entry, name))
    this.#last = turn.catch(() => undefined)
    await turn
  }

  private async replace(entry: Descriptor, name: string | undefined): Promise<void> {
    const { mediaType, digest, size } = entry
    const added = { mediaType, digest, size, ...(name !== undefined && { annotations: { [REF_NAME]: name } }) }
    await this.lock.hold(async (confirm) => {
      const { document, entries } = await this.load()
      const kept = document.manifests.filter((_, position) => name === undefined || nameOf(entries[position]) !== name)
      const bytes = Buffer.from(JSON.stringify({ ...document, manifests: [...kept, added] }))
      await this.ingest.write(this.path, async (file) => {
        await file.write(bytes)
        await file.sync()
        await confirm()
      })
    })
  }

  private async load(): Promise<{ document: Document; entries: readonly Descriptor[] }> {
    const bytes = await reading(this.path, () => unlessMissing(readFile(this.path)))
    if (bytes === undefined) return { document: EMPTY, entries: [] }
    const entries = readEntries(bytes, dirname(this.path))
    return { document: documentOf(bytes), entries }
  }

  /** Changes whenever the file does: every change is a rename, so the inode is a new one. */
  private async version(): Promise<string | undefined> {
    const found = await reading(this.path, () => unlessMissing(stat(this.path, { bigint: true })))
    return found && `${found.ino} ${found.mtimeNs} ${found.size}`
  }
}

const EMPTY = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }

/** The entries, in the order of the document's `manifests`. */
function readEntries(bytes: Uint8Array, path: string): readonly Descriptor[] {
  try {
    return readManifest(bytes, { image: path, contentType: OCI_INDEX }).children
  } catch (cause) {
    throw new Failure('layout-invalid', { path, reason: 'index' }, { cause })
  }
}

function documentOf(bytes: Uint8Array): Document {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  const document = typeof value === 'object' && value !== null ? value : {}
  return {
    ...document,
    manifests: 'manifests' in document && Array.isArray(document.manifests) ? document.manifests : [],
  }
}

function indexOf(entries: readonly Descriptor[]): LayoutIndex {
  const firstOnTop = entries.toReversed()
  const named = firstOnTop.flatMap((entry) => {
    const name = nameOf(entry)
    return name === undefined ? [] : [[name, entry] as const]
  })
  return { byDigest: new Map(firstOnTop.map((entry) => [entry.digest, entry])), byName: new Map(named) }
}

function nameOf(entry: Descriptor | undefined): string | undefined {
  return entry?.annotations?.[REF_NAME]
}
