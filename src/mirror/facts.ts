import { formatPlatform } from '../oci/platform.ts'
import type { ImageFacts } from '../outcome/outcome.ts'
import type { Source } from './source-share.ts'
import { platformsIn } from './platforms.ts'
import { treeSize, type ImageTree } from './tree.ts'

/** What there is to say about a whole image. A single image says its platform in its config, which is read for it. */
export async function factsOf(repository: Source, tree: ImageTree): Promise<ImageFacts> {
  const { root } = tree
  const { digest, mediaType } = root.descriptor
  const platforms = (await platformsIn(repository, tree)).map(formatPlatform)
  return { digest, mediaType, platforms, size: treeSize(tree) }
}
