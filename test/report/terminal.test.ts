import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/failure/failure.ts'
import type { Note } from '../../src/outcome/outcome.ts'
import { logText, outcomeLines, totalLine, type LineStyle } from '../../src/report/terminal.ts'
import {
  delivered,
  DIGEST,
  failed,
  hostile,
  HOSTILE_TEXTS,
  left,
  OTHER_DIGEST,
  planned,
  refused,
  unread,
} from './samples.ts'

const EN: LineStyle = { language: 'en', color: false }
const ZH: LineStyle = { language: 'zh-CN', color: false }

describe('lines for a terminal', () => {
  test('say in one line what was copied where', () => {
    expect(outcomeLines(delivered(), EN)).toEqual([
      'copied    docker.io/library/nginx:1.27 -> ghcr.io/acme/mirror/docker.io/library/nginx:1.27 ' +
        `${DIGEST} 2 platforms, 200 MiB, 4.2 s`,
    ])
  })

  test('say it in Chinese', () => {
    expect(outcomeLines(delivered(), ZH)[0]).toMatch(/^已复制 docker\.io.* 2 个平台, 200 MiB, 4\.2 秒$/)
  })

  test('leave out what is not known of an unchanged image', () => {
    expect(outcomeLines(unread(), EN)[0]).toMatch(/^unchanged docker\.io.*[0-9a-f] 4\.2 s$/)
  })

  test('say what a plan would send', () => {
    expect(outcomeLines(planned(), EN)[0]).toMatch(/^planned {3}docker\.io.* 15 layers to send, 182 MiB$/)
    expect(outcomeLines(planned({ upToDate: true }), EN)[0]).toMatch(/ up to date$/)
  })

  test('add what the person should know', () => {
    const note = { kind: 'platforms-chosen', sourceDigest: OTHER_DIGEST } as const
    const lines = outcomeLines(delivered({ access: 'private', notes: [note] }), EN)
    expect(lines).toHaveLength(3)
    expect(lines[1]).toBe('          it cannot be pulled without a login')
    expect(lines[2]).toContain(`the one at the source is ${OTHER_DIGEST}.`)
  })

  test.each<[Note, string]>([
    [{ kind: 'referrers', count: 1 }, '1 signature, attestation or the like came along.'],
    [{ kind: 'referrers', count: 2 }, '2 signatures, attestations or the like came along.'],
    [
      { kind: 'referrers-failed', count: 2, code: 'blob-unknown' },
      '2 signatures, attestations or the like could not be brought along (blob-unknown); the image itself is whole.',
    ],
    [
      { kind: 'referrers-failed', count: 0, code: 'registry-error' },
      'Whether signatures, attestations or the like belong to the image could not be found out (registry-error); the image itself is whole.',
    ],
  ])('tell of what is attached: %j', (note, line) => {
    expect(
      outcomeLines(delivered({ notes: [note] }), EN)
        .at(-1)
        ?.trim(),
    ).toBe(line)
  })

  test('give a failure with its next step, and where it was to go', () => {
    expect(outcomeLines(failed({ address: 'ghcr.io/acme/x:1' }), EN)).toEqual([
      'failed    docker.io/library/ngnix:1.27 -> ghcr.io/acme/x:1',
      '          docker.io has no image docker.io/library/ngnix:1.27.',
      '          Check the spelling of the name and the tag.',
    ])
  })

  test.each([
    [{ remaining: 0 }, 'docker.io allows no more pulls for now.', 'docker.io 的拉取次数暂时用完。'],
    [
      { remaining: 1 },
      'docker.io allows only 1 more pull for now, which is kept in reserve.',
      'docker.io 的拉取次数暂时只剩 1 次，予以保留。',
    ],
    [
      { remaining: 20, seconds: 18_720 },
      'docker.io allows only 20 more pulls for now, which are kept in reserve; there are more in 5h12m at the latest.',
      'docker.io 的拉取次数暂时只剩 20 次，予以保留，最迟 5h12m 后恢复。',
    ],
  ])('say why an image is left: %j', (facts, english, chinese) => {
    const outcome = left({ failure: new Failure('pull-limit-reached', { host: 'docker.io', ...facts }) })
    expect(outcomeLines(outcome, EN)).toEqual([
      'left      docker.io/library/nginx:1.27 -> ghcr.io/acme/mirror/docker.io/library/nginx:1.27',
      `          ${english}`,
      expect.stringContaining('Run the same again later'),
    ])
    expect(outcomeLines(outcome, ZH)[0]).toMatch(/^待继续 /)
    expect(outcomeLines(outcome, ZH)[1]).toBe(`          ${chinese}`)
  })

  test('say how long a run had that came to its end', () => {
    expect(outcomeLines(left(), EN)[1]).toContain('The time for this run (5h30m) is over')
    expect(outcomeLines(left(), ZH)[1]).toContain('本次运行的时限（5h30m）已到')
  })

  test('give a refusal with the nearest rules', () => {
    expect(outcomeLines(refused(), EN).slice(-2)).toEqual([
      '          The nearest rules are:',
      '            docker.io/nginxinc/* (line 40)',
    ])
    expect(outcomeLines(refused({ nearest: [] }), EN)).toHaveLength(3)
  })

  test('end with a count of images', () => {
    expect(totalLine([delivered(), failed(), refused()], EN)).toBe('3 images: 1 ready, 1 refused, 1 failed')
    expect(totalLine([left({ image: 'a' }), left({ image: 'b' })], EN)).toBe('2 images: 2 left for another run')
    expect(totalLine([left(), failed()], ZH)).toBe('共 2 个镜像：1 个留待下次，1 个失败')
  })

  test('are coloured only where that is wanted', () => {
    const [line] = outcomeLines(delivered(), { ...EN, color: true })
    expect(line?.startsWith('\u001b[32mcopied   \u001b[0m docker.io/')).toBe(true)
    expect(outcomeLines(delivered(), EN).join('')).not.toContain('\u001b')
  })
})

describe('hostile text in a log', () => {
  test.each([...HOSTILE_TEXTS, '::error::x', '  ::set-output name=x::y', '##[error]x', 'a\n::add-mask::b'])(
    '%j makes no line, escape sequence or command of its own',
    (text) => {
      const lines = outcomeLines(hostile(text), EN)
      expect(lines).toHaveLength(3)
      for (const line of lines) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(line).not.toMatch(/^\s*::|##\[/)
      }
    },
  )

  test.each([
    ['::warning file=x::y', '\\u{3a}:warning file=x::y'],
    ['  ::x::', '  \\u{3a}:x::'],
    ['a ##[group]b', 'a #\\u{23}[group]b'],
    ['[::1]:5000/app', '[::1]:5000/app'],
  ])('%j reads %j', (raw, shown) => {
    expect(logText(raw)).toBe(shown)
  })
})
