import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Repository } from '../../../src/registry/repository.ts'
import { listOf, makeImage, putImage } from '../../support/images.ts'
import { openLayout } from '../../support/layouts.ts'
import { runOk } from '../../support/run.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
const image = makeImage({ single: true })
const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url))

beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

const at = (name: string): string => join(directory.path, name)
const nginx = async (): Promise<Repository> => (await openLayout(directory.path)).repository('docker.io/library/nginx')

async function index(): Promise<{ manifests: unknown[] }> {
  return JSON.parse(await readFile(at('index.json'), 'utf8'))
}

describe('index.json', () => {
  test('loses nothing to several processes that write at once', async () => {
    const writers = ['a', 'b', 'c', 'd']
    await Promise.all(
      writers.map((name) => runOk(process.execPath, ['--import', 'tsx', WRITER, directory.path, name, '12'])),
    )
    const expected = writers.flatMap((name) => Array.from({ length: 12 }, (_, number) => `${name}-${number}`))
    expect(await listOf((await nginx()).tags())).toEqual(expected.toSorted())
    expect(await readdir(directory.path)).not.toContain('index.json.lock')
  })

  test('loses nothing to several writers inside one process', async () => {
    const repositories = await Promise.all([nginx(), nginx()])
    for (const repository of repositories) await putImage(repository, image)
    await Promise.all(
      repositories.flatMap((repository, owner) =>
        Array.from({ length: 10 }, (_, number) => repository.putManifest(image.root, `${owner}-${number}`)),
      ),
    )
    expect(await listOf((await nginx()).tags())).toHaveLength(20)
  })

  test('is read anew when another process has changed it', async () => {
    const [reader, writer] = [await nginx(), await nginx()]
    await putImage(writer, image, 'v1')
    expect(await reader.head('v1')).toEqual(image.root.descriptor)
    const next = makeImage({ single: true, seed: 'next' })
    await putImage(writer, next, 'v1')
    expect(await reader.head('v1')).toEqual(next.root.descriptor)
  })

  test('keeps what other tools have written into it', async () => {
    await putImage(await nginx(), image, 'v1')
    const foreign = { ...image.root.descriptor, annotations: { 'org.example': 'x' }, 'x-unknown': [1] }
    await writeFile(
      at('index.json'),
      JSON.stringify({ schemaVersion: 2, annotations: { a: 'b' }, manifests: [foreign] }),
    )
    await putImage(await nginx(), image, 'v2')
    const written = await index()
    expect(written).toMatchObject({ annotations: { a: 'b' } })
    expect(written.manifests).toHaveLength(2)
    expect(written.manifests[0]).toEqual(foreign)
  })

  test('is not written where it says the same already', async () => {
    const repository = await nginx()
    await putImage(repository, image, 'v1')
    const before = await stat(at('index.json'))
    await putImage(repository, image, 'v1')
    expect((await stat(at('index.json'))).ino).toBe(before.ino)
  })
})
