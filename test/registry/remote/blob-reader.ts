/**
 * A process of its own that reads a blob, and tells by how much its memory grew at most: `blob-reader.ts HOST DIGEST
 * SIZE PAUSE`, the pause being the milliseconds that it takes after each MiB.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../../src/app/system.ts'
import { isDigest } from '../../../src/oci/digest.ts'
import { openRegistries, placeAt } from '../../support/registries.ts'

const MEBIBYTE = 1024 * 1024
const [host = '', digest = '', size, pause] = process.argv.slice(2)
if (!isDigest(digest)) throw new Error(digest)

const registries = openRegistries({ clock: systemClock })
const repository = await registries.open(placeAt({ host }, 'app'), 'source')
// Not the kernel's own peak, which loading this program may have set.
const before = process.memoryUsage.rss()
let peak = before
let received = 0
for await (const { byteLength } of repository.blob({ mediaType: 'text/plain', digest, size: Number(size) })) {
  const isNextMebibyte = received % MEBIBYTE > (received + byteLength) % MEBIBYTE
  received += byteLength
  if (!isNextMebibyte) continue
  peak = Math.max(peak, process.memoryUsage.rss())
  await sleep(Number(pause))
}
await registries.close()
process.stdout.write(JSON.stringify({ received, growth: peak - before }))
