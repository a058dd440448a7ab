/** Copies one large layer from a source that gives each connection little, and prints how long each program takes. */
import { formatBytes } from '../src/failure/quantities.ts'
import { DOCKER_REGISTRY, startRegistry } from '../e2e/support/registries.ts'
import { contestants, type Contestant } from './support/contestants.ts'
import { pushLargeImage } from './support/large-image.ts'
import { machine } from './support/machine.ts'
import { runMeasured } from './support/measured.ts'
import { startSlowLink } from './support/slow-link.ts'
import { printTable, printText } from './support/table.ts'

const MEBIBYTE = 1024 * 1024
const size = Number(process.argv[2] ?? 256) * MEBIBYTE
/** Bytes per second. */
const rate = Number(process.argv[3] ?? 5) * 1e6

interface Result {
  readonly name: string
  readonly seconds: number
  readonly peak: number
  readonly connections: number
}

const source = await startRegistry(DOCKER_REGISTRY)
try {
  await pushLargeImage(source.host, 'large', 'v1', size)
  printText(`One layer of ${formatBytes(size)}; the source gives each connection ${rate / 1e6} MB/s.`)
  const results: Result[] = []
  for (const contestant of withOneConnection(contestants())) results.push(await measure(contestant))
  print(results)
  printText(machine())
} finally {
  await source.stop()
}

/** With a concurrency of 1 nothing is idle while a blob comes, so that it comes over one connection. */
function withOneConnection([transship, ...peers]: readonly Contestant[]): readonly Contestant[] {
  if (transship === undefined) return []
  const { args } = transship
  const single = (from: string, to: string) => [...args(from, to), '--concurrency', '1']
  return [{ ...transship, name: `${transship.name} --concurrency 1`, args: single }, transship, ...peers]
}

async function measure({ name, program, args }: Contestant): Promise<Result> {
  const mirror = await startRegistry(DOCKER_REGISTRY)
  const link = await startSlowLink(source.host, { down: rate })
  try {
    const measured = await runMeasured(program, args(`${link.host}/large:v1`, `${mirror.host}/large:v1`))
    return { name, ...measured, connections: link.connections() }
  } finally {
    await link.stop()
    await mirror.stop()
  }
}

function print(results: readonly Result[]): void {
  const [single] = results
  printTable([
    ['', 'seconds', 'MB/s', 'times as fast', 'connections', 'peak resident memory'],
    ...results.map(({ name, seconds, peak, connections }) => [
      name,
      seconds.toFixed(1),
      (size / 1e6 / seconds).toFixed(1),
      ((single?.seconds ?? seconds) / seconds).toFixed(2),
      String(connections),
      formatBytes(peak),
    ]),
  ])
}
