import { defineConfig } from 'rolldown'
import { thirdPartyLicenses } from './scripts/third-party-licenses.ts'

/** Packages whose modules do nothing when merely loaded; the bundle keeps only what is used of them. */
const FREE_OF_SIDE_EFFECTS = /\/node_modules\/(?:@actions|@octokit|undici|yaml|zod)\//
const ROOMS = 'failure|ports|oci|policy|outcome|config|registry|mirror|github|report'

/**
 * The name of the chunk that a module goes to: one for each package (`vendor/undici.js`), one for each room of the
 * house (`mirror.js`) and one for each command, so that a change shows in the file where a reviewer looks for it.
 */
function chunkName(id: string): string | null {
  const [, scope, unscoped] = /.*\/node_modules\/(?:@([^/]+)|([^/]+))\//.exec(id) ?? []
  if (scope !== undefined || unscoped !== undefined) return `vendor/${scope ?? unscoped}`
  const [, command] = /\/src\/commands\/([^/]+)\.ts$/.exec(id) ?? []
  if (command !== undefined) return `commands/${command}`
  const [, room] = new RegExp(`/src/(${ROOMS})/`).exec(id) ?? []
  return room ?? null
}

/**
 * Bundles both entries with all that they need: users of the Action have no node_modules. Not minified, so that it
 * can be read; names without hashes, so that a rebuild changes only what changed.
 */
export default defineConfig({
  input: { action: 'src/app/action.ts', cli: 'src/app/cli.ts' },
  platform: 'node',
  transform: { target: 'node20' },
  treeshake: { moduleSideEffects: (id) => !FREE_OF_SIDE_EFFECTS.test(id) },
  // The chunks below may export more than the entries do; nothing imports the entries.
  preserveEntrySignatures: 'allow-extension',
  plugins: [thirdPartyLicenses('licenses.txt')],
  output: {
    dir: 'dist',
    cleanDir: true,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunkName, debugName: 'rooms' }] },
  },
})
