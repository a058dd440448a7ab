import { describe, expect, test } from '@jest/globals'
import { renderSummary } from '../../src/report/summary.ts'
import { tagsOf } from './markdown-reader.ts'
import { delivered, failed, hostile, HOSTILE_TEXTS, left, planned, refused, unread } from './samples.ts'

const ROW = /^\| `.*$/gm

describe('the job summary', () => {
  test('has a row for every outcome and counts them', () => {
    const summary = renderSummary([delivered(), unread(), planned(), refused(), failed()], 'en')
    expect(summary.match(ROW)).toHaveLength(5)
    expect(summary).toContain('3 images: 1 planned, 1 refused, 1 failed')
  })

  test('shows address, short digest, platforms, size, what was sent and the time', () => {
    const [row] = renderSummary([delivered()], 'en').match(ROW) ?? []
    expect(row).toBe(
      '| `docker.io/library/nginx:1.27` | ✅&nbsp;copied | ' +
        '`ghcr.io/acme/mirror/docker.io/library/nginx:1.27`<br>`sha256:0123456789ab` | ' +
        '2 | 200&nbsp;MiB | 50&nbsp;MiB | 4.2&nbsp;s |',
    )
  })

  test('explains failures and refusals below the table', () => {
    const summary = renderSummary([failed(), refused()], 'zh-CN')
    expect(summary).toContain('#### `docker.io/library/ngnix:1.27`\n\ndocker.io 上没有镜像')
    expect(summary).toContain('#### `docker.io/evil/nginx:1`')
  })

  test('says once why images are left, however many they are', () => {
    const outcomes = Array.from({ length: 12 }, (_, index) => left({ image: `docker.io/library/app:${index}` }))
    const summary = renderSummary(outcomes, 'en')
    expect(summary.match(ROW)).toHaveLength(12)
    expect(summary.match(/⏸️&nbsp;left/g)).toHaveLength(12)
    expect(summary.match(/^The time for this run/gm)).toHaveLength(1)
    expect(summary).toContain('#### These 12 images are left for another run\n')
  })

  test('of no outcomes has no table', () => {
    expect(renderSummary([], 'en')).toBe('## Mirrored images\n\n0 images')
    expect(renderSummary([], 'zh-CN')).toBe('## 镜像同步结果\n\n共 0 个镜像')
  })

  test('has the same shape whatever was asked for', () => {
    const summaries = HOSTILE_TEXTS.map((text) => renderSummary([hostile(text)], 'en'))
    const harmless = tagsOf(renderSummary([hostile('harmless')], 'en'))
    for (const summary of summaries) expect(tagsOf(summary)).toEqual(harmless)
  })

  test('stays under the mebibyte that GitHub takes, and counts what it leaves out', () => {
    const outcomes = Array.from({ length: 5000 }, () => hostile('镜像`|@'.repeat(1000)))
    const summary = renderSummary(outcomes, 'zh-CN')
    expect(new TextEncoder().encode(summary).length).toBeLessThan(1024 * 1024)
    expect(summary.match(/另有 \d+ 个未能列出/g)).toHaveLength(2)
  })
})
