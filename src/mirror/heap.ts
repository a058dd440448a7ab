/** Items of which the foremost is taken first, in no more steps than halving takes: tens of thousands may wait. */
export class Heap<Item> {
  readonly #items: Item[] = []
  readonly #precedes: (one: Item, other: Item) => boolean

  /** @param precedes whether one item is taken before another */
  constructor(precedes: (one: Item, other: Item) => boolean) {
    this.#precedes = precedes
  }

  push(item: Item): void {
    let hole = this.#items.length
    for (let parent = (hole - 1) >> 1; hole > 0; parent = (hole - 1) >> 1) {
      const above = this.#items[parent]
      if (above === undefined || !this.#precedes(item, above)) break
      this.#items[hole] = above
      hole = parent
    }
    this.#items[hole] = item
  }

  /** Takes the foremost item; undefined where there is none. */
  pop(): Item | undefined {
    const [first] = this.#items
    const last = this.#items.pop()
    if (this.#items.length > 0 && last !== undefined) this.#sink(last)
    return first
  }

  #sink(item: Item): void {
    let hole = 0
    for (;;) {
      const child = this.#foremostBelow(hole)
      const below = this.#items[child]
      if (below === undefined || !this.#precedes(below, item)) break
      this.#items[hole] = below
      hole = child
    }
    this.#items[hole] = item
  }

  #foremostBelow(parent: number): number {
    const [left, right] = [2 * parent + 1, 2 * parent + 2]
    const [one, other] = [this.#items[left], this.#items[right]]
    return one !== undefined && other !== undefined && this.#precedes(other, one) ? right : left
  }
}
