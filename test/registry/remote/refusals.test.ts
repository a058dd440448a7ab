import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Failure } from '../../../src/failure/failure.ts'
import { failureText } from '../../../src/failure/texts.ts'
import type { Manifest } from '../../../src/oci/manifest.ts'
import { DOCKER_LIST, OCI_INDEX } from '../../../src/oci/media-types.ts'
import type { Repository } from '../../../src/registry/repository.ts'
import { refuse } from '../../support/faulty-registry/faults.ts'
import { makeBlob, makeImage, streamOf } from '../../support/images.ts'
import {
  openRegistries,
  startScriptedRegistry,
  type ScriptedRegistry,
  type TestClient,
} from '../../support/registries.ts'

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const OTHER = 'registry.example'
const image = makeImage()
const blob = makeBlob('blob', 1000)
const MANIFESTS = /manifests/
const UPLOADS = /\/blobs\/uploads\//

let registry: ScriptedRegistry
let client: TestClient

beforeEach(async () => {
  registry = await startScriptedRegistry()
  client = openRegistries({ endpoints: { [ECR]: registry.origin, [OTHER]: registry.origin } })
})
afterEach(async () => {
  await client.close()
  await registry.close()
})

const mirror = (repository = 'm/app', host = OTHER): Promise<Repository> =>
  client.open({ kind: 'registry', registry: host, repository }, 'mirror')

async function failureFrom(work: Promise<unknown>): Promise<Failure> {
  try {
    await work
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('MH-93 a tag that the mirror does not let go is named, and not tried again', () => {
  test.each<[string, number, string, string]>([
    [
      'ECR',
      400,
      'TAG_INVALID',
      "The image tag 'v1' already exists in the 'm/app' repository and cannot be overwritten because the repository is immutable.",
    ],
    ['ECR, by its own name for it', 400, 'ImageTagAlreadyExistsException', ''],
    ['Harbor', 412, 'PRECONDITION', "Failed to process request due to 'app:v1' configured as immutable."],
    ['Quay', 409, 'TAG_IMMUTABLE', 'tag is immutable'],
    ['GAR', 403, 'DENIED', 'The repository has enabled tag immutability'],
    ['Nexus', 400, 'UNKNOWN', 'Repository does not allow updating assets: hosted'],
    ['one that says 405', 405, 'UNSUPPORTED', 'Immutable tag'],
  ])('as %s says it', async (_, status, code, message) => {
    registry.always('PUT', MANIFESTS, refuse(status, code, message))
    await expect((await mirror()).putManifest(image.root, 'v1')).rejects.toMatchObject({
      code: 'tag-immutable',
      remedy: 'maintainer',
      facts: { host: OTHER, repository: 'm/app', tag: 'v1', detail: expect.stringContaining(code) },
    })
    expect(registry.log.count('PUT')).toBe(1)
  })

  test('but not where no tag is put', async () => {
    registry.always('PUT', MANIFESTS, refuse(400, 'UNKNOWN', 'immutable'))
    await expect((await mirror()).putManifest(image.root)).rejects.toMatchObject({ code: 'registry-error' })
  })

  test.each([
    ['m/immutable', 'v1', 'requested access to m/immutable is denied'],
    ['m/app', 'immutable', 'no right to push m/app:immutable'],
    ['m/media-type', 'v1', 'no right to push m/media-type'],
  ])('but not where it is only the name that says so: %s:%s', async (repository, tag, message) => {
    registry.always('PUT', MANIFESTS, refuse(403, 'DENIED', message))
    const put = (await mirror(repository)).putManifest(image.root, tag)
    await expect(put).rejects.toMatchObject({ code: 'push-denied' })
  })

  test.each([
    ['en', 'h does not let the tag v1 of m/app be moved (it is immutable).', /Copy by digest/],
    ['zh-CN', 'h 不允许改动 m/app 的标签 v1（it is immutable）。', /按摘要复制/],
  ] as const)('in %s', (language, sentence, next) => {
    const failure = new Failure('tag-immutable', {
      host: 'h',
      repository: 'm/app',
      tag: 'v1',
      detail: 'it is immutable',
    })
    expect(failureText(failure, language)).toEqual({ sentence, next: expect.stringMatching(next) })
  })
})

describe('MH-89 a form of manifest that the mirror does not know is named', () => {
  test.each<[string, number, string, string]>([
    ['Aliyun', 403, 'DENIED', 'unknown manifest class for application/vnd.oci.empty.v1+json'],
    ['SWR', 400, 'UNKNOWN', "Invalid image, fail to parse 'manifest.json'"],
    ['Quay', 415, 'UNSUPPORTED', 'manifest type not supported'],
    ['one that finds it invalid', 400, 'MANIFEST_INVALID', 'manifest invalid'],
    ['one that names the type', 405, 'UNSUPPORTED', 'unsupported media type'],
  ])('as %s says it', async (_, status, code, message) => {
    registry.always('PUT', MANIFESTS, refuse(status, code, message))
    await expect((await mirror()).putManifest(image.root, 'v1')).rejects.toMatchObject({
      code: 'manifest-refused',
      facts: { host: OTHER, repository: 'm/app', mediaType: OCI_INDEX, detail: `${code}: ${message}` },
    })
    expect(registry.log.count('PUT')).toBe(1)
  })

  const attested = makeImage({ attestations: 'artifacts' })
  const [plain] = image.manifests
  const attestation = attested.manifests[3]

  test.each<[string, Manifest | undefined, string, string | undefined]>([
    [
      'words about attestations',
      attested.root,
      'unknown manifest class for application/vnd.oci.empty.v1+json',
      'drop-attestations',
    ],
    ['an attestation itself', attestation, 'manifest invalid', 'drop-attestations'],
    ['words about a format', attested.root, "fail to parse 'manifest.json'", 'docker-media-types'],
    ['words about a media type', attested.root, 'unsupported media type', 'docker-media-types'],
    ['the words of Quay', attested.root, 'manifest type not supported', 'docker-media-types'],
    ['an index without attestations', image.root, 'manifest invalid', 'docker-media-types'],
    ['an image', plain, 'manifest invalid', 'docker-media-types'],
    ['nothing', attested.root, 'manifest invalid', undefined],
  ])('and the form that helps is told by %s', async (_, manifest = image.root, message, helps) => {
    registry.always('PUT', MANIFESTS, refuse(400, 'MANIFEST_INVALID', message))
    const { facts } = await failureFrom((await mirror()).putManifest(manifest, 'v1'))
    expect(facts).toMatchObject({ mediaType: manifest.descriptor.mediaType })
    expect('helps' in facts ? facts.helps : undefined).toBe(helps)
  })

  test('but not by the name of the repository', async () => {
    registry.always('PUT', MANIFESTS, refuse(400, 'MANIFEST_INVALID', 'm/attestation is no good'))
    const { facts } = await failureFrom((await mirror('m/attestation')).putManifest(image.root, 'v1'))
    expect(facts).toMatchObject({ helps: 'docker-media-types' })
  })

  test.each([
    ['drop-attestations', 'docker-media-types'],
    ['docker-media-types', 'drop-attestations'],
  ] as const)('and %s is named in both languages, not %s', (helps, other) => {
    const facts = { host: 'h', repository: 'm/app', mediaType: OCI_INDEX, detail: '', helps }
    for (const language of ['en', 'zh-CN'] as const) {
      const { next } = failureText(new Failure('manifest-refused', facts), language)
      expect(next).toContain(`--${helps}`)
      expect(next).not.toContain(`--${other}`)
    }
  })

  test.each([
    [OCI_INDEX, 'en', /--drop-attestations.*--docker-media-types/],
    [OCI_INDEX, 'zh-CN', /--drop-attestations.*--docker-media-types/],
    [OCI_INDEX, 'en', /--provenance=false .*oci-mediatypes=false/],
    [OCI_INDEX, 'zh-CN', /--provenance=false .*oci-mediatypes=false/],
    [DOCKER_LIST, 'en', /in zot: compat/],
    [DOCKER_LIST, 'zh-CN', /zot 中为 compat/],
  ] as const)('with what helps against %s, in %s', (mediaType, language, next) => {
    const failure = new Failure('manifest-refused', { host: 'h', repository: 'm/app', mediaType, detail: '' })
    const text = failureText(failure, language)
    expect(text.sentence).toContain(mediaType)
    expect(text.next).toMatch(next)
  })
})

describe('a repository that has to be made first is named, and how to make it', () => {
  test.each<[string, string, Parameters<typeof refuse>, string, string]>([
    [
      'ECR, by its host',
      ECR,
      [404, 'NAME_UNKNOWN', "The repository with name 'm/app' does not exist in the registry with id '123456789012'"],
      'Make it: aws ecr create-repository --repository-name m/app. Then try again.',
      '请先创建：aws ecr create-repository --repository-name m/app，再重试。',
    ],
    [
      'ECR, by its words',
      OTHER,
      [404, 'RepositoryNotFoundException', ''],
      'Make it: aws ecr create-repository --repository-name m/app. Then try again.',
      '请先创建：aws ecr create-repository --repository-name m/app，再重试。',
    ],
    [
      'Harbor, which calls it unauthorized',
      OTHER,
      [401, 'UNAUTHORIZED', 'project m not found: project m not found'],
      'Make the project m in Harbor, then try again.',
      '请先在 Harbor 中创建项目 m，再重试。',
    ],
    [
      'Harbor, which does not find it',
      OTHER,
      [404, 'NOT_FOUND', 'project m not found'],
      'Make the project m in Harbor, then try again.',
      '请先在 Harbor 中创建项目 m，再重试。',
    ],
    [
      'any other registry',
      OTHER,
      [404, 'NAME_UNKNOWN', 'repository name not known to registry'],
      'Make the repository or its project there first, then try again.',
      '请先在那里创建该仓库或项目，再重试。',
    ],
  ])('at %s', async (_, host, answered, english, chinese) => {
    registry.always('POST', UPLOADS, refuse(...answered))
    registry.always('PUT', MANIFESTS, refuse(...answered))
    const app = await mirror('m/app', host)
    const failures = [
      await failureFrom(app.putBlob(blob.descriptor, () => streamOf(blob.bytes))),
      await failureFrom(app.putManifest(image.root, 'v1')),
    ]
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'repository-missing', facts: { host, repository: 'm/app' } })
      expect(failureText(failure, 'en').next).toBe(english)
      expect(failureText(failure, 'zh-CN').next).toBe(chinese)
    }
  })

  test('but a source without it is not asked to make it', async () => {
    registry.always('GET', MANIFESTS, refuse(403, 'DENIED', 'project m not found'))
    const source = await client.open({ kind: 'registry', registry: OTHER, repository: 'm/app' }, 'source')
    await expect(source.manifest('v1')).rejects.toMatchObject({ code: 'pull-denied' })
  })
})

describe('a blob that the mirror refuses is named', () => {
  const digest = 'sha256:0'

  test.each([
    ['en', undefined, 'h does not take sha256:0 of 3.0 GiB, in one piece or in chunks.'],
    [
      'en',
      2 ** 40,
      'h does not take sha256:0 of 3.0 GiB, in one piece or in chunks (it wants 1.0 TiB or more in each).',
    ],
    ['zh-CN', undefined, 'h 不接受 sha256:0（3.0 GiB），整体上传和分块上传都被拒绝。'],
    ['zh-CN', 2 ** 40, 'h 不接受 sha256:0（3.0 GiB），整体上传和分块上传都被拒绝（它要求每块不小于 1.0 TiB）。'],
  ] as const)('MH-47 for its length, in %s: %s', (language, least, sentence) => {
    const facts = { host: 'h', digest, size: 3 * 2 ** 30, ...(least !== undefined && { least }) }
    const text = failureText(new Failure('blob-too-large', facts), language)
    expect(text).toEqual({ sentence, next: expect.stringContaining('client_max_body_size') })
  })

  test.each([
    ['en', 'What arrived at h was not sha256:0 (no).'],
    ['zh-CN', 'h 收到的内容不是 sha256:0（no）。'],
  ] as const)('MH-30 for its digest, in %s', (language, sentence) => {
    const failure = new Failure('digest-refused', { host: 'h', digest, detail: 'no' })
    expect(failureText(failure, language).sentence).toBe(sentence)
  })
})
