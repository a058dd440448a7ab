import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBlob, makeImage, putImage, streamOf } from '../../support/images.ts'
import { openLayout, realPorts } from '../../support/layouts.ts'
import { findProgram, run } from '../../support/run.ts'
import { inTemporaryDirectory, temporaryDirectory, type TemporaryDirectory } from '../../support/temp.ts'

let directory: TemporaryDirectory
const blob = makeBlob('blob', 1000)

beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => directory.remove())

const at = (...names: string[]): string => join(directory.path, ...names)

async function putBlob(path: string, given = blob): Promise<void> {
  await (await openLayout(path)).repository('r').putBlob(given.descriptor, () => streamOf(given.bytes))
}

describe('a directory', () => {
  test('that does not exist reads as empty and is made with the first write', async () => {
    const store = await openLayout(at('new', 'mirror'))
    expect(await store.repository('r').head('v1')).toBeUndefined()
    expect(await store.isLayout()).toBe(false)
    expect(await readdir(directory.path)).toEqual([])

    await putBlob(at('new', 'mirror'))
    expect(await store.isLayout()).toBe(true)
    const mark: unknown = JSON.parse(await readFile(at('new', 'mirror', 'oci-layout'), 'utf8'))
    expect(mark).toEqual({ imageLayoutVersion: '1.0.0' })
  })

  test('is opened by all who begin at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const path = at(`round-${round}`)
      const beginAfter = async (turns: number): Promise<void> => {
        for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
        await (await openLayout(path)).prepare()
      }
      await Promise.all(Array.from({ length: 12 }, (_, turns) => beginAfter(turns)))
    }
  })

  test('may hold a start that was cut short, and what a new disk holds', async () => {
    await mkdir(at('lost+found'))
    await mkdir(at('blobs'))
    await mkdir(at('.ingest'))
    await putBlob(directory.path)
    expect(await readdir(directory.path)).toContain('oci-layout')
  })

  test.each<[string, () => Promise<void>, string]>([
    ['holds other things', () => writeFile(at('notes.txt'), 'x'), 'not-empty'],
    ['is a layout of another version', () => writeFile(at('oci-layout'), '{"imageLayoutVersion":"2.0.0"}'), 'version'],
    ['has a mark that is not JSON', () => writeFile(at('oci-layout'), 'oci'), 'version'],
  ])('that %s is refused', async (_, prepare, reason) => {
    await prepare()
    await expect(openLayout(directory.path)).rejects.toMatchObject({ code: 'layout-invalid', facts: { reason } })
  })

  test('that is a file is refused', async () => {
    await writeFile(at('file'), 'x')
    const reason = 'not-a-directory'
    await expect(openLayout(at('file'))).rejects.toMatchObject({ code: 'layout-invalid', facts: { reason } })
    await expect(openLayout(at('file', 'below'))).rejects.toMatchObject({ code: 'layout-invalid', facts: { reason } })
  })

  test.each(['', 'not JSON', '[]', '{"manifests":[{"digest":"sha256:../../etc"}]}', '{"manifests":{}}'])(
    'whose index.json reads %j is refused, and left as it is',
    async (text) => {
      await putBlob(directory.path)
      await writeFile(at('index.json'), text)
      const repository = (await openLayout(directory.path)).repository('r')
      await expect(repository.head('v1')).rejects.toMatchObject({ code: 'layout-invalid', facts: { reason: 'index' } })
      await expect(putImage(repository, makeImage(), 'v1')).rejects.toMatchObject({ code: 'layout-invalid' })
      expect(await readFile(at('index.json'), 'utf8')).toBe(text)
    },
  )
})

describe('files of writers that died', () => {
  test('are removed; those of others stay', async () => {
    const { host, pid } = realPorts.processes
    const unique = '00000000-0000-4000-8000-000000000000'
    const gone = { ...realPorts.processes, isRunning: (other: number) => other === pid }
    const names = [`${host}~99999~${unique}`, `${host}~${pid}~${unique}`, `elsewhere~1~${unique}`, 'old']
    await mkdir(at('.ingest'))
    for (const name of names) await writeFile(at('.ingest', name), 'x')
    await utimes(at('.ingest', 'old'), 0, 0)
    const store = await openLayout(directory.path, { processes: gone })
    await store.repository('r').putBlob(blob.descriptor, () => streamOf(blob.bytes))
    expect(new Set(await readdir(at('.ingest')))).toEqual(new Set([names[1], names[2]]))
  })
})

const canMount = await withDisk('size=1m', async () => {})
const whereMountable = canMount ? test : test.skip
const need = canMount ? '' : ' (needs mount, as root)'

whereMountable(`a full disk is named, and keeps no half files${need}`, async () => {
  await withDisk('size=1m', async (disk) => {
    await putBlob(disk)
    const large = makeBlob('large', 2 * 1024 * 1024)
    await expect(putBlob(disk, large)).rejects.toMatchObject({ code: 'disk-full' })
    expect(await readdir(join(disk, '.ingest'))).toEqual([])
    expect(await readdir(join(disk, 'blobs', 'sha256'))).toHaveLength(1)
  })
})

whereMountable(`a disk that may not be written says so${need}`, async () => {
  await withDisk('ro', async (disk) => {
    await expect(putBlob(disk)).rejects.toMatchObject({ code: 'directory-unwritable', facts: { reason: 'EROFS' } })
  })
})

/** Does some work on a small disk of its own; false where none may be mounted. */
async function withDisk(option: string, work: (path: string) => Promise<void>): Promise<boolean> {
  return inTemporaryDirectory(async (path) => {
    if (findProgram('mount') === undefined) return false
    const { exitCode } = await run('mount', ['-t', 'tmpfs', '-o', option, 'tmpfs', path])
    if (exitCode !== 0) return false
    try {
      await work(path)
    } finally {
      await run('umount', [path])
    }
    return true
  })
}

test('a link in place of a blob is not a way out: its bytes are checked as any', async () => {
  await writeFile(at('secret'), 'secret')
  await putBlob(at('mirror'))
  const { digest } = makeBlob('other', 6).descriptor
  await symlink(at('secret'), at('mirror', 'blobs', 'sha256', digest.slice('sha256:'.length)))
  const repository = (await openLayout(at('mirror'))).repository('r')
  await expect(repository.manifest(digest)).rejects.toMatchObject({ code: 'digest-mismatch' })
})
