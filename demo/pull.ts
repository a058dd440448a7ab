import { systemProcesses } from '../src/app/process-table.ts'
import { systemClock } from '../src/app/system.ts'
import { VERSION } from '../src/app/version.ts'
import { digestOf, type Digest } from '../src/oci/digest.ts'
import { formatPlatform } from '../src/oci/platform.ts'
import { createRegistries } from '../src/registry/registries.ts'
import { anonymous } from '../src/registry/remote/credentials.ts'
import type { Repository } from '../src/registry/repository.ts'
import { bytesOf } from '../test/support/images.ts'

/** A manifest or blob as it was received. */
export interface Piece {
  /** `index`, `linux/arm64`, or `blob`. */
  readonly name: string
  /** Of the bytes that came. */
  readonly digest: Digest
  /** In bytes. */
  readonly size: number
}

/** Pulls an image over HTTP as anybody could, without credentials: its tag, then all that it leads to. */
export async function pullAsStranger(
  address: { readonly registry: string; readonly repository: string; readonly tag: string },
  endpoints: Readonly<Record<string, string>>,
): Promise<readonly Piece[]> {
  const registries = createRegistries({
    endpoints,
    insecure: [],
    operatorRegistries: 'all',
    sourceCredentials: anonymous,
    mirrorCredentials: anonymous,
    clock: systemClock,
    processes: systemProcesses(),
    userAgent: `transship-demo/${VERSION}`,
    concurrency: 4,
  })
  try {
    const { registry, repository, tag } = address
    return await pullTree(await registries.open({ kind: 'registry', registry, repository }, 'stranger'), tag, 'index')
  } finally {
    await registries.close()
  }
}

async function pullTree(repository: Repository, key: string, name: string): Promise<Piece[]> {
  const { bytes, children, blobs } = await repository.manifest(key)
  const below = await Promise.all([
    ...children.map(({ digest, platform }) =>
      pullTree(repository, digest, platform === undefined ? 'manifest' : formatPlatform(platform)),
    ),
    ...blobs.map(async (blob) => [pieceOf('blob', await bytesOf(repository.blob(blob)))]),
  ])
  return [pieceOf(name, bytes), ...below.flat()]
}

function pieceOf(name: string, bytes: Uint8Array): Piece {
  return { name, digest: digestOf(bytes), size: bytes.byteLength }
}
