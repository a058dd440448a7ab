import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serve, type ServeOptions, type Serving } from '../../src/commands/serve.ts'
import { makeImage, putImage } from '../support/images.ts'
import { openLayout, realPorts } from '../support/layouts.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temp.ts'

let directory: TemporaryDirectory
const running: Serving[] = []
let lines: string[]

beforeEach(async () => {
  directory = await temporaryDirectory()
  lines = []
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((serving) => serving.close()))
  await directory.remove()
})

async function start(options: Partial<ServeOptions> = {}): Promise<Serving> {
  const ports = { ...realPorts, log: (line: string) => void lines.push(line) }
  const serving = await serve({ directory: directory.path, port: 0, ...options }, ports)
  running.push(serving)
  return serving
}

describe('serve', () => {
  test('makes a directory a layout and serves it on loopback', async () => {
    const { address } = await start({ directory: join(directory.path, 'new') })
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/)
    expect((await fetch(`http://${address}/v2/`)).status).toBe(200)
    expect(await readdir(join(directory.path, 'new'))).toContain('oci-layout')
    expect(lines).toEqual([])
  })

  test('serves what a copy has put there before, and puts there later', async () => {
    const repository = (await openLayout(directory.path)).repository('docker.io/library/nginx')
    await putImage(repository, makeImage(), 'v1')
    const { address } = await start()
    await repository.putManifest(makeImage().root, 'v2')
    const listed = await fetch(`http://${address}/v2/docker.io/library/nginx/tags/list`)
    expect(await listed.json()).toMatchObject({ tags: ['v1', 'v2'] })
  })

  test('ends by close, and by its signal', async () => {
    const first = await start()
    await first.close()
    await first.closed
    await expect(fetch(`http://${first.address}/v2/`)).rejects.toThrow('fetch failed')

    const stop = new AbortController()
    const second = await start({ signal: stop.signal })
    stop.abort()
    await second.closed
    await expect(fetch(`http://${second.address}/v2/`)).rejects.toThrow('fetch failed')
  })

  test('says so when the port is taken', async () => {
    const { address } = await start()
    const port = Number(address.split(':')[1])
    await expect(start({ port })).rejects.toMatchObject({ code: 'port-taken', facts: { address } })
  })

  test('says so when the address is not one of this machine', async () => {
    const refused = start({ host: '192.0.2.1' })
    await expect(refused).rejects.toMatchObject({ code: 'input-invalid', facts: { name: 'host' } })
  })

  test('warns when others can reach it', async () => {
    await (await openLayout(directory.path)).prepare()
    const { address } = await start({ host: '0.0.0.0', readOnly: true })
    expect(lines).toEqual([`Anyone who can reach ${address} may pull.`])
  })

  test('refuses a directory of other things, and writes nothing into it', async () => {
    await writeFile(join(directory.path, 'notes.txt'), 'x')
    await expect(start()).rejects.toMatchObject({ code: 'layout-invalid' })
    expect(await readdir(directory.path)).toEqual(['notes.txt'])
  })

  test('read-only takes no push, and needs something to serve', async () => {
    await expect(start({ readOnly: true })).rejects.toMatchObject({ code: 'layout-invalid' })
    await (await openLayout(directory.path)).prepare()
    const { address } = await start({ readOnly: true })
    expect((await fetch(`http://${address}/v2/r/blobs/uploads/`, { method: 'POST' })).status).toBe(405)
  })

  test('keeps what goes wrong inside for the log', async () => {
    const { address } = await start()
    await writeFile(join(directory.path, 'index.json'), 'nonsense')
    expect((await fetch(`http://${address}/v2/_catalog`)).status).toBe(500)
    expect(lines).toEqual([expect.stringContaining('is not an OCI image layout')])
  })
})
