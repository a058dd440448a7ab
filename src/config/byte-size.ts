const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}
const SIZE = /^(\d{1,15}(?:\.\d{1,3})?)\s*([a-z]*)$/i

/**
 * Reads a size in bytes: a plain number, or one with a decimal (`500MB`) or binary unit (`20GiB`), in any case.
 * Undefined where it is no size, zero, or beyond what a number holds exactly.
 */
export function parseByteSize(text: string | number): number | undefined {
  const [, amount = '', unit = ''] = SIZE.exec(String(text).trim()) ?? []
  const bytes = Math.round(Number(amount) * (BYTES_PER_UNIT[unit.toLowerCase()] ?? Number.NaN))
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined
}
