import { createHash } from 'node:crypto'
import { excerpt } from '../failure/excerpt.ts'
import { Failure } from '../failure/failure.ts'
import { formatPlatform, parsePlatform, type Platform } from '../oci/platform.ts'
import { formatReference, parseReference, repositoryName, type ImageReference } from '../oci/reference.ts'
import { isSameLabel } from './event.ts'
import { answerLines, readForm } from './form.ts'

/** One image that was asked for: understood, or not. `text` is what the person wrote: escape it. */
export type RequestedImage =
  { readonly text: string; readonly reference: ImageReference } | { readonly text: string; readonly failure: Failure }

/** What an issue asks for. */
export interface MirrorRequest {
  readonly images: readonly RequestedImage[]
  /** Absent for all that the image has. */
  readonly platforms?: readonly Platform[]
}

/** A request that cannot be carried out as a whole. */
export interface FaultyRequest {
  readonly fault: Failure
}

/** The parts of an issue that can ask for something. */
export interface IssueText {
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
}

// What the forms put before a title, in each language; any short word in brackets is taken for one, too.
const TITLE_PREFIX = /^(?:\[[^\]]{1,20}\]|(?:mirror|同步镜像|镜像)\s*[:：])\s*/i
const MOST_PLATFORMS = 50
const ALL_PLATFORMS = new Set(['', 'all', 'none', '全部', '所有'])

/** Whether an issue is a request at all: it carries the label, or its body is the form. */
export function isRequest(issue: IssueText, requestLabel: string): boolean {
  return issue.labels.some((label) => isSameLabel(label, requestLabel)) || readForm(issue.body).images !== undefined
}

/** Reads what an issue asks for, from its form and its title. At most `maxImages` different images are taken. */
export function readRequest(issue: IssueText, maxImages: number): MirrorRequest | FaultyRequest {
  const form = readForm(issue.body)
  const named = distinct(readImages(form.images ?? '').map(readImage))
  const images = [...named, ...imagesOfTitle(issue.title, named)]
  if (images.length === 0) return { fault: new Failure('images-none', {}) }
  if (images.length > maxImages) {
    return { fault: new Failure('images-too-many', { count: images.length, limit: maxImages }) }
  }
  try {
    const platforms = readPlatforms(form.platforms ?? '')
    return { images, ...(platforms.length > 0 && { platforms }) }
  } catch (error) {
    return { fault: Failure.from(error) }
  }
}

/**
 * What tells one request from another: equal where the same work would be done, whatever the order and the
 * spelling. As sha256 in hexadecimal.
 */
export function fingerprint(request: MirrorRequest | FaultyRequest): string {
  const meaning =
    'fault' in request
      ? { fault: request.fault.code, facts: request.fault.facts }
      : { images: request.images.map(keyOf).toSorted(), platforms: request.platforms?.map(formatPlatform).toSorted() }
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex')
}

/** The images that a field's text names: one a line, or with commas between them. */
function readImages(text: string): string[] {
  return answerLines(text)
    .flatMap((line) => line.split(/[,，]/))
    .map((part) => withoutBackticks(part.trim()).trim())
    .filter((part) => part !== '')
}

function readImage(text: string): RequestedImage {
  try {
    return { text, reference: parseReference(text) }
  } catch (error) {
    return { text, failure: Failure.from(error) }
  }
}

/** A title is free text: it counts where it is one whole reference that no word of a sentence could be. */
function imagesOfTitle(title: string, named: readonly RequestedImage[]): RequestedImage[] {
  const text = title.trim().replace(TITLE_PREFIX, '')
  if (!/[/:@]/.test(text)) return []
  const image = readImage(text)
  if ('failure' in image) return []
  const name = repositoryName(image.reference)
  const isNamed = named.some((other) => 'reference' in other && repositoryName(other.reference) === name)
  return isNamed ? [] : [image]
}

function readPlatforms(text: string): Platform[] {
  const names = answerLines(text)
    .flatMap((line) => line.split(/[,，]/))
    .map((name) => name.trim())
    .filter((name) => !ALL_PLATFORMS.has(name.toLowerCase()))
  const named = names.map((name) => parsePlatform(name))
  const platforms = [...new Map(named.map((platform) => [formatPlatform(platform), platform])).values()]
  // Each is compared with every entry of an index; there are not as many platforms in the world.
  if (platforms.length > MOST_PLATFORMS) throw new Failure('platform-invalid', { text: excerpt(names.join(', ')) })
  return platforms
}

function distinct(images: readonly RequestedImage[]): RequestedImage[] {
  const first = new Map<string, RequestedImage>()
  for (const image of images) if (!first.has(keyOf(image))) first.set(keyOf(image), image)
  return [...first.values()]
}

function keyOf(image: RequestedImage): string {
  return 'reference' in image ? formatReference(image.reference) : image.text
}

function withoutBackticks(text: string): string {
  let start = 0
  let end = text.length
  while (text[start] === '`') start += 1
  while (end > start && text[end - 1] === '`') end -= 1
  return text.slice(start, end)
}
