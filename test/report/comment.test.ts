import { describe, expect, test } from '@jest/globals'
import type { Language } from '../../src/failure/catalogue.ts'
import { Failure } from '../../src/failure/failure.ts'
import { COMMENT_LIMIT, renderComment, renderNotice } from '../../src/report/comment.ts'
import type { ItemView } from '../../src/report/request-view.ts'
import { fencesOf, GITHUB_AUTOLINKS, htmlOf, proseOf, tagsOf } from './markdown-reader.ts'
import {
  delivered,
  DIGEST,
  ended,
  failed,
  hostile,
  HOSTILE_TEXTS,
  left,
  OTHER_DIGEST,
  planned,
  progress,
  refused,
  unread,
  view,
} from './samples.ts'

const LANGUAGES: readonly Language[] = ['en', 'zh-CN']

const queued = (image: string): ItemView => ({ state: 'queued', image })
const running = (changes = {}): ItemView => ({ state: 'running', progress: progress(changes) })

const firstLine = (markdown: string) => markdown.split('\n', 1)[0]
const finished = (...items: readonly ItemView[]) => renderComment(view('finished', items), 'en')

const many = (count: number, one: (i: number) => ItemView) => Array.from({ length: count }, (_, i) => one(i))
const image = (i: number) => `registry.example/some/long/path/image-${i}:1.2.3`
const copied = (i: number) => ended(delivered({ image: image(i), address: `ghcr.io/acme/mirror/${image(i)}` }))

describe('the headline', () => {
  const done = ended(delivered())
  const other = ended(delivered({ image: 'docker.io/library/redis:7' }))
  const isPrivate = ended(delivered({ image: 'docker.io/library/mysql:8', access: 'private' }))

  test.each<[string, 'queued' | 'working' | 'finished', ItemView[]]>([
    ['### ⏳ 1 image queued', 'queued', [queued('a')]],
    ['### 🚢 Working on your image', 'working', [running()]],
    ['### 🚢 Working on your images: 1 of 3 done', 'working', [done, running(), queued('a')]],
    ['### ✅ Your image is ready to pull', 'finished', [done]],
    ['### ✅ All 2 images are ready to pull', 'finished', [done, other]],
    ['### 🔒 Mirrored, but private', 'finished', [isPrivate]],
    ['### 🚫 This image is not allowed here', 'finished', [ended(refused())]],
    ['### ❌ This image could not be mirrored', 'finished', [ended(failed())]],
    ['### ⏸️ This image is left for another run', 'finished', [ended(left())]],
    ['### ⚠️ 1 of 2 images mirrored; 1 left for another run', 'finished', [other, ended(left())]],
    ['### ⚠️ 1 of 3 images mirrored; 1 not allowed, 1 failed', 'finished', [done, ended(refused()), ended(failed())]],
    ['### ⚠️ 2 of 3 images mirrored (1 private); 1 failed', 'finished', [done, isPrivate, ended(failed())]],
  ])('reads %j', (headline, phase, items) => {
    expect(firstLine(renderComment(view(phase, items), 'en'))).toBe(headline)
  })

  test('counts an image once, and as failed where one of two mirrors failed', () => {
    const broken = ended(failed({ image: delivered().image, address: 'quay.io/acme/nginx:1.27' }))
    expect(firstLine(finished(done, done))).toBe('### ✅ Your image is ready to pull')
    expect(firstLine(finished(done, broken))).toBe('### ❌ This image could not be mirrored')
  })
})

describe('an image that is left for another run', () => {
  test.each<[Language, string, string]>([
    ['en', 'The time for this run (5h30m) is over', '**What to do**: Close this issue and open it again later'],
    ['zh-CN', '本次运行的时限（5h30m）已到', '**下一步**：请稍后关闭本 issue 再重新打开'],
  ])('is said in %s, with what whoever asked can do', (language, sentence, advice) => {
    const comment = renderComment(view('finished', [ended(left())]), language)
    expect(comment).toContain(sentence)
    expect(comment).toContain(advice)
    expect(comment).toContain('`ghcr.io/acme/mirror/docker.io/library/nginx:1.27`')
  })
})

describe('an image under way', () => {
  test('shows layers, bytes and a percentage', () => {
    const comment = renderComment(view('working', [running()]), 'en')
    expect(comment).toContain('copying ███░░░░░░░ 25 % · layers 8/15 · 50 MiB of 200 MiB')
  })

  test('is at 0 % while nothing is known, and never above 100 %', () => {
    const unknown = running({ total: { blobs: 0, bytes: 0 } })
    const over = running({ done: { blobs: 15, bytes: 201 * 1024 * 1024 } })
    expect(renderComment(view('working', [unknown]), 'en')).toContain('░░░░░░░░░░ 0 %')
    expect(renderComment(view('working', [over]), 'en')).toContain('██████████ 100 %')
  })

  test('says that it is being verified, in the language asked for', () => {
    const verifying = view('working', [running({ stage: 'verifying' })])
    expect(renderComment(verifying, 'en')).toContain('| verifying |')
    expect(renderComment(verifying, 'zh-CN')).toContain('| 校验中 |')
  })
})

describe('a delivered image', () => {
  test('has its address by tag and by digest, each to be copied', () => {
    expect(fencesOf(finished(ended(delivered()))).slice(0, 2)).toEqual([
      'ghcr.io/acme/mirror/docker.io/library/nginx:1.27',
      `ghcr.io/acme/mirror/docker.io/library/nginx@${DIGEST}`,
    ])
  })

  test('has commands for every client, and gives back the original name', () => {
    const [, , docker, podman, containerd, kubernetes] = fencesOf(finished(ended(delivered())))
    const address = 'ghcr.io/acme/mirror/docker.io/library/nginx:1.27'
    expect(docker).toContain(`docker pull ${address}\n`)
    expect(docker).toContain(`docker tag ${address} docker.io/library/nginx:1.27`)
    expect(podman).toContain(`podman pull ${address}`)
    expect(containerd).toContain(`nerdctl pull ${address}`)
    expect(containerd).toContain(`ctr -n k8s.io images pull ${address}`)
    expect(kubernetes).toBe(`image: ${address}@${DIGEST}`)
  })

  test('asked for by digest has one address and no name to give back', () => {
    const name = `docker.io/library/nginx@${DIGEST}`
    const comment = finished(ended(delivered({ image: name, address: `ghcr.io/acme/mirror/${name}` })))
    expect(fencesOf(comment)[0]).toBe(`ghcr.io/acme/mirror/${name}`)
    expect(fencesOf(comment)[1]).toBe(`docker pull ghcr.io/acme/mirror/${name}`)
    expect(comment).not.toContain('docker tag')
  })

  test('whose tag went on to another image is offered by digest only', () => {
    const note = { kind: 'tag-elsewhere', tag: '1.27', digest: OTHER_DIGEST } as const
    const comment = finished(ended(delivered({ notes: [note] })))
    expect(comment).toContain(`docker pull ghcr.io/acme/mirror/docker.io/library/nginx@${DIGEST}`)
    expect(comment).not.toContain('mirror/docker.io/library/nginx:1.27')
    expect(comment).toContain(`names another image at the source by now (\`${OTHER_DIGEST}\`)`)
  })

  test('says platforms, size, time and how it was verified', () => {
    const comment = finished(ended(delivered()))
    expect(comment).toContain('- **Digest**: the same as at the source')
    expect(comment).toContain('- **Platforms**: `linux/amd64` `linux/arm64/v8`')
    expect(comment).toContain('- **Size**: 200 MiB')
    expect(comment).toContain('- **Sent**: 50 MiB in 4.2 s')
    expect(comment).toContain('every manifest and every layer is at the mirror; it can be pulled without a login')
  })

  test('of many platforms lists some and counts the rest', () => {
    const facts = {
      digest: DIGEST,
      mediaType: 'x',
      size: 1,
      platforms: Array.from({ length: 40 }, (_, i) => `os/a${i}`),
    }
    expect(finished(ended(delivered({ facts })))).toContain('`os/a15` and 24 more')
  })

  test.each(['platforms-chosen', 'attestations-dropped', 'media-types-changed'] as const)(
    'of which the form is another one says that its digest is: %s',
    (kind) => {
      const outcome = delivered({ notes: [{ kind, sourceDigest: OTHER_DIGEST }] })
      const comment = finished(ended(outcome))
      expect(comment).toContain(`the one at the source is \`${OTHER_DIGEST}\``)
      expect(comment).not.toContain('the same as at the source')
      const chinese = renderComment(view('finished', [ended(outcome)]), 'zh-CN')
      expect(chinese).toContain(`源镜像的摘要是 \`${OTHER_DIGEST}\``)
      expect(chinese).not.toContain('与源镜像一致')
    },
  )

  test.each([
    [1, '1 image that it lists is left out', '另有 1 个镜像'],
    [3, '3 images that it lists are left out', '另有 3 个镜像'],
  ])('of a sparse index has its digest, and says how many images are not there: %i', (count, english, chinese) => {
    const outcome = delivered({ notes: [{ kind: 'platforms-left-out', count }] })
    expect(finished(ended(outcome))).toContain(english)
    expect(finished(ended(outcome))).toContain('the same as at the source')
    expect(finished(ended(outcome))).toContain('every manifest and every layer of these platforms is at the mirror')
    const zh = renderComment(view('finished', [ended(outcome)]), 'zh-CN')
    for (const words of [chinese, '这些平台的全部清单和镜像层均已在镜像站上']) expect(zh).toContain(words)
  })

  test('that was unchanged and not read has no empty facts', () => {
    const comment = finished(ended(unread()))
    expect(comment).toContain('Nothing to do: the mirror had it already.')
    expect(comment).not.toContain('**Size**')
    expect(comment).not.toContain('undefined')
  })

  test.each([
    ['ghcr.io/acme/mirror/nginx:1', 'Package settings → Change visibility'],
    ['registry.example/mirror/nginx:1', 'in the settings of that registry'],
  ])('that is private at %s is called so, with what to do', (address, advice) => {
    const comment = finished(ended(delivered({ address, access: 'private' })))
    expect(comment).toContain('> [!WARNING]')
    expect(comment).toContain(advice)
    expect(comment).toContain('it cannot be pulled without a login')
  })

  test('in a directory has no commands for registries', () => {
    const comment = finished(ended(delivered({ address: 'oci:./mirror:docker.io/library/nginx:1.27' })))
    expect(comment).toContain('oci:./mirror:docker.io/library/nginx:1.27')
    expect(comment).not.toContain('docker pull')
  })
})

describe('what did not come about', () => {
  test('a refusal names the nearest rules with their lines, and how to ask for one', () => {
    const comment = finished(ended(refused()))
    expect(comment).toContain(
      '- `docker.io/nginxinc/*` ([line 40](https://github.example/acme/mirror/blob/main/allows.txt#L40))',
    )
    expect(comment).toContain('[ask for a new rule](https://github.example/acme/mirror/issues/new?template=rule.yml)')
  })

  test('a refusal without links still says all of it', () => {
    const { runUrl: _, newRuleUrl: __, ...bare } = view('finished', [ended(refused())])
    const comment = renderComment({ ...bare, allowlist: { path: 'allows.txt' } }, 'en')
    expect(comment).toContain('- `docker.io/nginxinc/*` (line 40)')
    expect(comment).toContain('ask for a new rule')
    expect(comment).not.toContain('](')
  })

  test('an empty allowlist is the business of the maintainers', () => {
    const failure = new Failure('allowlist-empty', { allowlist: 'allows.txt' })
    const comment = finished(ended(refused({ failure, nearest: [] })))
    expect(comment).toContain('The allowlist allows.txt is missing or has no rules')
    expect(comment).not.toContain('nearest rules')
  })

  test.each<[string, Failure]>([
    ['**What to do**: Check the spelling', failed().failure],
    [
      '**For the maintainers of this mirror**: Give credentials',
      new Failure('push-denied', { host: 'ghcr.io', repository: 'acme/x', detail: 'denied' }),
    ],
    ['**What to do**: Try again', new Failure('registry-stalled', { host: 'docker.io', seconds: 60 })],
  ])('a failure says who does what next: %s', (next, failure) => {
    expect(finished(ended(failed({ failure })))).toContain(next)
  })
})

describe('hostile text in a comment', () => {
  const forms: readonly [string, (text: string) => string][] = [
    ['queued', (text) => renderComment(view('queued', [queued(text)]), 'en')],
    ['working', (text) => renderComment(view('working', [running({ image: text }), ended(hostile(text))]), 'en')],
    ['finished', (text) => finished(ended(hostile(text)))],
    ['folded', (text) => finished(...Array.from({ length: 8 }, () => ended(hostile(text))))],
    ['notice', (text) => renderNotice(hostile(text).failure, 'en')],
  ]

  test.each(forms)('%s: the page has the same shape whatever the text', (_, render) => {
    const harmless = tagsOf(render('harmless'))
    for (const text of HOSTILE_TEXTS) expect(tagsOf(render(text))).toEqual(harmless)
  })

  test.each(forms)('%s: nobody is mentioned and nothing is referred to', (_, render) => {
    for (const text of HOSTILE_TEXTS) {
      const prose = proseOf(render(text))
      for (const pattern of GITHUB_AUTOLINKS) expect(prose).not.toMatch(pattern)
    }
  })

  test('platforms that a manifest invents are only shown', () => {
    const facts = { digest: DIGEST, mediaType: 'x', size: 1, platforms: ['@octocat/<b>', '`](https://evil.example)'] }
    const comment = finished(ended(delivered({ facts })))
    expect(tagsOf(comment).filter((tag) => tag.includes('evil') || tag === '<b>')).toEqual([])
  })

  test.each(['javascript:alert(1)', 'not a url', 'data:text/html,x'])('%j is no link', (url) => {
    const { allowlist } = view('finished', [])
    expect(renderComment({ phase: 'finished', items: [], allowlist, runUrl: url }, 'en')).not.toContain('](')
  })

  test('a link ends where it should, even with parentheses in it', () => {
    const runUrl = 'https://github.example/a(b)/<c> d'
    const { allowlist } = view('finished', [])
    const html = htmlOf(renderComment({ phase: 'finished', items: [], allowlist, runUrl }, 'en'))
    expect(html).toContain('<a href="https://github.example/a%28b%29/%3Cc%3E%20d">')
  })
})

describe('the length of a comment', () => {
  const nasty = '`'.repeat(149) + '\u202e'.repeat(1000)

  test.each<[string, readonly ItemView[]]>([
    ['20 images at 2 mirrors', many(40, copied)],
    ['500 images', many(500, copied)],
    ['10,000 queued', many(10_000, (i) => queued(image(i)))],
    ['6 failures of hostile length', many(6, () => ended(hostile('<@#|'.repeat(100_000))))],
    ['40 failures of hostile length', many(40, () => ended(hostile(nasty)))],
    ['1,000 running with hostile names', many(1000, (i) => running({ image: `${nasty}${i}` }))],
  ])('%s: stays under the limit, in both languages', (_, items) => {
    for (const language of LANGUAGES) {
      for (const phase of ['queued', 'working', 'finished'] as const) {
        expect(renderComment(view(phase, items), language).length).toBeLessThanOrEqual(COMMENT_LIMIT)
      }
    }
  })

  test('few images are shown open, more are folded, and the usual most still has every command', () => {
    expect(finished(...many(6, copied))).toContain('#### ✅')
    expect(finished(...many(7, copied))).not.toContain('#### ✅')
    expect(finished(...many(20, copied)).match(/^docker pull /gm)).toHaveLength(20)
  })

  test('what is cut is counted', () => {
    const comment = finished(...many(1000, copied))
    const rows = comment.match(/^\| ✅ /gm)?.length ?? 0
    expect(rows).toBeGreaterThan(100)
    expect(comment).toContain(`… and ${1000 - rows} more, which do not fit here`)
  })
})

describe('the frame', () => {
  test('the footer links the run and says how to go on', () => {
    const comment = finished(ended(delivered()))
    expect(comment).toContain('[Log of this run](https://github.example/acme/mirror/actions/runs/7)')
    expect(comment).toContain('Edit the issue to change the request')
  })

  test('a plan shows what would be sent', () => {
    expect(finished(ended(planned()))).toContain('- 15 layers to send, 182 MiB')
    expect(finished(ended(planned({ upToDate: true })))).toContain('- up to date')
  })

  test('Chinese comments hold no English sentence', () => {
    const items = [delivered(), delivered({ access: 'private' }), unread(), refused(), failed()].map(ended)
    const comment = renderComment(view('finished', items), 'zh-CN')
    expect(proseOf(comment.replace('Package settings → Change visibility → Public', ''))).not.toMatch(
      /[a-z]+ [a-z]+ [a-z]+/,
    )
  })

  test.each<[Failure, RegExp]>([
    [new Failure('images-none', {}), /^### ✏️ This request cannot be carried out\n\nNo image was named\./],
    [new Failure('images-too-many', { count: 10_000, limit: 20 }), /10000 images were named; at most 20/],
    [new Failure('allowlist-empty', { allowlist: 'allows.txt' }), /^### ❌ [\s\S]*For the maintainers of this mirror/],
  ])('a notice says what is wrong with the whole: %s', (failure, words) => {
    expect(renderNotice(failure, 'en')).toMatch(words)
    expect(renderNotice(failure, 'zh-CN')).toContain('无法处理这个请求')
  })
})
