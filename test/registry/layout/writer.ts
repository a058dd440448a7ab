/** A process of its own that tags one manifest many times: `writer.ts DIRECTORY PREFIX COUNT`. */
import { makeImage, putImage } from '../../support/images.ts'
import { openLayout } from '../../support/layouts.ts'

const [directory = '', prefix = '', count = '0'] = process.argv.slice(2)
const repository = (await openLayout(directory)).repository('docker.io/library/nginx')
const image = makeImage({ single: true })
for (let number = 0; number < Number(count); number += 1) await putImage(repository, image, `${prefix}-${number}`)
