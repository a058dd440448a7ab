import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'rolldown'

interface PackageManifest {
  readonly name?: string
  readonly version?: string
  readonly license?: string
}

const SEPARATOR = `\n${'-'.repeat(80)}\n\n`
const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i

/** Writes the licences of every package that the bundle holds code of into one file beside it, in order of name. */
export function thirdPartyLicenses(fileName: string): Plugin {
  return {
    name: 'third-party-licenses',
    generateBundle(_options, bundle) {
      const directories = new Set<string>()
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue
        for (const id of output.moduleIds) if (id.includes('/node_modules/')) directories.add(packageDirectory(id))
      }
      // Some packages repeat their package.json in a subfolder: the texts are compared, not the folders.
      const texts = new Set([...directories].map(licenseOf))
      const source = [...texts].toSorted().join(SEPARATOR)
      this.emitFile({ type: 'asset', fileName, source })
    },
  }
}

/** The directory of the package that a module belongs to: the nearest one above whose package.json has a name. */
function packageDirectory(moduleId: string): string {
  let directory = dirname(moduleId.replace(/^\0/, ''))
  while (readManifest(directory)?.version === undefined) directory = dirname(directory)
  return directory
}

function readManifest(directory: string): PackageManifest | undefined {
  const path = join(directory, 'package.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

function licenseOf(directory: string): string {
  const { name, version, license } = readManifest(directory) ?? {}
  const files = readdirSync(directory).filter((file) => LICENSE_FILE.test(file))
  const texts = files
    .toSorted()
    .map((file) => readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n').trim())
  if (license === undefined && texts.length === 0) throw new Error(`${directory} states no licence`)
  return [`${name} ${version}\n${license ?? 'see below'}\n`, ...texts.map((text) => `${text}\n`)].join('\n')
}
