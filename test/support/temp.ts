import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of one's own, and the way to be rid of it. */
export interface TemporaryDirectory {
  readonly path: string
  remove(): Promise<void>
}

/** Makes a new, empty directory. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'transship-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Does some work in a new directory that is gone afterwards. */
export async function inTemporaryDirectory<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
  const directory = await temporaryDirectory()
  try {
    return await work(directory.path)
  } finally {
    await directory.remove()
  }
}
