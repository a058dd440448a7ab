import { MANIFEST_TYPES } from '../../src/oci/media-types.ts'
import type { TestImage } from '../../test/support/images.ts'
import { USER } from './registries.ts'

// Nothing of what is tested helps to prepare its own test, or to judge it.

/** Puts an image into a registry; `headers` go with every request. */
export async function pushImage(
  host: string,
  repository: string,
  tag: string,
  image: TestImage,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const { descriptor, bytes } of image.blobs.values()) {
    const session = await openUpload(host, repository, headers)
    session.searchParams.set('digest', descriptor.digest)
    await send(session, { method: 'PUT', headers, body: new Uint8Array(bytes) })
  }
  for (const manifest of image.manifests) {
    const { digest, mediaType } = manifest.descriptor
    await send(`http://${host}/v2/${repository}/manifests/${manifest === image.root ? tag : digest}`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': mediaType },
      body: new Uint8Array(manifest.bytes),
    })
  }
}

/** Opens an upload session and gives its address. */
export async function openUpload(
  host: string,
  repository: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<URL> {
  const opened = await send(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers })
  return new URL(opened.headers.get('location') ?? '', `http://${host}`)
}

/** The digest that a registry serves under a tag or digest; undefined where it is not there. */
export async function digestAt(host: string, repository: string, key: string): Promise<string | undefined> {
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${key}`, {
    method: 'HEAD',
    headers: { accept: MANIFEST_TYPES.join(', ') },
  })
  if (answer.status === 404) return undefined
  if (!answer.ok) throw new Error(`HEAD ${repository} ${key}: ${answer.status}`)
  return answer.headers.get('docker-content-digest') ?? ''
}

/** Fails unless a registry serves the whole image under its tag, byte for byte. */
export async function expectWholeAt(host: string, repository: string, tag: string, image: TestImage): Promise<void> {
  for (const manifest of image.manifests) {
    const key = manifest === image.root ? tag : manifest.descriptor.digest
    await expectBytes(`http://${host}/v2/${repository}/manifests/${key}`, manifest.bytes)
  }
  for (const { descriptor, bytes } of image.blobs.values()) {
    await expectBytes(`http://${host}/v2/${repository}/blobs/${descriptor.digest}`, bytes)
  }
}

async function expectBytes(url: string, bytes: Uint8Array): Promise<void> {
  const answer = await fetch(url, { headers: { accept: MANIFEST_TYPES.join(', ') } })
  const found = Buffer.from(await answer.arrayBuffer())
  if (answer.status !== 200 || !found.equals(bytes)) throw new Error(`${url}: ${answer.status}, or other bytes`)
}

/** All tags of a repository; none where there is no such repository. */
export async function tagsAt(host: string, repository: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${host}/v2/${repository}/tags/list`)
  if (answer.status === 404) return []
  const { tags }: { tags: readonly string[] | null } = JSON.parse(await answer.text())
  return tags ?? []
}

/** The headers by which `USER` comes in. */
export const asUser = {
  authorization: `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString('base64')}`,
}

async function send(url: string | URL, request: RequestInit): Promise<Response> {
  const answer = await fetch(url, request)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${request.method} ${url.toString()}: ${answer.status} ${text}`)
  return answer
}
