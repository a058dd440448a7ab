import { formatBytes, formatDuration } from '../src/failure/quantities.ts'
import { renderConversation } from './conversation.ts'
import { pullAsStranger, type Piece } from './pull.ts'
import { endpointsOf, IMAGE, MIRROR, openStage, type Exchange, type Stage } from './stage.ts'
import { prefixed, styleFor } from './terminal.ts'

/** Something that has to hold for the demo to have succeeded. */
interface Check {
  readonly claim: string
  readonly holds: boolean
}

const style = styleFor(process.stdout, process.env)
const SOURCE = `docker.io/${IMAGE.repository}:${IMAGE.tag}`
const ADDRESS = `${MIRROR}/docker.io/${IMAGE.repository}`
const REFUSED = 'ghcr.io/prometheus/prometheus:v2.54.1'

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', () => undefined)

const started = performance.now()
const stage = await openStage()
try {
  introduce(stage)
  const checks: Check[] = []
  for (const act of [showRequest, showRefusal, showPull]) checks.push(...(await act(stage).catch(brokenOff)))
  conclude(checks)
} finally {
  await stage.close()
}

function introduce({ world, image }: Stage): void {
  const { hub, mirror, github } = world
  const platforms = image.root.children.length
  say(
    `${style.bold('Transship')}: an issue becomes a mirrored image, on this machine alone`,
    '',
    `  docker.io       played by a registry on ${hub.host}; it has ${IMAGE.repository}:${IMAGE.tag}, ${platforms} platforms`,
    `  ghcr.io         played by a registry on ${mirror.host}; it is empty`,
    `  api.github.com  played by a stand-in on ${new URL(github.url).host}`,
  )
}

async function showRequest(on: Stage): Promise<Check[]> {
  heading(1, 'Somebody asks for an image')
  const exchange = await on.play({ title: 'Mirror: node-exporter', images: SOURCE })
  showExchange(exchange)
  const { issue, run } = exchange
  const isDone = run.exitCode === 0 && run.outputs.addresses === `${ADDRESS}:${IMAGE.tag}`
  return [{ claim: 'the request was answered with an address', holds: isDone && issue.stateReason === 'completed' }]
}

async function showRefusal(on: Stage): Promise<Check[]> {
  heading(2, 'Somebody asks for an image that is not allowed')
  const { hub, mirror } = on.world
  const before = hub.requests.length + mirror.requests.length
  const exchange = await on.play({ title: 'Mirror: prometheus', images: REFUSED })
  showExchange(exchange)
  const { issue, run } = exchange
  const isRefused = run.outputs.refused === '1' && issue.stateReason === 'not_planned'
  return [
    { claim: 'the other one was refused', holds: isRefused },
    { claim: 'no registry was asked about it', holds: hub.requests.length + mirror.requests.length === before },
  ]
}

async function showPull({ world, image }: Stage): Promise<Check[]> {
  heading(3, 'Anybody pulls it from the mirror')
  const { digest } = image.root.descriptor
  const address = { registry: 'ghcr.io', repository: ADDRESS.replace('ghcr.io/', ''), tag: IMAGE.tag }
  say(
    '',
    ...prefixed('    ', [`docker pull ${ADDRESS}:${IMAGE.tag}`, `docker pull ${ADDRESS}@${digest}`].map(style.cyan)),
  )
  const pieces = await pullAsStranger(address, endpointsOf(world))

  const expected = new Set([digest, ...image.manifests.map((one) => one.descriptor.digest), ...image.blobs.keys()])
  const pulled = new Map(pieces.map((piece) => [piece.digest, piece]))
  const isSame = ({ digest: found }: Piece) => expected.has(found)
  say('', ...pieces.filter(({ name }) => name !== 'blob').map((piece) => pieceLine(piece, isSame(piece))))
  const blobs = [...pulled.values()].filter(({ name }) => name === 'blob')
  const size = blobs.reduce((sum, piece) => sum + piece.size, 0)
  say(`  ${'layers, configs'.padEnd(16)} ${blobs.length} blobs, ${formatBytes(size)}${verdict(blobs.every(isSame))}`)
  return [
    { claim: 'the tag leads to the digest that it has at the source', holds: pieces[0]?.digest === digest },
    {
      claim: `all ${expected.size} manifests and blobs came back with the digests of the source`,
      holds: pulled.size === expected.size && pieces.every(isSame),
    },
  ]
}

/** What did not come to its end does not hold. */
function brokenOff(error: unknown): Check[] {
  return [{ claim: error instanceof Error ? error.message : String(error), holds: false }]
}

function showExchange({ issue, run }: Exchange): void {
  const time = formatDuration(run.milliseconds)
  const step = `The workflow ran dist/action.js: exit status ${run.exitCode}, ${time}`
  say('', ...prefixed('  ', [...renderConversation(issue, style), style.dim(step)]))
}

function pieceLine({ name, digest }: Piece, isSame: boolean): string {
  return `  ${name.padEnd(16)} ${digest}${verdict(isSame)}`
}

function verdict(isSame: boolean): string {
  return isSame ? `  ${style.green('same')}` : `  ${style.red('DIFFERS')}`
}

function conclude(checks: readonly Check[]): void {
  say('', ...checks.map(({ claim, holds }) => (holds ? `${style.green('✓')} ${claim}` : `${style.red('✗')} ${claim}`)))
  say(style.dim(`${formatDuration(performance.now() - started)} in all`))
  process.exitCode = checks.every(({ holds }) => holds) ? 0 : 1
}

function heading(number: number, text: string): void {
  say('', style.bold(`${number}. ${text}`))
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
