import { systemProcesses } from '../../src/app/process-table.ts'
import type { Place } from '../../src/oci/place.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { LayoutStore } from '../../src/registry/layout/store.ts'
import { createRegistries, type Registries, type RegistriesOptions } from '../../src/registry/registries.ts'
import { anonymous, type Credential, type CredentialSource } from '../../src/registry/remote/credentials.ts'
import type { Repository } from '../../src/registry/repository.ts'
import { hastyClock } from './clocks.ts'
import { startFaultyRegistry, type FaultyRegistry } from './faulty-registry/proxy.ts'
import { startRegistry } from './registry.ts'
import { temporaryDirectory } from './temp.ts'

/** The embedded registry behind a proxy that can be told to misbehave. */
export interface ScriptedRegistry extends FaultyRegistry {
  /** What it serves, reached past the proxy. */
  readonly store: LayoutStore
  readonly directory: string
}

/** Starts one over a directory of its own, which is gone when it is closed. */
export async function startScriptedRegistry(): Promise<ScriptedRegistry> {
  const directory = await temporaryDirectory()
  const behind = await startRegistry(directory.path)
  await behind.store.prepare()
  const proxy = await startFaultyRegistry(`http://${behind.host}`)
  return {
    ...proxy,
    store: behind.store,
    directory: directory.path,
    async close() {
      await proxy.close()
      await behind.close()
      await directory.remove()
    },
  }
}

/** The program's way to registries, on a clock that does not wait. */
export interface TestClient extends Registries {
  readonly clock: Clock & { readonly slept: readonly number[] }
}

export function openRegistries(options: Partial<RegistriesOptions> = {}): TestClient {
  const clock = hastyClock()
  const registries = createRegistries({
    endpoints: {},
    insecure: [],
    operatorRegistries: 'all',
    sourceCredentials: anonymous,
    mirrorCredentials: anonymous,
    clock,
    processes: systemProcesses(),
    userAgent: 'transship/test',
    concurrency: 6,
    ...options,
  })
  return { ...registries, clock }
}

/** A repository's place on a registry. */
export function placeAt(registry: { readonly host: string }, repository: string): Place {
  return { kind: 'registry', registry: registry.host, repository }
}

/** Opens a repository on a registry to read from it. */
export function openSource(client: Registries, registry: ScriptedRegistry, name = 'app'): Promise<Repository> {
  return client.open(placeAt(registry, name), 'source')
}

/** Opens a repository on a registry to write to it. */
export function openMirror(client: Registries, registry: ScriptedRegistry, name = 'app'): Promise<Repository> {
  return client.open(placeAt(registry, name), 'mirror')
}

/** Credentials for some hosts and no others. */
export function credentialsFor(hosts: Readonly<Record<string, Credential>>): CredentialSource {
  return (host) => Promise.resolve(hosts[host])
}
