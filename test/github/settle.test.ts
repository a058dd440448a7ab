import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/failure/failure.ts'
import { closingOf, resultOf } from '../../src/github/settle.ts'
import type { Outcome } from '../../src/outcome/outcome.ts'

const DONE: Outcome = {
  status: 'copied',
  image: 'docker.io/library/nginx:1',
  address: 'ghcr.io/acme/docker.io/library/nginx:1',
  digest: `sha256:${'a'.repeat(64)}`,
  sent: { blobs: 1, bytes: 1 },
  milliseconds: 1,
  verified: 'everything',
  access: 'public',
  notes: [],
}
const THERE: Outcome = { ...DONE, status: 'unchanged' }
const REFUSED: Outcome = {
  status: 'refused',
  image: 'docker.io/library/nginx:1',
  failure: new Failure('not-allowed', { image: 'docker.io/library/nginx:1', allowlist: 'allows.txt' }),
  nearest: [],
}
const MISSPELT: Outcome = {
  status: 'failed',
  image: '$',
  failure: new Failure('reference-invalid', { text: '$', reason: 'grammar' }),
}
const BROKEN: Outcome = {
  status: 'failed',
  image: 'docker.io/library/nginx:1',
  failure: new Failure('push-denied', { host: 'ghcr.io', repository: 'acme', detail: '' }),
}
const PASSING: Outcome = {
  status: 'failed',
  image: 'docker.io/library/nginx:1',
  failure: new Failure('registry-throttled', { host: 'docker.io' }),
}

const LEFT: Outcome = {
  status: 'left',
  image: 'docker.io/library/nginx:1',
  failure: new Failure('deadline-reached', { milliseconds: 1000 }),
}

const COMPLETED = { state: 'closed', reason: 'completed' }
const NOT_PLANNED = { state: 'closed', reason: 'not_planned' }
const OPEN = { state: 'open' }

describe('an issue', () => {
  test.each([
    ['all was copied or there', [DONE, THERE], ['done'], COMPLETED],
    ['some was refused', [DONE, REFUSED], ['refused', 'done'], COMPLETED],
    ['all was refused', [REFUSED, REFUSED], ['refused'], NOT_PLANNED],
    ['the requester misspelt', [MISSPELT], ['failed'], NOT_PLANNED],
    ['the requester misspelt one of several', [DONE, MISSPELT, REFUSED], ['failed', 'refused', 'done'], NOT_PLANNED],
    ['the mirror takes nothing', [BROKEN], ['failed'], OPEN],
    ['a maintainer and the requester have something to mend', [MISSPELT, BROKEN], ['failed'], OPEN],
    ['something is left', [DONE, LEFT], ['failed', 'done'], OPEN],
    ['it may work later', [DONE, PASSING], ['failed', 'done'], OPEN],
  ])('gets its labels and its state when %s', (_, outcomes, endings, state) => {
    const result = resultOf(outcomes)
    expect(result.endings).toEqual(endings)
    expect(closingOf(result)).toEqual(state)
  })

  test('is closed when nothing was asked for', () => {
    const result = resultOf([], new Failure('images-none', {}))
    expect(result.endings).toEqual(['failed'])
    expect(closingOf(result)).toEqual(NOT_PLANNED)
  })
})
