import { formatBytes, formatDuration } from '../failure/quantities.ts'
import type { Tally } from './tally.ts'
import type { Texts } from './texts.ts'

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

const are = (count: number): string => (count === 1 ? 'is' : 'are')

/** `3 refused, 1 failed`: what there is of each, left out where there is none. */
function parts(tally: Tally, names: ReadonlyArray<readonly [Exclude<keyof Tally, 'total'>, string]>): string {
  return names
    .filter(([standing]) => tally[standing] > 0)
    .map(([standing, name]) => `${tally[standing]} ${name}`)
    .join(', ')
}

/** Phrases in English. */
export const textsEn: Texts = {
  queued: (images) => `${counted(images, 'image')} queued`,
  working: (ended, total) =>
    total === 1 ? 'Working on your image' : `Working on your images: ${ended} of ${total} done`,
  ready: (images) => (images === 1 ? 'Your image is ready to pull' : `All ${images} images are ready to pull`),
  private: (images) => (images === 1 ? 'Mirrored, but private' : `${images} images mirrored, but not all are public`),
  refused: (images) =>
    images === 1 ? 'This image is not allowed here' : `These ${images} images are not allowed here`,
  failed: (images) =>
    images === 1 ? 'This image could not be mirrored' : `None of these ${images} images could be mirrored`,
  planned: (images) => `Plan for ${counted(images, 'image')}`,
  left: (images) => `${images === 1 ? 'This image is' : `These ${images} images are`} left for another run`,
  mixed: (tally) => {
    const mirrored = `${tally.ready + tally.private} of ${counted(tally.total, 'image')} mirrored`
    const isPrivate = tally.private > 0 ? ` (${tally.private} private)` : ''
    return `${mirrored}${isPrivate}; ${parts(tally, [
      ['planned', 'planned'],
      ['waiting', 'not begun'],
      ['running', 'not finished'],
      ['refused', 'not allowed'],
      ['left', 'left for another run'],
      ['failed', 'failed'],
    ])}`
  },
  faulty: 'This request cannot be carried out',

  status: {
    queued: 'queued',
    copying: 'copying',
    verifying: 'verifying',
    copied: 'copied',
    unchanged: 'unchanged',
    planned: 'planned',
    refused: 'refused',
    failed: 'failed',
    left: 'left',
  },
  heading: {
    image: 'Image',
    result: 'Result',
    address: 'Address',
    digest: 'Digest',
    platforms: 'Platforms',
    size: 'Size',
    sent: 'Sent',
    time: 'Time',
    verified: 'Verified',
  },

  labelled: (label, value) => `**${label}**: ${value}`,
  aside: (text) => ` (${text})`,
  joined: (phrases) => phrases.join('; '),
  pullBy: { tag: 'Pull it as:', digest: 'or by digest, which never changes:' },
  sameDigest: 'the same as at the source',
  platforms: (count) => counted(count, 'platform'),
  more: (count) => `and ${count} more`,
  duration: formatDuration,
  layers: (done, total) => `layers ${done}/${total}`,
  bytes: (done, total) => `${done} of ${total}`,
  unchanged: 'Nothing to do: the mirror had it already.',
  sent: (bytes, milliseconds) => `${formatBytes(bytes)} in ${formatDuration(milliseconds)}`,
  toSend: ({ blobs, bytes }) => `${counted(blobs, 'layer')} to send, ${formatBytes(bytes)}`,
  upToDate: 'up to date',
  verified: {
    everything: 'every manifest and every layer is at the mirror',
    sparse: 'every manifest and every layer of these platforms is at the mirror',
    tag: 'the mirror gives the same digest',
  },
  access: {
    public: 'it can be pulled without a login',
    private: 'it cannot be pulled without a login',
    unchecked: 'a pull without a login was not tried',
  },
  privateAdvice: (registry, quote) => [
    `**The image is there, but it is private**: ${quote(registry)} asks for a login before it can be pulled.`,
    registry === 'ghcr.io'
      ? 'A maintainer makes it public on the page of the package: **Package settings → Change visibility → Public**.'
      : 'A maintainer makes its repository public in the settings of that registry.',
    `Until then, whoever has access logs in first: ${quote(`docker login ${registry}`)}.`,
  ],
  note: (note, quote) => {
    switch (note.kind) {
      case 'platforms-chosen':
        return `Only the platforms that were asked for were copied. That makes a smaller index with a digest of its own; the one at the source is ${quote(note.sourceDigest)}.`
      case 'attestations-dropped':
        return `Attestations (provenance, SBOM) and the like were left out of the index, as this mirror is set to. That gives it a digest of its own; the one at the source is ${quote(note.sourceDigest)}.`
      case 'media-types-changed':
        return `The manifests were written in Docker's media types, as this mirror is set to; configuration and layers are the same. That gives the image a digest of its own; the one at the source is ${quote(note.sourceDigest)}.`
      case 'platforms-left-out':
        return `The index is the one at the source, with its digest, but only the platforms that were asked for were copied: ${counted(note.count, 'image')} that it lists ${are(note.count)} left out and can be pulled from here only if copied before.`
      case 'tag-elsewhere':
        if (note.digest === undefined) {
          return `The source has no tag ${quote(note.tag)}, so only the digest was mirrored and the mirror's tag was left alone.`
        }
        return `The tag ${quote(note.tag)} names another image at the source by now (${quote(note.digest)}), so only the digest was mirrored and the tag was left alone.`
      case 'foreign-layers':
        return `${counted(note.count, 'layer')} may not be redistributed and ${are(note.count)} fetched from the publisher when you pull.`
      case 'tag-backed-up':
        return `The mirror's tag led to another image before (${quote(note.digest)}), which is kept as ${quote(note.tag)}.`
      case 'referrers':
        return `${counted(note.count, 'signature, attestation or the like', 'signatures, attestations or the like')} came along.`
      case 'referrers-failed':
        if (note.count === 0) {
          return `Whether signatures, attestations or the like belong to the image could not be found out (${quote(note.code)}); the image itself is whole.`
        }
        return `${counted(note.count, 'signature, attestation or the like', 'signatures, attestations or the like')} could not be brought along (${quote(note.code)}); the image itself is whole.`
    }
  },

  commands: 'Commands to paste: docker, podman, containerd, Kubernetes',
  keepName: 'optional: go on using the original name',
  forKubelet: 'or, where the kubelet finds it:',

  notAllowed: (allowlist) => `No rule in ${allowlist} allows this image, so nothing was copied.`,
  nearest: 'The nearest rules are:',
  line: (line) => `line ${line}`,
  askForRule: (words) => `${words('Ask for a new rule')}.`,
  editOrAskForRule: (words) =>
    `If you meant an image that one of these rules allows, edit this issue; if not, ${words('ask for a new rule')}.`,
  next: {
    requester: 'What to do',
    maintainer: 'For the maintainers of this mirror',
    retry: 'What to do',
  },
  askAgain: 'Close this issue and open it again later: what has arrived is kept, and the work goes on from there.',

  runLog: 'Log of this run',
  // GitHub lets a requester reopen only what the requester has closed.
  smallPrint: 'Edit the issue to change the request; to run it again, close and reopen it, or open a new one.',
  leftOut: (count) => `… and ${count} more, which do not fit here; the log of the run has them all.`,
  summaryTitle: 'Mirrored images',
  total: (tally) => {
    const standings = parts(tally, [
      ['ready', 'ready'],
      ['private', 'private'],
      ['planned', 'planned'],
      ['waiting', 'not begun'],
      ['running', 'not finished'],
      ['refused', 'refused'],
      ['left', 'left for another run'],
      ['failed', 'failed'],
    ])
    return [counted(tally.total, 'image'), standings].filter(Boolean).join(': ')
  },
}
