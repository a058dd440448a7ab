/** Brings one image to three mirrors with each program, and counts what the source is asked for and sends. */
import { formatBytes } from '../src/failure/quantities.ts'
import { makeImage } from '../test/support/images.ts'
import { runOk } from '../test/support/run.ts'
import { pushImage } from '../e2e/support/bare-requests.ts'
import { count, startProxy, type CountingProxy } from '../e2e/support/proxy.ts'
import { DOCKER_REGISTRY, startRegistry } from '../e2e/support/registries.ts'
import { commandsFor, contestants, SURROUNDINGS, type Contestant } from './support/contestants.ts'
import { machine } from './support/machine.ts'
import { printTable, printText } from './support/table.ts'

const MEBIBYTE = 1024 * 1024
const MIRRORS = 3

const image = makeImage({ layers: 4, layerSize: 4 * MEBIBYTE })
const sizes = [...image.blobs.values(), ...image.manifests].map(({ bytes }) => bytes.byteLength)
const origin = await startRegistry(DOCKER_REGISTRY)
const source = await startProxy(origin.host)
try {
  await pushImage(origin.host, 'app', 'v1', image)
  const total = formatBytes(sizes.reduce((sum, size) => sum + size, 0))
  printText(`One image of ${total}, three platforms and 15 blobs, to ${MIRRORS} docker-registry servers.`)
  printText('Transship takes one command for it, the others one for each mirror.')
  const head = ['', 'read at the source', 'requests there', 'GETs of manifests', 'requests in all', 'seconds']
  const rows: string[][] = []
  for (const contestant of contestants()) rows.push(await measure(contestant))
  printTable([head, ...rows])
  printText(machine())
} finally {
  await source.stop()
  await origin.stop()
}

/** Mirrors of its own for each program, so that none finds what another has left. */
async function measure(contestant: Contestant): Promise<string[]> {
  const registries = await Promise.all(Array.from({ length: MIRRORS }, () => startRegistry(DOCKER_REGISTRY)))
  const mirrors = await Promise.all(registries.map(({ host }) => startProxy(host)))
  source.requests.length = 0
  try {
    const started = performance.now()
    const commands = commandsFor(
      contestant,
      [`${source.host}/app:v1`],
      mirrors.map(({ host }) => `${host}/m`),
    )
    for (const args of commands) await runOk(contestant.program, args, SURROUNDINGS)
    return rowFor(contestant.name, mirrors, (performance.now() - started) / 1000)
  } finally {
    await Promise.all(mirrors.map((mirror) => mirror.stop()))
    await Promise.all(registries.map((registry) => registry.stop()))
  }
}

function rowFor(name: string, mirrors: readonly CountingProxy[], seconds: number): string[] {
  const { requests } = source
  const bytes = requests.reduce((sum, { method, received }) => sum + (method === 'HEAD' ? 0 : received), 0)
  const all = mirrors.reduce((sum, mirror) => sum + mirror.requests.length, requests.length)
  const counts = [requests.length, count(requests, 'manifest', 'GET'), all]
  return [name, formatBytes(bytes), ...counts.map(String), seconds.toFixed(1)]
}
