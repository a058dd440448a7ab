import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openSpool } from '../../src/app/spool.ts'
import { bytesOf, makeBlob, streamOf } from '../support/images.ts'
import { realPorts } from '../support/layouts.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const { host, pid } = realPorts.processes
/** Above the highest that Linux gives to any process. */
const NOBODY = 2 ** 22 + 1
const blob = makeBlob('blob', 1000)

test('a spool gives back what it was given, and is gone when it is removed', async () => {
  await inTemporaryDirectory(async (room) => {
    const spool = await openSpool({ RUNNER_TEMP: room }, realPorts)
    const { repository } = spool
    await repository.putBlob(blob.descriptor, () => streamOf(blob.bytes))
    expect(await bytesOf(repository.blob(blob.descriptor))).toEqual(Buffer.from(blob.bytes))
    expect(await readdir(room)).toEqual([expect.stringContaining(`~${pid}~`)])
    await spool.remove()
    expect(await readdir(room)).toEqual([])
  })
})

test('what a killed run has left is removed, and nothing else', async () => {
  await inTemporaryDirectory(async (room) => {
    const left = join(room, `transship~${host}~${NOBODY}~AbCdEf`)
    await mkdir(left)
    await writeFile(join(left, 'blob'), 'x')
    const others = [
      `transship~${host}~${pid}~AbCdEf`,
      `transship~elsewhere~${NOBODY}~AbCdEf`,
      `transship~${host}~${NOBODY}~`,
      'transship-AbCdEf',
    ]
    for (const name of others) await mkdir(join(room, name))
    await symlink(room, join(room, `transship~${host}~${NOBODY}~link`))

    await (await openSpool({ RUNNER_TEMP: room }, realPorts)).remove()
    expect((await readdir(room)).toSorted()).toEqual([...others, `transship~${host}~${NOBODY}~link`].toSorted())
  })
})

test('where there is no room for one, it says so', async () => {
  await inTemporaryDirectory(async (room) => {
    const opening = openSpool({ RUNNER_TEMP: join(room, 'absent') }, realPorts)
    await expect(opening).rejects.toMatchObject({ code: 'directory-unwritable', facts: { reason: 'ENOENT' } })
  })
})
