import { setMaxListeners } from 'node:events'
import { Failure } from '../failure/failure.ts'
import type { Address, Place } from '../oci/place.ts'
import { pullKey } from '../oci/reference.ts'
import type { Clock } from '../ports/clock.ts'
import type { ProcessTable } from '../ports/process-table.ts'
import { locateImage, type LocatedImage } from './layout/locate.ts'
import { LayoutStore } from './layout/store.ts'
import { RemoteRegistries, type RemoteOptions, type Role } from './remote/remote-registries.ts'
import type { Repository } from './repository.ts'

export interface RegistriesOptions extends RemoteOptions {
  readonly processes: ProcessTable
}

/** Opens repositories, on registries and in directories alike. */
export interface Registries {
  /** @throws Failure `input-invalid` for a bad endpoint, `layout-invalid` */
  open(place: Place, role: Role): Promise<Repository>
  /**
   * A source image: its repository, and the tag or digest to ask that for.
   * @throws Failure as `open`, and where a directory does not say which of its images is meant
   */
  locate(address: Address): Promise<LocatedImage>
  close(): Promise<void>
}

/** Connections, tokens and directories are shared by all that is opened here. */
export function createRegistries(options: RegistriesOptions): Registries {
  const closing = new AbortController()
  const end = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal
  // Every request listens to it; Node would take the eleventh for a leak.
  setMaxListeners(0, end)
  const clock = clockUntil(end, options.clock)
  const remote = new RemoteRegistries({ ...options, clock, signal: end })
  const stores = new Map<string, Promise<LayoutStore>>()

  function storeAt(directory: string): Promise<LayoutStore> {
    const store = stores.get(directory) ?? LayoutStore.open(directory, { ...options, clock, signal: end })
    stores.set(directory, store)
    return store
  }

  return {
    async open(place, role) {
      if (place.kind === 'registry') return remote.open(place.registry, place.repository, role)
      return (await storeAt(place.directory)).repository(place.repository)
    },
    async locate(address) {
      const { place } = address
      if (place.kind === 'layout') return locateImage(await storeAt(place.directory), address)
      return { repository: remote.open(place.registry, place.repository, 'source'), key: pullKey(address) }
    },
    close() {
      // What nobody waits for any more must not be tried again: it would keep the process.
      closing.abort(new Failure('cancelled', {}))
      return remote.close()
    },
  }
}

/** A clock whose waits end with the run: a pause that a registry asked for may last minutes. */
function clockUntil(end: AbortSignal, clock: Clock): Clock {
  return {
    now: () => clock.now(),
    random: () => clock.random(),
    async sleep(milliseconds, signal) {
      try {
        await clock.sleep(milliseconds, signal ? AbortSignal.any([end, signal]) : end)
      } catch (cause) {
        throw end.aborted && !(cause instanceof Failure) ? new Failure('cancelled', {}, { cause }) : cause
      }
    },
  }
}
