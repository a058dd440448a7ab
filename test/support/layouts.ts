import { systemProcesses } from '../../src/app/process-table.ts'
import { systemClock } from '../../src/app/system.ts'
import { LayoutStore, type LayoutPorts } from '../../src/registry/layout/store.ts'

/** What a layout needs, all of it real. */
export const realPorts: LayoutPorts = { processes: systemProcesses(), clock: systemClock }

/** Opens a directory as a layout, with other ports where a test needs them. */
export function openLayout(directory: string, ports: Partial<LayoutPorts> = {}): Promise<LayoutStore> {
  return LayoutStore.open(directory, { ...realPorts, ...ports })
}
