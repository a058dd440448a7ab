/** Copies 20 images over links that break every fifth connection, and counts those that arrive. */
import { startFaultyRegistry, type FaultyRegistry } from '../test/support/faulty-registry/proxy.ts'
import { makeImage } from '../test/support/images.ts'
import { run } from '../test/support/run.ts'
import { digestAt, pushImage } from '../e2e/support/bare-requests.ts'
import { BREAKS, everyFifth } from '../e2e/support/chaos.ts'
import { DOCKER_REGISTRY, startRegistry } from '../e2e/support/registries.ts'
import { commandsFor, contestants, SURROUNDINGS, type Contestant } from './support/contestants.ts'
import { machine } from './support/machine.ts'
import { printTable, printText } from './support/table.ts'

const images = Array.from({ length: 20 }, (_, index) => ({
  repository: `app-${index}`,
  image: makeImage({ seed: `reset ${index}`, platforms: ['linux/amd64'] }),
}))
const digests = new Set<string>(images.map(({ image }) => image.root.descriptor.digest))

const origin = await startRegistry(DOCKER_REGISTRY)
const source = await startFaultyRegistry(`http://${origin.host}`)
try {
  for (const { repository, image } of images) await pushImage(origin.host, repository, 'v1', image)
  printText(
    `${images.length} images between two docker-registry servers; every fifth request has its connection broken.`,
  )
  printText('On both sides: before the request is heard, in the middle of its answer, and after it is done, in turn.')
  printText('Each program as it comes; Transship takes one command, the others one for each image.')
  const rows: string[][] = []
  for (const contestant of contestants()) rows.push(await measure(contestant))
  printTable([['', 'arrived', 'requests', 'broken', 'seconds'], ...rows])
  printText(machine())
} finally {
  await source.close()
  await origin.stop()
}

async function measure(contestant: Contestant): Promise<string[]> {
  const registry = await startRegistry(DOCKER_REGISTRY)
  const mirror = await startFaultyRegistry(`http://${registry.host}`)
  const links = [source, mirror]
  try {
    for (const link of links) breakFifths(link)
    const started = performance.now()
    const names = images.map(({ repository }) => `${source.host}/${repository}:v1`)
    for (const args of commandsFor(contestant, names, [`${mirror.host}/m`])) {
      await run(contestant.program, args, SURROUNDINGS)
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const requests = links.reduce((sum, { log }) => sum + log.requests.length, 0)
    const broken = links.reduce((sum, { log }) => sum + Math.floor(log.requests.length / 5), 0)
    return [contestant.name, String(await arrivedAt(registry.host)), String(requests), String(broken), seconds]
  } finally {
    await mirror.close()
    await registry.stop()
  }
}

function breakFifths(link: FaultyRegistry): void {
  link.heal()
  link.always('*', /./, everyFifth(...BREAKS))
}

async function arrivedAt(host: string): Promise<number> {
  const folder = `m/${source.host.replace(':', '_')}`
  const found = await Promise.all(images.map(({ repository }) => digestAt(host, `${folder}/${repository}`, 'v1')))
  return found.filter((digest) => digest !== undefined && digests.has(digest)).length
}
