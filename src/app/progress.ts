import type { Progress } from '../outcome/outcome.ts'
import { formatBytes } from '../failure/quantities.ts'

/** Shows how far a run is, without mixing with what is printed. */
export interface ProgressDisplay {
  readonly update: (progress: Progress) => void
  /** Prints lines above the progress. */
  readonly print: (stream: NodeJS.WritableStream, lines: readonly string[]) => void
  readonly end: () => void
}

const INTERVAL = 100
const BAR = 24

/** A bar on the last line of a terminal; nothing where the stream is none, so that logs stay quiet. */
export function progressDisplay(stream: NodeJS.WriteStream | undefined): ProgressDisplay {
  const images = new Map<string, Progress>()
  let shownAt = 0
  const isShown = stream?.isTTY === true
  const clear = () => isShown && stream.write('\r\u001b[K')
  const draw = () => isShown && stream.write(`\r\u001b[K${progressBar([...images.values()])}`)
  return {
    update(progress) {
      images.set(`${progress.image} ${progress.address}`, progress)
      const now = performance.now()
      if (now - shownAt < INTERVAL) return
      shownAt = now
      draw()
    },
    print(target, lines) {
      clear()
      target.write(lines.map((line) => `${line}\n`).join(''))
    },
    end: clear,
  }
}

/** `[######------] 50 %  1.2 MiB / 2.4 MiB  4 / 9` over all images under way: bytes, then layers, in every language. */
function progressBar(images: readonly Progress[]): string {
  const sum = (pick: (progress: Progress) => number) => images.reduce((total, image) => total + pick(image), 0)
  const [done, total] = [sum((image) => image.done.bytes), sum((image) => image.total.bytes)]
  const share = total === 0 ? 0 : Math.min(1, done / total)
  const filled = Math.round(share * BAR)
  const bar = '#'.repeat(filled) + '-'.repeat(BAR - filled)
  const layers = `${sum((image) => image.done.blobs)} / ${sum((image) => image.total.blobs)}`
  return `[${bar}] ${Math.floor(share * 100)} %  ${formatBytes(done)} / ${formatBytes(total)}  ${layers}`
}
