import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Language } from '../src/failure/catalogue.ts'
import type { Issue } from '../test/support/github/index.ts'
import { startWorld, type World } from '../test/support/action-world.ts'
import type { TestImage } from '../test/support/images.ts'
import type { RunResult } from '../test/support/runner.ts'

/** The mirror as people see it: a registry of this machine stands in for ghcr.io. */
export const MIRROR = 'ghcr.io/acme/mirror'

/** The image that Docker Hub has here. */
export const IMAGE = { repository: 'prom/node-exporter', tag: 'v1.8.2' } as const

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/ppc64le', 'linux/s390x']

/** What somebody asks for, by the form. */
export interface Wish {
  readonly title: string
  readonly images: string
}

/** A request as it stands in the end. */
export interface Exchange {
  readonly issue: Issue
  /** What became of the workflow's step. */
  readonly run: RunResult
}

/** Docker Hub, a mirror and GitHub, all of them on loopback, and the built Action between them. */
export interface Stage {
  readonly world: World
  /** What Docker Hub has under `IMAGE`. */
  readonly image: TestImage
  /** Files an issue, and runs the Action on it as a runner does. */
  play(wish: Wish): Promise<Exchange>
  close(): Promise<void>
}

/** Sets everything up, under the allowlist of this repository. */
export async function openStage(language: Language = 'en'): Promise<Stage> {
  const world = await startWorld()
  await world.write('allows.txt', await readFile(join(import.meta.dirname, '../allows.txt'), 'utf8'))
  const image = await world.publish(`${IMAGE.repository}:${IMAGE.tag}`, {
    platforms: PLATFORMS,
    layers: 3,
    sharedLayers: 1,
    layerSize: 500_000,
  })
  const endpoints = Object.entries(endpointsOf(world)).map(([registry, address]) => `${registry}=${address}`)
  const inputs = { mirrors: MIRROR, endpoints: endpoints.join('\n'), language }
  let runs = 0
  return {
    world,
    image,
    async play(wish) {
      const { issue, opened } = world.file({ ...wish, language })
      runs += 1
      return { issue, run: await world.run(opened, inputs, { runId: runs }) }
    },
    close: () => world.close(),
  }
}

/** Where the registries of the world are played here. */
export function endpointsOf({ hub, mirror }: World): Record<'docker.io' | 'ghcr.io', string> {
  return { 'docker.io': `http://${hub.host}`, 'ghcr.io': `http://${mirror.host}` }
}
