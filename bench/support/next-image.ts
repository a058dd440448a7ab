import type { Manifest } from '../../src/oci/manifest.ts'
import { manifestOf, type TestImage } from '../../test/support/images.ts'

/**
 * What a project publishes next: `fresh`, with the first layers of each platform as they were in `previous`.
 * @param kept how many layers of each platform stay
 */
export function nextImage(previous: TestImage, fresh: TestImage, kept: number): TestImage {
  const old = platformsOf(previous)
  const manifests = platformsOf(fresh).map(({ blobs: [config, ...layers], descriptor: { mediaType } }, index) => {
    const base = old[index]?.blobs.slice(1, kept + 1) ?? []
    return manifestOf({ schemaVersion: 2, mediaType, config, layers: [...base, ...layers.slice(kept)] })
  })
  const { mediaType } = fresh.root.descriptor
  const root = manifestOf({ schemaVersion: 2, mediaType, manifests: manifests.map(({ descriptor }) => descriptor) })
  const used = new Set(manifests.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)))
  const blobs = [...previous.blobs, ...fresh.blobs].filter(([digest]) => used.has(digest))
  return { root, manifests: [...manifests, root], blobs: new Map(blobs) }
}

function platformsOf({ manifests }: TestImage): Manifest[] {
  return manifests.filter(({ kind }) => kind === 'image')
}
