import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { openLayout } from '../support/layouts.ts'
import { startFaultyRegistry } from '../support/faulty-registry/proxy.ts'
import { basicGuard } from '../support/faulty-registry/token-service.ts'
import { NODE_EXPORTER, SECRETS, startWorld, writesOf, type Inputs, type World } from '../support/action-world.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const PUSH = { name: 'push', payload: { ref: 'refs/heads/main', sender: { login: 'ada' } } }

const copy = (inputs: Inputs) => world.run(PUSH, { command: 'copy', ...inputs })

describe('a pipeline step', () => {
  test('copies several images to several mirrors and a directory, and asks GitHub for nothing', async () => {
    const nodeExporter = await world.publish('prom/node-exporter:v1.8.2')
    const nginx = await world.publish('library/nginx:1')
    const { exitCode, outputs, summary } = await copy({
      images: `${NODE_EXPORTER}\nnginx:1`,
      mirrors: `${world.mirror.host}/one\n${world.mirror.host}/two\noci:./mirror`,
    })
    expect({ exitCode, copied: outputs.copied }).toEqual({ exitCode: 0, copied: '6' })
    expect(JSON.parse(outputs.digests ?? '')).toEqual(
      Object.fromEntries(
        [`${world.mirror.host}/one/`, `${world.mirror.host}/two/`, 'oci:./mirror:'].flatMap((at) => [
          [`${at}${NODE_EXPORTER}`, nodeExporter.root.descriptor.digest],
          [`${at}docker.io/library/nginx:1`, nginx.root.descriptor.digest],
        ]),
      ),
    )
    const layout = await openLayout(join(world.workspace, 'mirror'))
    expect((await layout.repository('docker.io/library/nginx').head('1'))?.digest).toBe(nginx.root.descriptor.digest)
    expect(summary.match(/^\| `docker\.io\/.*copied/gm)).toHaveLength(6)
    expect(world.github.requests).toEqual([])
  })

  test('goes on after an image that fails, and fails in the end', async () => {
    await world.publish('library/nginx:1')
    const { exitCode, outputs, annotations } = await copy({ images: 'prom/gone:1, nginx:1' })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ copied: '1', failed: '1' })
    expect(annotations).toMatchObject([{ name: 'error', properties: { title: 'docker.io/prom/gone:1' } }])
  })

  test('goes on after a mirror that fails, and fails in the end', async () => {
    const nginx = await world.publish('library/nginx:1')
    const front = await startFaultyRegistry(`http://${world.mirror.host}`)
    front.guard(basicGuard('pusher', SECRETS.password))
    await front.close()
    const { exitCode, outputs } = await copy({
      images: 'nginx:1',
      mirrors: `${front.host}/x\n${world.mirror.host}/acme`,
    })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ copied: '1', failed: '1' })
    expect(await world.mirrored('library/nginx:1')).toBe(nginx.root.descriptor.digest)
  })

  test('is held to an allowlist where it names one', async () => {
    const { exitCode, outputs } = await copy({ images: 'quay.io/ada/app:1', allowlist: 'allows.txt' })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ refused: '1' })
  })

  test('logs in to the mirror alone', async () => {
    await world.publish('library/nginx:1')
    const hub = await startFaultyRegistry(`http://${world.hub.host}`)
    const front = await startFaultyRegistry(`http://${world.mirror.host}`)
    front.guard(basicGuard('pusher', SECRETS.password))
    const { exitCode } = await copy({
      images: 'nginx:1',
      mirrors: `${front.host}/acme`,
      endpoints: `docker.io=http://${hub.host}`,
      username: 'pusher',
      password: SECRETS.password,
    })
    await Promise.all([hub.close(), front.close()])
    expect(exitCode).toBe(0)
    expect(hub.log.requests.length).toBeGreaterThan(0)
    expect(hub.log.requests.filter(({ headers }) => 'authorization' in headers)).toEqual([])
  })

  test('is told of a wrong password in one sentence', async () => {
    await world.publish('library/nginx:1')
    const front = await startFaultyRegistry(`http://${world.mirror.host}`)
    front.guard(basicGuard('pusher', 'another'))
    const login = { mirrors: `${front.host}/acme`, username: 'pusher', password: SECRETS.password }
    const { exitCode, annotations } = await copy({ images: 'nginx:1', ...login })
    await front.close()
    expect(exitCode).toBe(1)
    expect(annotations).toMatchObject([{ name: 'error', message: expect.stringContaining(front.host) }])
  })

  test('may only say what it would do', async () => {
    await world.publish('library/nginx:1')
    const { exitCode, stdout, outputs } = await copy({ images: 'nginx:1', 'dry-run': 'true' })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^planned +docker\.io\/library\/nginx:1 -> .* to send/m)
    expect(outputs).toMatchObject({ copied: '0', failed: '0' })
    expect(writesOf(world.mirror.requests)).toEqual([])
  })

  test('without images says so', async () => {
    const { exitCode, annotations } = await copy({})
    expect(exitCode).toBe(1)
    expect(annotations).toMatchObject([{ message: expect.stringMatching(/^No image was named\./) }])
  })

  test('takes ten thousand refused images in its stride, and leaves a summary that GitHub takes', async () => {
    const images = Array.from({ length: 10_000 }, (_, index) => `  - quay.io/ada/app-${index}:1`).join('\n')
    await world.write('.github/transship.yml', `images:\n${images}\n`)
    const { exitCode, outputs, summary, milliseconds } = await copy({ allowlist: 'allows.txt' })
    expect(exitCode).toBe(1)
    expect(outputs.refused).toBe('10000')
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024)
    expect(milliseconds).toBeLessThan(15_000)
  })
})
