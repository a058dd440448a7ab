import type { CopyPorts } from '../commands/copy-image.ts'
import type { Mirror } from '../policy/mirror.ts'
import { createHoldings } from '../mirror/holdings.ts'
import { createSchedules } from '../mirror/schedule.ts'
import { createSourceShare } from '../mirror/source-share.ts'
import { createRegistries } from '../registry/registries.ts'
import { loadDockerCredentials, mirrorCredentials, type GivenCredentials } from './credentials.ts'
import { systemProcesses } from './process-table.ts'
import type { RunEnd } from './run-end.ts'
import type { Settings } from './settings.ts'
import { openSpool } from './spool.ts'
import { systemClock, type Environment } from './system.ts'
import { VERSION } from './version.ts'

/** The registries that mirrors are on, each once. */
export function hostsOf(mirrors: readonly Mirror[]): string[] {
  return [...new Set(mirrors.flatMap((mirror) => (mirror.kind === 'registry' ? [mirror.registry] : [])))]
}

/**
 * What copies need of the world, made from the settings of one run.
 * @param sourcesFrom who named the images to read: only the operator may name registries inside this network
 */
export async function openPorts(
  settings: Settings,
  mirrorHosts: readonly string[],
  given: GivenCredentials,
  env: Environment,
  end: RunEnd,
  sourcesFrom: 'operator' | 'strangers' = 'operator',
): Promise<CopyPorts> {
  const { signal, until } = end
  const earlier = await loadDockerCredentials(env, signal)
  const processes = systemProcesses()
  const registries = createRegistries({
    ...settings.registries,
    operatorRegistries: sourcesFrom === 'operator' ? 'all' : mirrorHosts,
    sourceCredentials: earlier,
    mirrorCredentials: mirrorCredentials(given, mirrorHosts, earlier),
    clock: systemClock,
    processes,
    userAgent: `transship/${VERSION}`,
    concurrency: settings.concurrency,
    signal,
    ...(until !== undefined && { until }),
  })
  const sources = createSourceShare({
    locate: (address) => registries.locate(address),
    openSpool: () => openSpool(env, { processes, clock: systemClock }),
  })
  const schedules = createSchedules(settings.concurrency)
  return { registries, clock: systemClock, schedules, holdings: createHoldings(), sources, end: signal }
}
