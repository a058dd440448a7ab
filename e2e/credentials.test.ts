import { beforeAll, expect, test } from '@jest/globals'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { makeImage } from '../test/support/images.ts'
import { runOk, type Ended } from '../test/support/run.ts'
import { temporaryDirectory } from '../test/support/temp.ts'
import { describeWith } from '../test/support/tools.ts'
import { asUser, pushImage } from './support/bare-requests.ts'
import { stopAfterAll } from './support/cleanup.ts'
import { startProxy, type CountingProxy } from './support/proxy.ts'
import { DOCKER_REGISTRY, startRegistry, USER, type RunningRegistry } from './support/registries.ts'
import { startTransship, transship, transshipJson } from './support/transship.ts'

const image = makeImage()
const pair = `${USER.username}:${USER.password}`
const auth = Buffer.from(pair).toString('base64')
const given = { TRANSSHIP_USERNAME: USER.username, TRANSSHIP_PASSWORD: USER.password }

describeWith(DOCKER_REGISTRY.program, 'a mirror that asks who comes', () => {
  const started = stopAfterAll()
  let source: CountingProxy
  let mirror: RunningRegistry
  let from: string
  let root: string

  beforeAll(async () => {
    const origin = started(await startRegistry(DOCKER_REGISTRY))
    mirror = started(await startRegistry(DOCKER_REGISTRY, { isPrivate: true }))
    source = started(await startProxy(origin.host))
    from = `${source.host}/app:v1`
    const directory = await temporaryDirectory()
    started({ stop: () => directory.remove() })
    root = directory.path
    await pushImage(origin.host, 'app', 'v1', image)
  })

  const copy = (name: string, environment: Readonly<Record<string, string>>) =>
    transship(['copy', from, `${mirror.host}/${name}:v1`], environment)

  /** A directory for DOCKER_CONFIG. */
  async function dockerConfig(name: string, config: object): Promise<string> {
    const directory = join(root, name)
    await mkdir(directory)
    await writeFile(join(directory, 'config.json'), JSON.stringify(config))
    return directory
  }

  test('refuses without credentials, which is said in a sentence', async () => {
    const { exitCode, outcomes } = await transshipJson(['copy', from, `${mirror.host}/nobody:v1`])
    expect(exitCode).toBe(1)
    expect(outcomes).toMatchObject([{ status: 'failed', error: { code: 'push-denied' } }])
  })

  test('refuses wrong credentials, which are not repeated', async () => {
    const ended = await copy('wrong', { ...given, TRANSSHIP_PASSWORD: 'wrong horse:battery' })
    expect(ended.exitCode).toBe(1)
    expect(ended.stdout + ended.stderr).not.toContain('wrong horse')
  })

  test('takes credentials from the environment', async () => {
    expectDone(await copy('environment', given))
  })

  test("takes credentials from Docker's configuration", async () => {
    const directory = await dockerConfig('auths', { auths: { [mirror.host]: { auth } } })
    expectDone(await copy('auths', { DOCKER_CONFIG: directory }))
  })

  test("takes credentials from podman's file", async () => {
    const directory = await dockerConfig('podman', { auths: { [mirror.host]: { auth } } })
    expectDone(await copy('podman', { REGISTRY_AUTH_FILE: join(directory, 'config.json') }))
  })

  test('takes credentials from a helper program', async () => {
    const directory = await dockerConfig('helper', { credHelpers: { [mirror.host]: 'test' } })
    await writeHelper(directory, mirror.host)
    const PATH = `${directory}${delimiter}${process.env.PATH ?? ''}`
    expectDone(await copy('helper', { DOCKER_CONFIG: directory, PATH }))
  })

  test('says that a helper program failed', async () => {
    const directory = await dockerConfig('no-helper', { credHelpers: { [mirror.host]: 'that-is-not-there' } })
    const { exitCode, stdout } = await copy('no-helper', { DOCKER_CONFIG: directory })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('the credential helper failed')
  })

  test('told to end, it does not wait for a helper program', async () => {
    const directory = await dockerConfig('hanging', { credHelpers: { [mirror.host]: 'test' } })
    const waiting = join(directory, 'waiting')
    await runOk('mkfifo', [waiting])
    // A shell that waits for a program of its own, as helpers are that ask somebody.
    await writeProgram(directory, [`echo begun > '${waiting}'`, `cat '${waiting}'`, 'exit 1'])
    const PATH = `${directory}${delimiter}${process.env.PATH ?? ''}`
    const environment = { DOCKER_CONFIG: directory, PATH }
    const { child, ended } = started(startTransship(['copy', from, `${mirror.host}/hanging:v1`], environment))
    await readFile(waiting)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('The run was cancelled.') })
    await writeFile(waiting, 'enough')
  })

  test('gives nothing of them to the source', async () => {
    source.requests.length = 0
    expectDone(await copy('apart', given))
    expect(source.requests.length).toBeGreaterThan(0)
    expect(source.requests.filter(({ hasCredentials }) => hasCredentials)).toEqual([])
  })

  test('does not read with them what is private on the very registry that they are for', async () => {
    await pushImage(mirror.host, 'secret', 'v1', image, asUser)
    const { outcomes } = await transshipJson(['copy', `${mirror.host}/secret:v1`, `${mirror.host}/public:v1`], given)
    expect(outcomes).toMatchObject([{ status: 'failed', error: { code: 'pull-denied' } }])
  })

  test('reads a private source with the credentials of a login', async () => {
    const target = `${source.host}/out:v1`
    await pushImage(mirror.host, 'private', 'v1', image, asUser)
    const DOCKER_CONFIG = await dockerConfig('source', { auths: { [mirror.host]: { auth } } })
    const { outcomes } = await transshipJson(['copy', `${mirror.host}/private:v1`, target], { DOCKER_CONFIG })
    expect(outcomes).toMatchObject([{ status: 'copied' }])
  })

  test('says that the copy is there but private', async () => {
    const ended = await transshipJson(['copy', from, `${mirror.host}/proved:v1`, '--verify'], given)
    expect(ended.outcomes).toMatchObject([{ status: 'copied', verified: 'everything', access: 'private' }])
    expectNoSecret(ended)
  })
})

function expectDone(ended: Ended): void {
  expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^copied /) })
  expectNoSecret(ended)
}

function expectNoSecret({ stdout, stderr }: Ended): void {
  for (const secret of [USER.password, auth]) expect(stdout + stderr).not.toContain(secret)
}

/** A helper as Docker's are: it reads a host, and knows one. */
async function writeHelper(directory: string, host: string): Promise<void> {
  const answer = JSON.stringify({ ServerURL: host, Username: USER.username, Secret: USER.password })
  await writeProgram(directory, [
    'read -r host',
    `[ "$1" = get ] && [ "$host" = "${host}" ] || exit 1`,
    `echo '${answer}'`,
  ])
}

/** The program of the helper named `test`. */
async function writeProgram(directory: string, script: readonly string[]): Promise<void> {
  const path = join(directory, 'docker-credential-test')
  await writeFile(path, `${['#!/bin/sh', ...script].join('\n')}\n`)
  await chmod(path, 0o755)
}
