import { Failure } from '../failure/failure.ts'
import { formatAddress, parseAddress, type Address } from '../oci/place.ts'
import { formatReference, parseReference, type ImageReference } from '../oci/reference.ts'
import { undelivered, type Outcome } from '../outcome/outcome.ts'
import { addressAt, sourceNameOf, type Mirror } from '../policy/mirror.ts'
import { copyImage, type CopyImageOptions, type CopyPorts, type CopyTask } from './copy-image.ts'
import { refusalOf, type AllowlistFile } from './judge-image.ts'

export interface CopyOptions extends CopyImageOptions {
  /** Images as they were given: references, or `oci:DIRECTORY:NAME`. */
  readonly images: readonly string[]
  /** Mirrors, each with its own naming; or one full address for the only image. */
  readonly to: readonly Mirror[] | Address
  /** Where given, only what it allows is copied. */
  readonly allowlist?: AllowlistFile
}

export interface CopyCommandPorts extends CopyPorts {
  /** Told of each outcome as soon as it is there. */
  readonly onOutcome?: (outcome: Outcome) => void
}

/**
 * Copies images to mirrors. Each pair has an outcome of its own, in the order in which they were given; one that
 * fails holds up none of the others.
 */
export async function copy(options: CopyOptions, ports: CopyCommandPorts): Promise<Outcome[]> {
  const tasks = options.images.flatMap((image) => tasksFor(image, options))
  return Promise.all(
    tasks.map(async (task) => {
      const outcome = 'status' in task ? task : await copyImage(task, options, ports)
      ports.onOutcome?.(outcome)
      return outcome
    }),
  )
}

/** What is to be done for one image; what is settled without asking any registry is its outcome already. */
function tasksFor(text: string, { to, allowlist }: CopyOptions): (CopyTask | Outcome)[] {
  try {
    const source = parseAddress(text)
    const reference = sourceName(source)
    const image = source.place.kind === 'registry' && reference ? formatReference(reference) : formatAddress(source)
    const refusal = allowlist && refusalOf(reference ?? unnamed(image), allowlist)
    if (refusal) return [refusal]
    if ('place' in to) return [{ image, source, target: to, followsTag: false }]
    const name = reference ?? unnamed(image)
    return to.map((mirror) => taskFor(image, source, name, mirror))
  } catch (error) {
    return [undelivered(text, Failure.from(error))]
  }
}

/** A name that is too long for one mirror may suit the others. */
function taskFor(image: string, source: Address, name: ImageReference, mirror: Mirror): CopyTask | Outcome {
  try {
    return { image, source, target: addressAt(mirror, name), followsTag: true }
  } catch (error) {
    return undelivered(image, Failure.from(error))
  }
}

/** What has no name cannot be on a list of names, nor be given another one by a mirror. */
function unnamed(where: string): never {
  throw new Failure('repository-unlisted', { where })
}

/** The image's name in the world; undefined for one that a directory holds under no such name. */
function sourceName({ place, tag, digest }: Address): ImageReference | undefined {
  if (place.kind === 'registry') {
    const { registry, repository } = place
    return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
  }
  const name = sourceNameOf(place.repository)
  try {
    return parseReference(`${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`)
  } catch {
    return undefined
  }
}
