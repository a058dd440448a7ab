import { Failure } from '../../failure/failure.ts'
import type { Descriptor } from '../../oci/manifest.ts'
import type { RegistryResponse } from './exchange.ts'
import type { Linking } from './linking.ts'
import { pullScope } from './scopes.ts'
import { UploadSession, type UploadContext } from './upload-session.ts'

export interface BlobUploadContext extends UploadContext {
  /** The repository as the registry knows it, with whatever stands before all its paths. */
  readonly path: string
  readonly linking: Linking
  readonly hasBlob: (blob: Descriptor) => Promise<boolean>
  /** Whether the registry was asked for the blob, and did not have it. */
  readonly isAbsent: (blob: Descriptor) => boolean
}

/**
 * Finds out in as few requests as it takes whether a blob is in a repository, or can be linked into it, and opens an
 * upload where not (distribution-spec, "Mounting a blob from another repository"). A blob that no other repository is
 * known to have is mounted from the repository itself: 201 says that it is there, 202 opens the upload.
 * @param from a repository of the same registry that may have the blob
 * @throws Failure `push-denied`, `repository-missing`, `registry-error`
 */
export async function startUpload(
  context: BlobUploadContext,
  blob: Descriptor,
  from: string | undefined,
): Promise<UploadSession | 'present' | 'mounted'> {
  if (context.linking.asksFirst(blob) && (await isThere(context, blob))) return 'present'
  const origin = from ?? (context.isAbsent(blob) ? undefined : context.path)
  if (origin === undefined) return UploadSession.open(context)
  const started = await mount(context, blob, origin)
  if (started !== undefined) return started
  return (await isThere(context, blob)) ? 'present' : UploadSession.open(context)
}

/** Not every registry lets a writer look: the upload then says what is wrong, if anything is. */
async function isThere(context: BlobUploadContext, blob: Descriptor): Promise<boolean> {
  if (context.isAbsent(blob)) return false
  try {
    return await context.hasBlob(blob)
  } catch (error) {
    if (Failure.is(error, 'push-denied')) return false
    throw error
  }
}

/** Undefined where the registry does not link from there. */
async function mount(
  context: BlobUploadContext,
  blob: Descriptor,
  from: string,
): Promise<UploadSession | 'present' | 'mounted' | undefined> {
  const { linking, path } = context
  const response = await mountRequest(context, blob, from)
  await response?.discard()
  if (response?.status === 202) return new UploadSession(context, response)
  if (response?.status === 201) {
    linking.proved()
    return from === path ? 'present' : 'mounted'
  }
  // Another repository may merely be closed to this writer.
  if (from === path) linking.failed()
  return undefined
}

/** A token service that refuses the right to read the other repository refuses the link, not the blob. */
async function mountRequest(
  context: BlobUploadContext,
  blob: Descriptor,
  from: string,
): Promise<RegistryResponse | undefined> {
  const url = new URL(context.uploads)
  url.searchParams.set('mount', blob.digest)
  url.searchParams.set('from', from)
  // The right to write a repository holds the one to read it.
  const scopes = from === context.path ? context.scopes : [...context.scopes, pullScope(from)]
  try {
    return await context.exchange({ method: 'POST', url, scopes })
  } catch (error) {
    if (from !== context.path && Failure.is(error, 'credentials-unusable')) return undefined
    throw error
  }
}
