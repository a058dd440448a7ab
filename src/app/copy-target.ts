import { Failure } from '../failure/failure.ts'
import { parseAddress, type Address } from '../oci/place.ts'
import { parseMirror, type Mirror } from '../policy/mirror.ts'
import { hostsOf } from './run-ports.ts'

/** What a copy is from and to. */
export interface CopyPlan {
  readonly images: readonly string[]
  readonly to: readonly Mirror[] | Address
  /** Registries that are written to. */
  readonly hosts: readonly string[]
}

/**
 * Images and the mirrors that they go to.
 * @param name of the input that says the mirrors, for the message
 * @throws Failure `images-none`, `input-missing`
 */
export function toMirrors(images: readonly string[], mirrors: readonly Mirror[], name: string): CopyPlan {
  if (images.length === 0) throw new Failure('images-none', {})
  if (mirrors.length === 0) throw new Failure('input-missing', { name, need: 'mirror' })
  return { images, to: mirrors, hosts: hostsOf(mirrors) }
}

/**
 * One image and its full target. A directory without a name takes the image under its own, as a mirror does.
 * @throws Failure `reference-invalid`, `target-invalid`
 */
export function toTarget(image: string, target: string): CopyPlan {
  const to = parseAddress(target)
  if (to.place.repository === '') return toMirrors([image], [parseMirror(target)], target)
  return { images: [image], to, hosts: to.place.kind === 'registry' ? [to.place.registry] : [] }
}
