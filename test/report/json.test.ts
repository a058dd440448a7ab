import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/failure/failure.ts'
import { failureToJson, outcomeToJson } from '../../src/report/json.ts'
import { delivered, DIGEST, failed, left, OTHER_DIGEST, planned, refused, unread } from './samples.ts'

describe('an outcome as JSON', () => {
  test('of a delivered image', () => {
    const notes = [{ kind: 'platforms-chosen', sourceDigest: OTHER_DIGEST } as const]
    expect(outcomeToJson(delivered({ notes }))).toStrictEqual({
      status: 'copied',
      image: 'docker.io/library/nginx:1.27',
      address: 'ghcr.io/acme/mirror/docker.io/library/nginx:1.27',
      digest: DIGEST,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      size: 209_715_200,
      sent: { blobs: 12, bytes: 52_428_800 },
      milliseconds: 4200,
      verified: 'everything',
      access: 'public',
      notes: [{ kind: 'platforms-chosen', sourceDigest: OTHER_DIGEST }],
    })
  })

  test('of an unchanged image that was not read has no facts', () => {
    expect(Object.keys(outcomeToJson(unread()))).toEqual([
      'status',
      'image',
      'address',
      'digest',
      'sent',
      'milliseconds',
      'verified',
      'access',
      'notes',
    ])
  })

  test('of a plan', () => {
    expect(outcomeToJson(planned())).toMatchObject({
      status: 'planned',
      upToDate: false,
      toSend: { blobs: 15, bytes: 190_840_832 },
    })
  })

  test('of a refusal has the nearest rules', () => {
    expect(outcomeToJson(refused())).toStrictEqual({
      status: 'refused',
      image: 'docker.io/evil/nginx:1',
      error: {
        code: 'not-allowed',
        message: 'docker.io/evil/nginx:1 is not on the allowlist (allows.txt).',
        next: 'Ask the maintainers of this mirror to add a rule for it.',
      },
      nearest: [{ pattern: 'docker.io/nginxinc/*', line: 40 }],
    })
  })

  test.each([undefined, 'ghcr.io/acme/mirror/docker.io/library/ngnix:1.27'])('of a failure, address %p', (address) => {
    const json = outcomeToJson(failed(address === undefined ? {} : { address }))
    expect(json).toMatchObject({ status: 'failed', error: { code: 'image-unknown' } })
    expect('address' in json).toBe(address !== undefined)
  })

  test('of what is left has the reason', () => {
    expect(outcomeToJson(left())).toMatchObject({
      status: 'left',
      address: left().address,
      error: { code: 'deadline-reached' },
    })
  })

  test.each([delivered(), unread(), planned(), refused(), failed(), left()])('is plain data: $status', (outcome) => {
    const json = outcomeToJson(outcome)
    expect(JSON.parse(JSON.stringify(json))).toStrictEqual(json)
  })

  test('a failure alone has code, message and next step, and no stack', () => {
    const failure = new Failure('internal', { detail: 'x' }, { cause: new Error('secret') })
    expect(Object.keys(failureToJson(failure))).toEqual(['code', 'message', 'next'])
  })
})
