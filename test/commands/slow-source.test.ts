import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { copy } from '../../src/commands/copy.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'
import { parseMirror } from '../../src/policy/mirror.ts'
import { copyPorts } from '../support/copy-ports.ts'
import { silence } from '../support/faulty-registry/faults.ts'
import { makeImage, putImage } from '../support/images.ts'
import { makeReferrer } from '../support/referrers.ts'
import { openRegistries, startScriptedRegistry, type ScriptedRegistry, type TestClient } from '../support/registries.ts'

const image = makeImage()
const signature = makeReferrer(image.root.descriptor, { seed: 'signature' })

let slow: ScriptedRegistry
let healthy: ScriptedRegistry
let mirror: ScriptedRegistry
let client: TestClient

beforeEach(async () => {
  ;[slow, healthy, mirror] = await Promise.all([
    startScriptedRegistry(),
    startScriptedRegistry(),
    startScriptedRegistry(),
  ])
  client = openRegistries()
  const app = slow.store.repository('app')
  await putImage(app, image, 'v1')
  await putImage(app, { ...signature, manifests: [] })
  await app.putReferrers(image.root.descriptor.digest, [signature.root])
  await putImage(healthy.store.repository('app'), makeImage({ seed: 'healthy' }), 'v1')
})
afterEach(async () => {
  await client.close()
  await Promise.all([slow, healthy, mirror].map((registry) => registry.close()))
})

/** Copies from the slow source, and from the healthy one when `isSlow` came there; gives the first outcome. */
async function firstOutcome(method: string, path: RegExp): Promise<Outcome> {
  const ports = copyPorts(client, undefined, 1)
  const to = [parseMirror(`${mirror.host}/m`)]
  const isHeld = new Promise<void>((resolve) => {
    slow.always(method, path, (call) => {
      resolve()
      return silence(call)
    })
  })
  const held = copy({ images: [`${slow.host}/app:v1`], to }, ports)
  await isHeld
  const [outcome] = await Promise.race([held, copy({ images: [`${healthy.host}/app:v1`], to }, ports)])
  await client.close()
  await held
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

test.each([
  ['what refers to an image', 'GET', /\/referrers\//],
  ['its tags', 'GET', /\/tags\/list/],
  ['a signature', 'GET', new RegExp(`/manifests/${signature.root.descriptor.digest}`)],
  ['a platform', 'GET', new RegExp(`/manifests/${image.manifests[0]?.descriptor.digest}`)],
  ['a tag', '*', /\/manifests\/v1/],
] as const)('a source that does not say %s holds up no other source', async (_, method, path) => {
  expect(await firstOutcome(method, path)).toMatchObject({
    status: 'copied',
    image: `${healthy.host}/app:v1`,
  })
})
