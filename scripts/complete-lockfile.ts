/**
 * Completes package-lock.json after `npm install`. A registry that serves only some of the prebuilt binaries (an
 * internal proxy, say) makes npm leave the others out of the lockfile, and `npm ci` then refuses the lockfile on
 * every machine. Their names say which platform they are for, which is all that `npm ci` needs to skip them.
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface LockedPackage {
  version?: string
  optionalDependencies?: Record<string, string>
  [field: string]: unknown
}

const LOCKFILE = 'package-lock.json'
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'wasm32'] as const
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64', 'wasi'] as const

/** The lockfile's entry of a binary package, as far as its name tells; undefined where it tells too little. */
function entryFor(name: string, version: string): LockedPackage | undefined {
  const words = name.split(/[-/]/)
  const os = SYSTEMS.find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.includes(processor))
  if (os === undefined || cpu === undefined) return undefined
  if (os === 'wasm32') return { version, cpu: [os], dev: true, optional: true }
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : words.includes('gnu') ? 'glibc' : undefined
  return { version, cpu: [cpu], dev: true, ...(libc && { libc: [libc] }), optional: true, os: [os] }
}

/** Optional packages that the lockfile's entries ask for and the lockfile lacks, by path. */
function missingEntries(packages: Readonly<Record<string, LockedPackage>>): Record<string, LockedPackage> {
  const found: Record<string, LockedPackage> = {}
  for (const wanted of Object.values(packages)) {
    for (const [name, version] of Object.entries(wanted.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`
      const entry = entryFor(name, version)
      if (!(path in packages) && entry !== undefined) found[path] = entry
    }
  }
  return found
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(readFileSync(LOCKFILE, 'utf8'))
const missing = missingEntries(lock.packages)
const byPath = Object.entries({ ...lock.packages, ...missing }).toSorted(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(LOCKFILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(byPath) }, null, 2)}\n`)
process.stdout.write(`${LOCKFILE}: ${Object.keys(missing).length} entries added\n`)
