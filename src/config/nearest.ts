import { editDistance } from '../policy/edit-distance.ts'

/** The candidate that `text` was most likely meant to be; undefined where none is near. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const furthest = Math.max(1, Math.floor(text.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(text, candidate, furthest) }))
    .filter(({ distance }) => distance <= furthest)
    .toSorted((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}
