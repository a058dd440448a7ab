/** Copies one large layer with each program over fast and slow links, and prints its peak of resident memory. */
import { formatBytes } from '../src/failure/quantities.ts'
import { DOCKER_REGISTRY, startRegistry } from '../e2e/support/registries.ts'
import { contestants, type Contestant } from './support/contestants.ts'
import { pushLargeImage } from './support/large-image.ts'
import { machine } from './support/machine.ts'
import { runMeasured } from './support/measured.ts'
import { startSlowLink, type LinkRates, type SlowLink } from './support/slow-link.ts'
import { printTable, printText } from './support/table.ts'

const MEBIBYTE = 1024 * 1024
const size = Number(process.argv[2] ?? 2048) * MEBIBYTE

/** How fast source and mirror are, in bytes per second for each connection. */
interface Setting {
  readonly title: string
  readonly source?: LinkRates
  readonly mirror?: LinkRates
}

/** Over one connection 2 GiB take just less than a minute on the slow ones. */
const SETTINGS: readonly Setting[] = [
  { title: 'full speed' },
  { title: 'source: 40 MB/s a connection', source: { down: 40e6 } },
  { title: 'mirror: 40 MB/s a connection', mirror: { up: 40e6 } },
]

const source = await startRegistry(DOCKER_REGISTRY)
try {
  await pushLargeImage(source.host, 'large', 'v1', size)
  printText(`One layer of ${formatBytes(size)} between two docker-registry servers.`)
  for (const setting of SETTINGS) {
    const rows: string[][] = []
    for (const contestant of contestants()) rows.push(await measure(contestant, setting))
    printTable([[setting.title, 'peak resident memory', 'seconds', 'MB/s'], ...rows])
  }
  printText(machine())
} finally {
  await source.stop()
}

async function measure({ name, program, args }: Contestant, setting: Setting): Promise<string[]> {
  const mirror = await startRegistry(DOCKER_REGISTRY)
  const from = await linkTo(source.host, setting.source)
  const to = await linkTo(mirror.host, setting.mirror)
  try {
    const { peak, seconds } = await runMeasured(program, args(`${from.host}/large:v1`, `${to.host}/large:v1`))
    return [name, formatBytes(peak), seconds.toFixed(1), (size / 1e6 / seconds).toFixed(0)]
  } finally {
    await Promise.all([from.stop(), to.stop()])
    await mirror.stop()
  }
}

/** At full speed there is nothing in between. */
function linkTo(host: string, rates: LinkRates | undefined): Promise<Pick<SlowLink, 'host' | 'stop'>> {
  return rates ? startSlowLink(host, rates) : Promise.resolve({ host, stop: () => Promise.resolve() })
}
