/** Counts the requests that each program takes for the copies that a mirror does day by day. */
import { makeImage } from '../test/support/images.ts'
import { runOk } from '../test/support/run.ts'
import { pushImage } from '../e2e/support/bare-requests.ts'
import { count, startProxy } from '../e2e/support/proxy.ts'
import { DOCKER_REGISTRY, startRegistry } from '../e2e/support/registries.ts'
import { contestants, SURROUNDINGS, type Contestant } from './support/contestants.ts'
import { machine } from './support/machine.ts'
import { nextImage } from './support/next-image.ts'
import { printTable, printText } from './support/table.ts'

/** In this order, each on what the one before has left. */
const STEPS = [
  { title: 'cold copy, 15 blobs', tag: 'v1' },
  { title: 'unchanged tag', tag: 'v1' },
  { title: 'next tag, 3 of its 9 blobs shared', tag: 'v2' },
  { title: 'second tag of one digest', tag: 'stable' },
] as const

/** Requests at both sides, and how many of them were GETs of manifests at the source: what pull limits count. */
interface Cost {
  readonly requests: number
  readonly pulls: number
}

const source = await startRegistry(DOCKER_REGISTRY)
try {
  const image = makeImage({ layers: 4 })
  await pushImage(source.host, 'app', 'v1', image)
  await pushImage(source.host, 'app', 'stable', image)
  await pushImage(source.host, 'app', 'v2', nextImage(image, makeImage({ layers: 2, seed: 'next' }), 1))
  printText('Requests between two docker-registry servers, both sides together; three platforms.')
  printText('In parentheses: GETs of manifests at the source, and how many times as many requests as the first row.')
  await compare()
  printText(machine())
} finally {
  await source.stop()
}

async function compare(): Promise<void> {
  const rows: { readonly name: string; readonly costs: readonly Cost[] }[] = []
  for (const contestant of contestants()) rows.push({ name: contestant.name, costs: await costsOf(contestant) })
  const best = rows[0]?.costs ?? []
  printTable([
    ['', ...STEPS.map(({ title }) => title)],
    ...rows.map(({ name, costs }) => [name, ...costs.map((cost, step) => cell(cost, best[step]))]),
  ])
}

/** A mirror of its own for each program, so that none finds what another has left. */
async function costsOf({ program, args }: Contestant): Promise<Cost[]> {
  const mirror = await startRegistry(DOCKER_REGISTRY)
  const [from, to] = [await startProxy(source.host), await startProxy(mirror.host)]
  const costs: Cost[] = []
  try {
    for (const { tag } of STEPS) {
      from.requests.length = 0
      to.requests.length = 0
      await runOk(program, args(`${from.host}/app:${tag}`, `${to.host}/m/app:${tag}`), SURROUNDINGS)
      costs.push({
        requests: from.requests.length + to.requests.length,
        pulls: count(from.requests, 'manifest', 'GET'),
      })
    }
    return costs
  } finally {
    await Promise.all([from.stop(), to.stop()])
    await mirror.stop()
  }
}

function cell({ requests, pulls }: Cost, best: Cost | undefined): string {
  const ratio = best === undefined ? '' : `; x${(requests / best.requests).toFixed(1)}`
  return `${requests} (${pulls}${ratio})`
}
