import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { run } from '../support/run.ts'
import { inTemporaryDirectory } from '../support/temp.ts'

const CLI = join(import.meta.dirname, '../../dist/cli.js')

/** Runs a command line as it is typed, in an empty directory. */
async function transship(line: string) {
  const environment = { GITHUB_TOKEN: '', GITHUB_REPOSITORY: '' }
  return inTemporaryDirectory((cwd) => run(process.execPath, [CLI, ...line.split(' ')], { cwd, environment }))
}

test('what npm installs as a program says what runs it', async () => {
  const root = join(import.meta.dirname, '../..')
  const { bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  expect(await readFile(join(root, bin.transship), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

describe('wrong use is said in two lines, and ends with 2:', () => {
  test.each<[string, RegExp, RegExp]>([
    ['frobnicate', /^"frobnicate" is not a valid value for command\.\n/, /copy \| request \| serve/],
    ['copy', /^No image was named\.\n/, /Name at least one image/],
    ['copy nginx', /^--to is missing\.\n/, /Say where to copy to/],
    ['copy nginx redis mysql', /^--to is missing\.\n/, /Say where to copy to/],
    ['copy nginx --to', /'--to <value>' argument missing\.\n/, /copy --help/],
    ['copy nginx --too ghcr.io/acme', /Unknown option '--too'\.\n/, /copy --help/],
    ['copy nginx --to https://ghcr.io/acme', /is not a place for images\.\n/, /ghcr\.io\/acme\/mirror/],
    ['copy nginx --to ghcr.io/acme --platforms amd64', /^"amd64" is not a platform\.\n/, /linux\/amd64/],
    ['copy nginx --to ghcr.io/acme --max-size lots', /^"lots" is not a valid value for max-size\.\n/, /20GiB/],
    ['copy nginx --to ghcr.io/acme --sparse', /^platforms is missing\.\n/, /which ones to copy/],
    ['copy nginx --to ghcr.io/acme --deadline 90', /^"90" is not a valid value for deadline\.\n/, /5h30m/],
    ['copy nginx --to ghcr.io/acme --pull-reserve -1', /argument is ambiguous\.\n/, /copy --help/],
    ['copy nginx --to ghcr.io/acme --endpoints docker.io=ftp://x', /not a valid value for endpoints\.\n/, /registry=/],
    ['copy nginx --to ghcr.io/acme --mutable-tags latest', /^tags is missing\.\n/, /--tags immutable/],
    [
      'copy nginx --to ghcr.io/acme --platforms linux/amd64 --sparse --docker-media-types',
      /^sparse and docker-media-types exclude one another\.\n/,
      /leave one of them out/,
    ],
    ['request --repository acme/mirror --issue 1 --force', /Unknown option '--force'\.\n/, /request --help/],
    ['copy nginx --to ghcr.io/acme --config x.yml', /^x\.yml cannot be read: there is no such file\.\n/, /path/],
    ['request', /^--repository is missing\.\n/, /acme\/mirror/],
    ['request --repository acme/mirror', /^--issue is missing\.\n/, /which issue/],
    ['request --repository acme/mirror --issue 1', /^mirrors is missing\.\n/, /Say where to copy to/],
    ['request --repository acme/mirror --issue 1 --mirrors ghcr.io/acme', /^token is missing\.\n/, /token/],
    ['serve', /^DIR is missing\.\n/, /serve \.\/mirror/],
    ['serve ./mirror --port http', /^"http" is not a valid value for --port\.\n/, /0-65535/],
    ['serve ./mirror --host 192.0.2.1', /^"192\.0\.2\.1" is not a valid value for host\.\n/, /address of this machine/],
  ])('%s', async (line, sentence, next) => {
    const { exitCode, stdout, stderr } = await transship(line)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
    expect(stderr.split('\n')).toEqual([expect.any(String), expect.stringMatching(next), ''])
  })
})

test.each(['--language zh-CN', '--language=zh-CN'])('%s holds for wrong use as well', async (language) => {
  const { exitCode, stderr } = await transship(`copy nginx --too x ${language}`)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/的用法不对[^]*--help/)
})

test.each(['', '--sparse', '--too'])(
  'the language of the configuration holds for what is wrong: copy %s',
  async (flag) => {
    await inTemporaryDirectory(async (cwd) => {
      await writeFile(join(cwd, 'zh.yml'), 'language: zh-CN\n')
      const args = ['copy', 'nginx', '--config', 'zh.yml', ...(flag === '' ? [] : [flag])]
      const { exitCode, stderr } = await run(process.execPath, [CLI, ...args], { cwd })
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/缺少|用法不对/)
      const english = await run(process.execPath, [CLI, ...args, '--language=en'], { cwd })
      expect(english.stderr).toMatch(/ is missing| cannot be called/)
    })
  },
)

test('with --json a failure is JSON on standard output', async () => {
  const { exitCode, stdout, stderr } = await transship('copy --json')
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'images-none' } })
})

test('a directory that has nothing to serve is no reason to advise an empty one', async () => {
  const { exitCode, stderr } = await transship('serve ./mirror --read-only')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/empty or does not exist\.\nCheck the path/)
})

test.each([
  ['help', /Usage: transship COMMAND/],
  ['--help', /Usage: transship COMMAND/],
  ['help copy', /Usage: transship copy SOURCE/],
  ['request --help', /Usage: transship request .*--mirrors/],
  ['--version', /^\d+\.\d+\.\d+\n$/],
])('%s is printed, and ends with 0', async (line, expected) => {
  const { exitCode, stdout, stderr } = await transship(line)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toMatch(expected)
})
