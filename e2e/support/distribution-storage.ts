import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hexOf, type Digest } from '../../src/oci/digest.ts'

/** Where distribution keeps a blob (its `registry/storage/paths.go` draws the tree). */
function dataFile(storage: string, digest: Digest): string {
  const hex = hexOf(digest)
  return join(storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data')
}

/** Takes a blob away behind the registry's back. */
export async function loseBlob(storage: string, digest: Digest): Promise<void> {
  await rm(dirname(dataFile(storage, digest)), { recursive: true })
}

/** Turns one bit of a blob in its storage; its length stays. */
export async function corruptBlob(storage: string, digest: Digest): Promise<void> {
  const bytes = await readFile(dataFile(storage, digest))
  const middle = bytes.byteLength >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  await writeFile(dataFile(storage, digest), bytes)
}
