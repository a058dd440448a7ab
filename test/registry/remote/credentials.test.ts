import { describe, expect, test } from '@jest/globals'
import {
  anonymous,
  dockerCredentials,
  parseDockerConfig,
  type Credential,
  type CredentialHelper,
} from '../../../src/registry/remote/credentials.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const basic = (username: string, password: string): Credential => ({ kind: 'basic', username, password })

/** What a configuration says about a host, and which helpers were asked for what. */
async function lookUp(
  host: string,
  config: unknown,
  answers: Record<string, { Username: string; Secret: string }> = {},
) {
  const asked: string[] = []
  const helper: CredentialHelper = (name, key) => {
    asked.push(`${name} ${key}`)
    return Promise.resolve(answers[name])
  }
  const parsed = parseDockerConfig(Buffer.from(JSON.stringify(config)), 'config.json')
  return { credential: await dockerCredentials([parsed], helper)(host), asked }
}

describe('credentials in the file', () => {
  test.each<[string, string, unknown, Credential | undefined]>([
    ['are found by host', 'ghcr.io', { auths: { 'ghcr.io': { auth: base64('u:p') } } }, basic('u', 'p')],
    ['are found by host and port', 'r:5000', { auths: { 'r:5000': { auth: base64('u:p') } } }, basic('u', 'p')],
    ['are not those of another port', 'r:5000', { auths: { r: { auth: base64('u:p') } } }, undefined],
    ['are not those of a longer host', 'io', { auths: { 'ghcr.io': { auth: base64('u:p') } } }, undefined],
    ['are found by address', 'ghcr.io', { auths: { 'https://ghcr.io/v2/': { auth: base64('u:p') } } }, basic('u', 'p')],
    ['are found in any case', 'ghcr.io', { auths: { 'GHCR.io': { auth: base64('u:p') } } }, basic('u', 'p')],
    [
      'MH-78 are found by the key of Docker Hub',
      'docker.io',
      { auths: { 'https://index.docker.io/v1/': { auth: base64('u:p') } } },
      basic('u', 'p'),
    ],
    [
      "MH-78 are found by podman's name for Docker Hub",
      'docker.io',
      { auths: { 'docker.io': { auth: base64('u:p') } } },
      basic('u', 'p'),
    ],
    [
      'MH-77 may hold colons in the password',
      'r.io',
      { auths: { 'r.io': { auth: base64('u:p:q:') } } },
      basic('u', 'p:q:'),
    ],
    ['may be beyond ASCII', 'r.io', { auths: { 'r.io': { auth: base64('ü:密') } } }, basic('ü', '密')],
    ['may be padded with NUL bytes', 'r.io', { auths: { 'r.io': { auth: base64('u:p\0\0') } } }, basic('u', 'p')],
    ['may have an empty password', 'r.io', { auths: { 'r.io': { auth: base64('u:') } } }, basic('u', '')],
    ['may stand in the open', 'r.io', { auths: { 'r.io': { username: 'u', password: 'p' } } }, basic('u', 'p')],
    [
      'may be an identity token',
      'r.io',
      { auths: { 'r.io': { auth: base64('u:p'), identitytoken: 'id' } } },
      { kind: 'identity', token: 'id' },
    ],
    [
      'may be a registry token',
      'r.io',
      { auths: { 'r.io': { registrytoken: 'rt' } } },
      { kind: 'bearer', token: 'rt' },
    ],
    [
      'MH-77 may be an identity token by the name of the user',
      'r.io',
      { auths: { 'r.io': { auth: base64('<token>:id') } } },
      { kind: 'identity', token: 'id' },
    ],
    ['may be empty', 'r.io', { auths: { 'r.io': {} } }, undefined],
    [
      'may be of another shape',
      'r.io',
      { auths: { 'r.io': 'x', other: null }, credHelpers: 3, credsStore: '' },
      undefined,
    ],
    ['may be missing', 'r.io', {}, undefined],
  ])('%s', async (_, host, config, expected) => {
    expect(await lookUp(host, config)).toEqual({ credential: expected, asked: [] })
  })

  test.each(['%%%', base64('no colon'), base64(':no user')])('that cannot be read are refused: %s', async (auth) => {
    const failing = lookUp('r.io', { auths: { 'r.io': { auth } } })
    await expect(failing).rejects.toMatchObject({
      code: 'credentials-unusable',
      facts: { host: 'r.io', reason: 'not-a-pair' },
    })
    await expect(failing).rejects.not.toThrow(auth)
  })

  test.each(['', '[]', '{', 'null', '\ufeff{}'])('are refused where the file is not a JSON object: %j', (text) => {
    expect(() => parseDockerConfig(Buffer.from(text), '/home/u/.docker/config.json')).toThrow(
      expect.objectContaining({
        code: 'credentials-unusable',
        facts: { host: '/home/u/.docker/config.json', reason: 'not-json' },
      }),
    )
  })

  test('of the first file that has them are taken', async () => {
    const files = [
      { auths: {} },
      { auths: { 'r.io': { auth: base64('second:2') } } },
      { auths: { 'r.io': { auth: base64('third:3') } } },
    ]
    const configs = files.map((file) => parseDockerConfig(Buffer.from(JSON.stringify(file)), 'x'))
    expect(await dockerCredentials(configs, () => Promise.resolve(undefined))('r.io')).toEqual(basic('second', '2'))
  })
})

describe('MH-77 a credential helper', () => {
  test("of the host's own comes before the store, and the store before the file", async () => {
    const config = {
      credHelpers: { 'a.io': 'own' },
      credsStore: 'store',
      auths: { 'a.io': { auth: base64('f:f') }, 'b.io': { auth: base64('f:f') } },
    }
    const answers = { own: { Username: 'own', Secret: 'a:b' }, store: { Username: '<token>', Secret: 'id' } }
    expect(await lookUp('a.io', config, answers)).toEqual({ credential: basic('own', 'a:b'), asked: ['own a.io'] })
    expect(await lookUp('b.io', config, answers)).toEqual({
      credential: { kind: 'identity', token: 'id' },
      asked: ['store b.io'],
    })
  })

  test('that has nothing leaves it to the file', async () => {
    const config = { credsStore: 'store', auths: { 'b.io': { auth: base64('f:f') } } }
    expect(await lookUp('b.io', config)).toEqual({ credential: basic('f', 'f'), asked: ['store b.io'] })
  })

  test('without a name means the file, as Docker has it', async () => {
    const config = { credHelpers: { 'b.io': '' }, credsStore: 'store', auths: { 'b.io': { auth: base64('f:f') } } }
    expect(await lookUp('b.io', config)).toEqual({ credential: basic('f', 'f'), asked: [] })
  })

  test('MH-78 is asked for Docker Hub by its key', async () => {
    const { asked } = await lookUp('docker.io', { credHelpers: { 'index.docker.io': 'hub' } })
    expect(asked).toEqual(['hub https://index.docker.io/v1/'])
  })

  test('that fails fails the look-up, rather than going on as a stranger', async () => {
    const config = parseDockerConfig(Buffer.from('{"credsStore":"x"}'), 'x')
    await expect(dockerCredentials([config], () => Promise.reject(new Error('locked')))('r.io')).rejects.toThrow(
      'locked',
    )
  })
})

test('a stranger has no credentials', async () => {
  expect(await anonymous('docker.io')).toBeUndefined()
})
