import type { ByteRange } from '../layout/blob-files.ts'

/** A range with both ends, counted from 0 and included. */
export type ClosedRange = Required<ByteRange>

/**
 * Reads a `Range` header (RFC 9110, section 14.2) for content of `size` bytes.
 * @returns the range; `whole` where there is none that can be served as one part; `unsatisfiable`
 */
export function parseRange(header: string | undefined, size: number): ClosedRange | 'whole' | 'unsatisfiable' {
  const { first = '', last = '' } = /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(header?.trim() ?? '')?.groups ?? {}
  if (first === '' && last === '') return 'whole'
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return 'whole'
  return start > end ? 'unsatisfiable' : { start, end }
}

/** Reads the `Content-Range` of a chunk (distribution-spec, "Pushing a blob in chunks"): `START-END`. */
export function parseContentRange(header: string): ClosedRange | undefined {
  const { start, end } = /^(?:bytes )?(?<start>\d+)-(?<end>\d+)(?:\/[\d*]+)?$/.exec(header.trim())?.groups ?? {}
  if (start === undefined || end === undefined || Number(end) < Number(start)) return undefined
  return { start: Number(start), end: Number(end) }
}
