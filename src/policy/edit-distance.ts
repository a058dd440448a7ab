/**
 * How many letters were added, left out, replaced or swapped with their neighbour between two texts (optimal string
 * alignment), or `limit + 1` where it is more than `limit`. Only the cells within `limit` of the diagonal are
 * looked at, so that long texts stay cheap.
 */
export function editDistance(a: string, b: string, limit: number): number {
  const tooFar = limit + 1
  if (a === b) return 0
  if (Math.abs(a.length - b.length) > limit || limit === 0) return tooFar
  const cell = (row: readonly number[], j: number) => row[j] ?? tooFar
  let older: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const current = Array.from<number>({ length: b.length + 1 }).fill(tooFar)
    current[0] = i
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j += 1) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      current[j] = Math.min(
        cell(previous, j) + 1,
        cell(current, j - 1) + 1,
        cell(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        i > 1 && j > 1 && swapped ? cell(older, j - 2) + 1 : tooFar,
      )
    }
    if (current.every((distance) => distance > limit)) return tooFar
    older = previous
    previous = current
  }
  return Math.min(cell(previous, b.length), tooFar)
}
