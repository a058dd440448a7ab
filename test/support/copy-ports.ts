import { openSpool } from '../../src/app/spool.ts'
import type { CopyPorts } from '../../src/commands/copy-image.ts'
import { createHoldings } from '../../src/mirror/holdings.ts'
import { createSchedules } from '../../src/mirror/schedule.ts'
import { createSourceShare, type Spool } from '../../src/mirror/source-share.ts'
import { realPorts } from './layouts.ts'
import type { TestClient } from './registries.ts'

/** What copies need, as the program makes it for one run. */
export function copyPorts(
  client: TestClient,
  spool: () => Promise<Spool> = () => openSpool({}, realPorts),
  concurrency = 3,
): CopyPorts {
  return {
    registries: client,
    clock: client.clock,
    schedules: createSchedules(concurrency),
    holdings: createHoldings(),
    sources: createSourceShare({ locate: (address) => client.locate(address), openSpool: spool }),
  }
}
