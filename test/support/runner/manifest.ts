import { parse } from 'yaml'
import * as z from 'zod'

const MANIFEST = z.object({
  runs: z.object({ using: z.string(), main: z.string() }),
  inputs: z
    .record(z.string(), z.object({ default: z.union([z.string(), z.number(), z.boolean()]).nullish() }).nullable())
    .default({}),
})

/** What a runner takes from `action.yml`. */
export interface Manifest {
  /** The program's path, relative to the file. */
  readonly main: string
  readonly using: string
  /** Each input with its default, as it is written there; empty where it has none. */
  readonly inputs: Readonly<Record<string, string>>
}

/** Reads an `action.yml`. @throws Error where it is none */
export function parseManifest(yaml: string): Manifest {
  const { runs, inputs } = MANIFEST.parse(parse(yaml))
  const defaults = Object.entries(inputs).map(([name, input]) => [name, String(input?.default ?? '')])
  return { main: runs.main, using: runs.using, inputs: Object.fromEntries(defaults) }
}

/**
 * The variables in which an action finds its inputs: names in upper case with `_` for spaces, hyphens kept. What
 * the caller did not give comes from the manifest, its expressions evaluated.
 * @param github the values of `github.NAME` in expressions
 * @throws Error for an expression that is not of the form `github.NAME`
 */
export function inputVariables(
  manifest: Manifest,
  given: Readonly<Record<string, string>>,
  github: Readonly<Record<string, string>>,
): Record<string, string> {
  const defaults = Object.entries(manifest.inputs).map(([name, text]) => [name, evaluate(text, github)] as const)
  return Object.fromEntries(
    [...defaults, ...Object.entries(given)].map(([name, value]) => [inputVariable(name), value]),
  )
}

/** Inputs that the manifest does not declare; a runner warns of them. */
export function unexpectedInputs(manifest: Manifest, given: Readonly<Record<string, string>>): string[] {
  const declared = new Set(Object.keys(manifest.inputs).map(inputVariable))
  return Object.keys(given).filter((name) => !declared.has(inputVariable(name)))
}

function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`
}

function evaluate(text: string, github: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const [, name = ''] = /^github\.(\w+)$/.exec(expression) ?? []
    const value = github[name]
    if (value === undefined) throw new Error(`The runner of the tests cannot evaluate ${expression}`)
    return value
  })
}
