import { EventEmitter, once } from 'node:events'
import { answerAfter, silence, stallAfter } from './faulty-registry/faults.ts'
import type { Call, Fault, LoggedRequest } from './faulty-registry/call.ts'
import { makeImage, putImage } from './images.ts'
import type { ScriptedRegistry } from './registries.ts'

/** Three images of Docker Hub, of which the first arrives at a mirror and the others never do. */
export interface HeldCopies {
  /** In the order in which they are to be copied. */
  readonly images: readonly [done: string, underWay: string, unanswered: string]
  /** Fulfilled when the first was put and a layer of the second is on its way. */
  readonly isHeld: Promise<unknown>
  /** What a mirror with the prefix `acme` has of them: their digests by tag. */
  readonly atMirror: () => Promise<readonly (string | undefined)[]>
  /** Upload sessions of the second whose layer did not arrive, and whether each was given back. */
  readonly sessions: () => readonly { readonly path: string; readonly isGivenBack: boolean }[]
}

const NAMES = ['one', 'two', 'three'] as const
const UPLOAD = /\/two\/blobs\/uploads\//
const LAYER_SIZE = 300_000
/** Of a layer so many bytes arrive; a config is shorter, and arrives. */
const HALF = 150_000

/**
 * Publishes them at `hub`, and holds: of `two` no layer goes beyond its half, and of `three` nothing is
 * answered at all. Neither is begun before `one` is whole, so that what a run comes to does not depend on its speed.
 */
export async function holdCopies(hub: ScriptedRegistry, mirror: ScriptedRegistry): Promise<HeldCopies> {
  for (const name of NAMES) {
    await putImage(
      hub.store.repository(`library/${name}`),
      makeImage({ seed: name, single: true, layerSize: LAYER_SIZE }),
      'v1',
    )
  }
  const [isThere, first] = gate()
  mirror.on('PUT', /\/one\/manifests\/v1/, first)
  hub.on('GET', /\/two\/manifests/, answerAfter(isThere))
  hub.always('GET', /\/two\/blobs/, stallAfter(HALF))
  hub.always('*', /\/three\//, silence)
  const [isHeld, second] = gate(({ request }) => Number(request.headers['content-length']) > HALF)
  mirror.always('PUT', UPLOAD, second)
  return {
    images: ['docker.io/library/one:v1', 'docker.io/library/two:v1', 'docker.io/library/three:v1'],
    isHeld,
    atMirror: () =>
      Promise.all(
        NAMES.map(async (name) => (await mirror.store.repository(`acme/docker.io/library/${name}`).head('v1'))?.digest),
      ),
    sessions() {
      const deleted = mirror.log.find('DELETE', UPLOAD).map(pathOf)
      const unfinished = mirror.log.find('PUT', UPLOAD).filter(({ status }) => status === 0)
      return unfinished.map(pathOf).map((path) => ({ path, isGivenBack: deleted.includes(path) }))
    },
  }
}

/** An upload's place, without the digest that its last request names. */
function pathOf({ path }: LoggedRequest): string {
  return path.replace(/\?.*/, '')
}

/** A fault that lets requests through, and a promise that one came that was waited for. */
function gate(isMeant: (call: Call) => boolean = () => true): [came: Promise<unknown>, fault: Fault] {
  const arrivals = new EventEmitter()
  const fault: Fault = (call) => {
    if (isMeant(call)) arrivals.emit('meant')
    return call.forward()
  }
  return [once(arrivals, 'meant'), fault]
}
