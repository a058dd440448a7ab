import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../../failure/failure.ts'
import { readManifest, type Descriptor } from '../../oci/manifest.ts'
import { OCI_INDEX } from '../../oci/media-types.ts'
import { reading, unlessMissing } from './disk.ts'
import type { IngestFolder } from './ingest.ts'
import type { Confirm, FileLock } from './lock.ts'

/** The annotation that names an entry of index.json (image-spec, annotations.md). */
const REF_NAME = 'org.opencontainers.image.ref.name'
/** Marks an entry that was made by `grow`: what it leads to is of use to nobody once it has grown on. */
const GROWN = 'transship.grown'

/** What index.json says: where several entries bear one name, or one digest, the first of them. */
export interface LayoutIndex {
  readonly byDigest: ReadonlyMap<string, Descriptor>
  readonly byName: ReadonlyMap<string, Descriptor>
}

/** The document as it is written, with all that others have put into it. */
interface Document {
  readonly manifests: readonly unknown[]
}

/** What index.json holds, and its entries as they were read, in the same order. */
interface Contents {
  readonly document: Document
  readonly entries: readonly Descriptor[]
}

/** How the entry of a name grows. Both are called while nobody else writes. */
export interface Growth {
  /** The new entry for the one that is there; undefined where nothing is to be written. */
  readonly next: (present: Descriptor | undefined) => Promise<Descriptor | undefined>
  /** Told of the old one, where it had grown here and no other entry has its digest. */
  readonly discard: (old: Descriptor) => Promise<void>
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
    const work = async (confirm: Confirm) => this.replace(await this.load(), name, entryOf(entry, name), confirm)
    await this.inTurn(work)
  }

  /**
   * Lets the entry of a name grow out of the one that bears it, while nobody else writes.
   * @throws Failure as `put`, and whatever the change throws
   */
  async grow(name: string, { next, discard }: Growth): Promise<void> {
    const work = async (confirm: Confirm): Promise<void> => {
      const contents = await this.load()
      const present = indexOf(contents.entries).byName.get(name)
      const entry = await next(present)
      if (entry === undefined) return
      const rest = await this.replace(contents, name, entryOf(entry, name, { [GROWN]: 'true' }), confirm)
      // What others have put under the name is not for us to remove.
      const isOurs = present?.annotations?.[GROWN] !== undefined && present.digest !== entry.digest
      if (isOurs && rest.every(({ digest }) => digest !== present.digest)) await discard(present)
    }
    await this.inTurn(work)
  }

  private async inTurn(work: (confirm: Confirm) => Promise<unknown>): Promise<void> {
    const turn = this.#last.then(() => this.lock.hold(work))
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    )
    await turn
  }

  /** @returns the entries that stay beside the new one */
  private async replace(
    { document, entries }: Contents,
    name: string | undefined,
    added: Descriptor,
    confirm: Confirm,
  ): Promise<readonly Descriptor[]> {
    const stays = (position: number): boolean => name === undefined || nameOf(entries[position]) !== name
    const kept = document.manifests.filter((_, position) => stays(position))
    const bytes = Buffer.from(JSON.stringify({ ...document, manifests: [...kept, added] }))
    await this.ingest.write(this.path, async (file) => {
      await file.write(bytes)
      await file.sync()
      await confirm()
    })
    return entries.filter((_, position) => stays(position))
  }

  private async load(): Promise<Contents> {
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

function entryOf(
  { mediaType, digest, size }: Descriptor,
  name: string | undefined,
  marks: Readonly<Record<string, string>> = {},
): Descriptor {
  return { mediaType, digest, size, ...(name !== undefined && { annotations: { [REF_NAME]: name, ...marks } }) }
}

function nameOf(entry: Descriptor | undefined): string | undefined {
  return entry?.annotations?.[REF_NAME]
}
