import { readFile } from 'node:fs/promises'
import { CONFIG_DEFAULTS, parseConfig, type Config } from '../config/config.ts'
import type { Language } from '../failure/catalogue.ts'
import { errorCode } from '../failure/error-code.ts'
import { Failure } from '../failure/failure.ts'

/** Where the configuration is looked for when nobody says. */
export const DEFAULT_CONFIG = '.github/transship.yml'

/**
 * Reads the configuration. A file that was named must be there; the default one need not.
 * @param path empty for the default
 * @throws Failure `file-unreadable`, `config-invalid`
 */
export async function loadConfig(path: string): Promise<Config> {
  const text = await readTextFile(path || DEFAULT_CONFIG)
  if (text !== undefined) return parseConfig(text, path || DEFAULT_CONFIG)
  if (path !== '' && path !== DEFAULT_CONFIG) throw new Failure('file-unreadable', { path, reason: 'ENOENT' })
  return {}
}

/** The language that the configuration asks for, as far as it can be read: for what ends a run before settings do. */
export async function configuredLanguage(path: string): Promise<Language> {
  const { language = CONFIG_DEFAULTS.language } = await loadConfig(path).catch((): Config => ({}))
  return language
}

/**
 * A file's text; undefined where there is none.
 * @throws Failure `file-unreadable` for anything else that keeps it from being read
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = errorCode(error) ?? 'error'
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new Failure('file-unreadable', { path, reason: code }, { cause: error })
  }
}
