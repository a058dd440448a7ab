import type { Descriptor } from '../../oci/manifest.ts'

/** Bytes that a link of 10 MB/s carries while a request is answered: what is larger is not sent on a guess. */
const LARGE = 1024 ** 2

/**
 * What a run has learned of a registry: whether it links a blob from where it is, also into the very repository that
 * has it. Then one POST asks whether a blob is there and, if not, opens its upload. Some registries never link and
 * always open an upload: as long as one has not shown that it links, large blobs are asked for first.
 */
export class Linking {
  #works: boolean | undefined

  /** Whether a blob is to be asked for by HEAD, since the answer to a POST could not be relied on. */
  asksFirst(blob: Descriptor): boolean {
    return this.#works === false || (this.#works === undefined && blob.size > LARGE)
  }

  /** It linked a blob. What it was once caught at counts more. */
  proved(): void {
    this.#works ??= true
  }

  /** It refused to link from a repository into itself, or linked what was not there. */
  failed(): void {
    this.#works = false
  }
}
