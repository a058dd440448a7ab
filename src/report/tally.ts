import type { Outcome } from '../outcome/outcome.ts'
import type { ItemView } from './request-view.ts'

/** How one image stands, over all the mirrors that it goes to; from the worst to the best. */
const STANDINGS = ['failed', 'refused', 'left', 'waiting', 'running', 'private', 'planned', 'ready'] as const
export type Standing = (typeof STANDINGS)[number]

/** How many images stand where. */
export type Tally = Readonly<Record<Standing, number>> & { readonly total: number }

/** Counts images, not copies: one that goes to two mirrors is as good as the worse of the two. */
export function tallyItems(items: readonly ItemView[]): Tally {
  const worst = new Map<string, Standing>()
  for (const item of items) {
    const image = imageOf(item)
    const standing = standingOf(item)
    const other = worst.get(image)
    worst.set(image, other === undefined ? standing : worse(standing, other))
  }
  const tally = {
    failed: 0,
    refused: 0,
    left: 0,
    waiting: 0,
    running: 0,
    private: 0,
    planned: 0,
    ready: 0,
    total: worst.size,
  }
  for (const standing of worst.values()) tally[standing] += 1
  return tally
}

/** The same for outcomes alone. */
export function tallyOutcomes(outcomes: readonly Outcome[]): Tally {
  return tallyItems(outcomes.map((outcome) => ({ state: 'ended', outcome })))
}

/** The image of an item, as it was asked for. */
export function imageOf(item: ItemView): string {
  if (item.state === 'queued') return item.image
  return item.state === 'running' ? item.progress.image : item.outcome.image
}

/** How a single item stands. */
export function standingOf(item: ItemView): Standing {
  if (item.state === 'queued') return 'waiting'
  if (item.state === 'running') return 'running'
  const { outcome } = item
  if (outcome.status === 'copied' || outcome.status === 'unchanged') {
    return outcome.access === 'private' ? 'private' : 'ready'
  }
  return outcome.status
}

function worse(one: Standing, other: Standing): Standing {
  return STANDINGS.indexOf(one) < STANDINGS.indexOf(other) ? one : other
}
