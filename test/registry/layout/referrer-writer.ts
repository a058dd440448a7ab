import { makeImage, putImage } from '../../support/images.ts'
import { openLayout } from '../../support/layouts.ts'
import { makeReferrer } from '../../support/referrers.ts'

// One of several processes that attach things to one image: DIRECTORY NAME COUNT.
const [directory = '', name = '', count = ''] = process.argv.slice(2)
const app = (await openLayout(directory)).repository('app')
const { descriptor } = makeImage().root
for (let number = 0; number < Number(count); number += 1) {
  const referrer = makeReferrer(descriptor, { seed: `${name}-${number}` })
  await putImage(app, { ...referrer, manifests: [] })
  await app.putReferrers(descriptor.digest, [referrer.root])
}
