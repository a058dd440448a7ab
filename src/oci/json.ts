/** A JSON object whose contents are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a JSON value is an object, and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The JSON object that the bytes hold in UTF-8; undefined where they hold none. A byte order mark is no part of
 * JSON, and nothing that registries exchange begins with one.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The members of an object that are text. */
export function textMembers(object: JsonObject): Record<string, string> {
  const pairs = Object.entries(object).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return Object.fromEntries(pairs)
}
