import * as z from 'zod/mini'
import type { ConfigExpectation } from '../failure/config-fault.ts'
import { isLayoutText, parseAddress } from '../oci/place.ts'
import { parsePlatform } from '../oci/platform.ts'
import { isRegistry, isRepositoryPath } from '../oci/reference.ts'
import { isTagPattern } from '../policy/tag-pattern.ts'
import { parseByteSize } from './byte-size.ts'
import { parseDuration } from './duration.ts'

const LINE = /^[^\r\n]*\S[^\r\n]*$/
// GitHub's own limit for the name of a label.
const LONGEST_LABEL = 50

/** A text that `read` takes. The message of every check is the expectation that it stands for. */
function textFor(expected: ConfigExpectation, accepts: (text: string) => boolean) {
  return z.string(expected).check(z.refine(accepts, expected))
}

const line = z.string('text').check(z.regex(LINE, 'text'))
const mirror = textFor('mirror', isMirror)
const host = textFor('host', isRegistry)
const count = z.int('count').check(z.minimum(1, 'count'))
const size = z.union([z.int('size').check(z.minimum(1, 'size')), textFor('size', isSize)], 'size')
const duration = textFor('duration', (text) => parseDuration(text) !== undefined)
const onOrOff = z.boolean('switch')

/** One mirror written out, for when its naming is not the default. */
const mirrorEntry = z.strictObject(
  {
    address: mirror.check(z.describe('Registry with a prefix (ghcr.io/acme/mirror) or a directory (oci:./mirror).')),
    naming: key(
      z.enum(['prefix', 'flat'], 'naming'),
      'prefix (the default) keeps the path of the source, flat joins it into one name for two-level registries.',
    ),
  },
  'mapping',
)

/** What keeps a run from being held or filled by what registries serve. */
const limits = z.strictObject(
  {
    manifest: key(size, 'Largest manifest or index that is read. Default: 8MiB.'),
    manifests: key(size, 'Bytes of all manifests of an image together. Default: 32MiB.'),
    depth: key(count, 'How deep indexes may stand within indexes. Default: 4.'),
    parts: key(count, 'Manifests and blobs of an image together. Default: 5000.'),
    stall: key(duration, 'Longest time in which a transfer may stand still. Default: 60s.'),
    rate: key(size, 'Fewest bytes a second of a transfer that goes on. Default: 1KiB.'),
  },
  'mapping',
)

/** The configuration file as people write it: every key may be left out, and no other key may be there. */
export const configSchema = z.strictObject(
  {
    mirrors: key(z.array(z.union([mirror, mirrorEntry], 'mirror'), 'list'), 'Where images are copied to.'),
    allowlist: key(line, 'Path of the list of images that may be requested. Default: allows.txt.'),
    images: key(
      z.array(
        textFor('image', (text) => isReadable(text, parseAddress)),
        'list',
      ),
      'Images for the command copy, as in docker.io/library/nginx:1.27.',
    ),
    platforms: key(
      z.array(
        textFor('platform', (text) => isReadable(text, parsePlatform)),
        'list',
      ),
      'Platforms to copy, as in linux/amd64. Default: all, with the digest of the source.',
    ),
    sparse: key(
      onOrOff,
      'With platforms: keep the index and its digest, and leave the other platforms out of the mirror. Not with drop-attestations or docker-media-types. Default: false.',
    ),
    'drop-attestations': key(
      onOrOff,
      'Leave attestations out of indexes, for registries that refuse them; changes the digest. Default: false.',
    ),
    'docker-media-types': key(
      onOrOff,
      "Write manifests in Docker's media types, without attestations, for registries that refuse OCI's; changes the digest. Default: false.",
    ),
    referrers: key(
      z.enum(['auto', 'always', 'none'], 'referrers'),
      'Signatures and the like: auto takes them along with what is copied, always looks for them at tags that are up to date as well, none leaves them. Default: auto.',
    ),
    'foreign-layers': key(
      onOrOff,
      'Copy layers that may not be redistributed, too, from where their publisher has them. Default: false.',
    ),
    tags: key(
      z.enum(['mutable', 'immutable'], 'tags'),
      'Whether a tag of a mirror may be moved to another digest. Default: mutable.',
    ),
    'mutable-tags': key(
      z.array(textFor('tag-pattern', isTagPattern), 'list'),
      'With tags: immutable, tags that may be moved all the same, as in latest or "*-nightly".',
    ),
    'backup-tags': key(onOrOff, 'Keep what a moved tag led to under a dated tag. Default: false.'),
    endpoints: key(
      z.record(host, textFor('endpoint', isEndpoint), 'mapping'),
      'Where a registry is really read from: its host, then another host or an http(s) address.',
    ),
    'insecure-registries': key(z.array(host, 'list'), 'Registries that speak plain http, besides loopback.'),
    language: key(z.enum(['en', 'zh-CN'], 'language'), 'Language of answers and reports. Default: en.'),
    'max-size': key(size, 'Largest image to copy, in bytes or as in 20GiB. Default: 20GiB.'),
    'max-images': key(count, 'Most images in one request. Default: 20.'),
    limits: key(limits, 'Bounds on what is read of an image, and on how slowly.'),
    'request-label': key(
      line.check(z.maxLength(LONGEST_LABEL, 'text')),
      'Label that makes an issue a request. Default: mirror.',
    ),
    concurrency: key(count.check(z.maximum(64, 'count')), 'Most transfers at a time. Default: 4.'),
    'pull-reserve': key(
      z.int('count-from-zero').check(z.minimum(0, 'count-from-zero')),
      "Pulls that are left of a registry's limit for others: a run stops there. Default: 0.",
    ),
    deadline: key(
      duration,
      'Time that a run may take, as in 45m or 5h30m: what is not done by then is left. Default: 5h30m for the Action, none for the command line.',
    ),
  },
  'mapping',
)

/** The keys of the configuration file. */
export const CONFIG_KEYS: readonly string[] = Object.keys(configSchema.shape)

/** The keys of a mirror that is written out. */
export const MIRROR_KEYS: readonly string[] = Object.keys(mirrorEntry.shape)

/** The keys of `limits`. */
export const LIMIT_KEYS: readonly string[] = Object.keys(limits.shape)

/** A key that may be left out, with its description for editors. */
function key<Schema extends z.ZodMiniType>(schema: Schema, description: string) {
  return z.optional(schema).check(z.describe(description))
}

function isReadable(text: string, read: (text: string) => unknown): boolean {
  try {
    read(text)
    return true
  } catch {
    return false
  }
}

function isMirror(text: string): boolean {
  if (isLayoutText(text)) return isReadable(text, parseAddress)
  const [registry = '', ...prefix] = text.split('/')
  return isRegistry(registry) && (prefix.length === 0 || isRepositoryPath(prefix.join('/')))
}

function isSize(text: string): boolean {
  return parseByteSize(text) !== undefined
}

/** Whether a registry can be spoken to at a host, a host with a path, or an http(s) address. */
export function isEndpoint(text: string): boolean {
  const address = text.includes('://') ? text : `https://${text}`
  if (!URL.canParse(address) || /\s/.test(text)) return false
  const { protocol, username, password, search, hash } = new URL(address)
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '')
}
