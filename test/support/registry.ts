import type { LayoutStore } from '../../src/registry/layout/store.ts'
import {
  createRegistryServer,
  type RegistryServerOptions,
  type ServedRequest,
} from '../../src/registry/server/server.ts'
import { openLayout } from './layouts.ts'

/** The embedded registry on loopback, over a directory. */
export interface TestRegistry {
  /** Host and port: `127.0.0.1:41234`. */
  readonly host: string
  readonly store: LayoutStore
  /** All requests that were answered, in order; empty it to count anew. */
  readonly requests: ServedRequest[]
  /** What went wrong inside. */
  readonly errors: unknown[]
  close(): Promise<void>
}

/** Starts the embedded registry on a free port. */
export async function startRegistry(directory: string, options: RegistryServerOptions = {}): Promise<TestRegistry> {
  const store = await openLayout(directory)
  const requests: ServedRequest[] = []
  const errors: unknown[] = []
  const server = createRegistryServer(store, {
    onRequest: (request) => requests.push(request),
    onError: (error) => errors.push(error),
    ...options,
  })
  const port = await server.listen(0, '127.0.0.1')
  return { host: `127.0.0.1:${port}`, store, requests, errors, close: () => server.close() }
}
