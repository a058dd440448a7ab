/** The `code` of an error of the system or of a library, as in `ENOENT`. Not every such error is an `Error`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
