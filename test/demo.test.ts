import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { run, type Ended } from './support/run.ts'
import { inTemporaryDirectory } from './support/temp.ts'
import { describeWith } from './support/tools.ts'

const ROOT = join(import.meta.dirname, '..')
const DIGEST = 'sha256:[0-9a-f]{64}'

/** Runs the demo as `npm run demo` does, but from a directory in which there is nothing; its own files go there. */
async function runDemo(environment: Readonly<Record<string, string>> = {}): Promise<Ended & { left: string[] }> {
  return inTemporaryDirectory(async (cwd) => {
    const args = ['--import', import.meta.resolve('tsx'), join(ROOT, 'demo/demo.ts')]
    const ended = await run(process.execPath, args, { cwd, environment: { TMPDIR: cwd, ...environment } })
    return { ...ended, left: readdirSync(cwd) }
  })
}

test('the demo shows both conversations and the pull, holds, and leaves nothing behind', async () => {
  const { exitCode, stdout, stderr, left } = await runDemo()
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  for (const line of [
    /│ docker\.io\/prom\/node-exporter:v1\.8\.2\n/,
    /│ ✅ Your image is ready to pull\n/,
    /Closed as completed {2}\[mirror\] \[mirror: done\]\n/,
    /│ 🚫 This image is not allowed here\n/,
    /│ • quay\.io\/prometheus\/\* \(line \d+\)\n/,
    /Closed as not planned {2}\[mirror\] \[mirror: refused\]\n/,
    /docker pull ghcr\.io\/acme\/mirror\/docker\.io\/prom\/node-exporter:v1\.8\.2\n/,
    new RegExp(`docker pull ghcr\\.io/acme/mirror/docker\\.io/prom/node-exporter@${DIGEST}\\n`),
    new RegExp(`linux/arm64 +${DIGEST} {2}same\\n`),
    /✓ all 22 manifests and blobs came back with the digests of the source\n/,
  ]) {
    expect(stdout).toMatch(line)
  }
  expect(stdout).not.toContain('\u001b')
  expect(stdout).not.toMatch(/✗|DIFFERS|<!--|<\/?sub>/)
  // tsx keeps what it compiled for the next time.
  expect(left.filter((name) => !name.startsWith('tsx-') && name !== 'node-compile-cache')).toEqual([])
})

describeWith('false', 'the demo', (path) => {
  test('fails where the Action does nothing', async () => {
    const { exitCode, stdout, stderr } = await runDemo({ TRANSSHIP_NODE: path })
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(stdout).toMatch(/✗ the request was answered with an address\n/)
  })
})
