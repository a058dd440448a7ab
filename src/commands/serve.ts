import { Failure } from '../failure/failure.ts'
import { LayoutStore, type LayoutPorts } from '../registry/layout/store.ts'
import { isLoopback } from '../registry/remote/endpoint.ts'
import { createRegistryServer, type ServedRequest } from '../registry/server/server.ts'

export interface ServeOptions {
  /** A layout, or a directory that is empty or not there yet. */
  readonly directory: string
  /** 0 for any that is free. */
  readonly port: number
  /** Loopback unless told: there is no authentication, so whoever reaches the address may push. */
  readonly host?: string
  readonly readOnly?: boolean
  /** Ends it. */
  readonly signal?: AbortSignal
}

export interface ServePorts extends LayoutPorts {
  readonly log: (line: string) => void
  readonly onRequest?: (request: ServedRequest) => void
}

/** A registry that runs. */
export interface Serving {
  /** Host and port, as they stand in an image's address: `127.0.0.1:5000`, `[::1]:5000`. */
  readonly address: string
  /** Resolves when it has ended, by `close` or by the signal. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/**
 * Serves a directory as a registry, and resolves once it listens.
 * @throws Failure `layout-invalid`, `directory-unwritable`, `port-taken`, `input-invalid`
 */
export async function serve(options: ServeOptions, ports: ServePorts): Promise<Serving> {
  const { directory, port, host = LOOPBACK, readOnly = false, signal } = options
  const { log, onRequest } = ports
  const store = await openStore(directory, readOnly, ports)
  const server = createRegistryServer(store, {
    readOnly,
    onError: (error) => log(Failure.from(error).message),
    ...(onRequest && { onRequest }),
  })
  const address = addressOf(host, await server.listen(port, host).catch(listenFailure(host, port)))
  if (!isLoopback(address)) log(`Anyone who can reach ${address} may pull${readOnly ? '' : ' and push'}.`)

  const stop = new AbortController()
  const closed = aborted(signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])).then(() =>
    server.close(),
  )
  return {
    address,
    closed,
    close() {
      stop.abort()
      return closed
    },
  }
}

async function openStore(directory: string, readOnly: boolean, ports: LayoutPorts): Promise<LayoutStore> {
  const store = await LayoutStore.open(directory, ports)
  if (!readOnly) await store.prepare()
  else if (!(await store.isLayout())) throw new Failure('layout-invalid', { path: directory, reason: 'absent' })
  return store
}

function listenFailure(host: string, port: number): (error: unknown) => never {
  return (cause) => {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
    if (code === 'EADDRINUSE') throw new Failure('port-taken', { address: addressOf(host, port) }, { cause })
    if (code === 'EACCES') throw invalid('port', String(port), '1024-65535', cause)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw invalid('host', host, `an address of this machine, as in ${LOOPBACK}`, cause)
    }
    throw cause
  }
}

function invalid(name: string, value: string, expected: string, cause: unknown): Failure {
  return new Failure('input-invalid', { name, value, expected }, { cause })
}

function addressOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
