import { cpus, release, totalmem } from 'node:os'
import { formatBytes } from '../../src/failure/quantities.ts'

/** One line on what the numbers were measured on. */
export function machine(): string {
  const [processor] = cpus()
  const parts = [
    `${cpus().length} x ${processor?.model.trim() ?? 'unknown processor'}`,
    formatBytes(totalmem()),
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
  ]
  return `Measured over loopback on one machine that also ran the registries: ${parts.join(', ')}.`
}
