/** Copies one large layer with each program, and prints its peak of resident memory and its speed. */
import { formatBytes } from '../src/failure/quantities.ts'
import { DOCKER_REGISTRY, startRegistry } from '../e2e/support/registries.ts'
import { contestants, type Contestant } from './support/contestants.ts'
import { pushLargeImage } from './support/large-image.ts'
import { machine } from './support/machine.ts'
import { runMeasured } from './support/measured.ts'
import { printTable, printText } from './support/table.ts'

const MEBIBYTE = 1024 * 1024
const size = Number(process.argv[2] ?? 2048) * MEBIBYTE

const source = await startRegistry(DOCKER_REGISTRY)
try {
  await pushLargeImage(source.host, 'large', 'v1', size)
  printText(`One layer of ${formatBytes(size)} between two docker-registry servers.`)
  const rows: string[][] = []
  for (const contestant of contestants()) rows.push(await measure(contestant))
  printTable([['', 'peak resident memory', 'seconds', 'MB/s'], ...rows])
  printText(machine())
} finally {
  await source.stop()
}

async function measure({ name, program, args }: Contestant): Promise<string[]> {
  const mirror = await startRegistry(DOCKER_REGISTRY)
  try {
    const { peak, seconds } = await runMeasured(program, args(`${source.host}/large:v1`, `${mirror.host}/large:v1`))
    return [name, formatBytes(peak), seconds.toFixed(1), (size / 1e6 / seconds).toFixed(0)]
  } finally {
    await mirror.stop()
  }
}
