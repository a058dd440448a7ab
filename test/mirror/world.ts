import { createHoldings } from '../../src/mirror/holdings.ts'
import { deliver, type DeliverOptions } from '../../src/mirror/deliver.ts'
import type { Job } from '../../src/mirror/plan.ts'
import { createSchedule } from '../../src/mirror/schedule.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Delivered } from '../../src/outcome/outcome.ts'
import type { RegistriesOptions } from '../../src/registry/registries.ts'
import type { Repository } from '../../src/registry/repository.ts'
import { bytesOf, putImage, type TestImage } from '../support/images.ts'
import {
  openMirror,
  openRegistries,
  openSource,
  placeAt,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../support/registries.ts'

/** A source, a mirror, and the program between them. */
export interface World {
  readonly source: ScriptedRegistry
  readonly mirror: ScriptedRegistry
  /** What the two serve, reached past the proxies. */
  readonly atSource: Repository
  readonly atMirror: Repository
  readonly client: TestClient
  /** Puts an image at the source, `v1` unless told otherwise. */
  publish(image: TestImage, tag?: string): Promise<void>
  /** Copies `v1` of the source to `v1` of the mirror, unless told otherwise. */
  copy(options?: CopyChoices): Promise<Delivered>
  /** All requests since they were counted anew, in no order. */
  requests(): number
  /** All faults are forgotten, and requests are counted anew. */
  heal(): void
  close(): Promise<void>
}

export interface CopyChoices extends Partial<Omit<DeliverOptions, 'platforms' | 'stranger'>> {
  readonly key?: string
  /** The mirror's tag; null for none. */
  readonly tag?: string | null
  readonly platforms?: readonly string[]
  /** Whether the mirror is looked at as a stranger sees it. */
  readonly stranger?: boolean
  readonly client?: TestClient
}

export async function startWorld(options: Partial<RegistriesOptions> = {}): Promise<World> {
  const [source, mirror] = await Promise.all([startScriptedRegistry(), startScriptedRegistry()])
  const client = openRegistries(options)
  const atSource = source.store.repository('app')
  return {
    source,
    mirror,
    atSource,
    atMirror: mirror.store.repository('app'),
    client,
    publish: (image, tag = 'v1') => putImage(atSource, image, tag),
    copy: (choices = {}) => copyBetween(source, mirror, choices.client ?? client, choices),
    requests: () => source.log.requests.length + mirror.log.requests.length,
    heal() {
      source.heal()
      mirror.heal()
    },
    async close() {
      await client.close()
      await Promise.all([source.close(), mirror.close()])
    },
  }
}

async function copyBetween(
  source: ScriptedRegistry,
  mirror: ScriptedRegistry,
  client: TestClient,
  choices: CopyChoices,
): Promise<Delivered> {
  const { key = 'v1', tag = 'v1', platforms, stranger, ...options } = choices
  const job = jobFor(await openSource(client, source), await openMirror(client, mirror), key, tag ?? undefined)
  const outcome = await deliver(job, {
    ...defaults(),
    ...options,
    ...(platforms && { platforms: platforms.map(parsePlatform) }),
    ...(stranger && { stranger: await client.open(placeAt(mirror, 'app'), 'stranger') }),
  })
  if (outcome.status === 'planned') throw new Error('only planned')
  return outcome
}

/** Options for a copy of which nothing special is asked. */
export function defaults(): DeliverOptions {
  return { schedule: createSchedule(3), holdings: createHoldings(), now: () => 0, address: 'mirror/app:v1' }
}

/** The way of an image from one repository to another. */
export function jobFor(source: Repository, target: Repository, key = 'v1', tag?: string): Job {
  return { image: 'source/app:v1', source, key, target, ...(tag !== undefined && { tag }) }
}

/** Fails unless a repository has the whole image, byte for byte. */
export async function expectWhole(repository: Repository, image: TestImage): Promise<void> {
  for (const { bytes, descriptor } of image.manifests) {
    const found = await repository.manifest(descriptor.digest)
    if (!Buffer.from(found.bytes).equals(bytes)) throw new Error(`${descriptor.digest} was changed`)
  }
  for (const { bytes, descriptor } of image.blobs.values()) {
    const found = await bytesOf(repository.blob(descriptor))
    if (!found.equals(bytes)) throw new Error(`${descriptor.digest} was changed`)
  }
}

/** The digests among these that a repository has as blobs. */
export async function blobsAt(repository: Repository, image: TestImage): Promise<string[]> {
  const found: string[] = []
  for (const { descriptor } of image.blobs.values()) {
    if (await repository.hasBlob(descriptor)) found.push(descriptor.digest)
  }
  return found
}

/** The digests of the blobs that were sent to a registry. */
export function blobsSentTo(registry: ScriptedRegistry): string[] {
  return registry.log
    .find('PUT', /uploads/)
    .map(({ path }) => new URL(path, registry.origin).searchParams.get('digest') ?? '')
}
