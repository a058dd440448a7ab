import type { LayoutStore } from '../layout/store.ts'
import { json, refusal, type Answer } from './answer.ts'
import { getBlob } from './blobs.ts'
import { listing } from './listings.ts'
import { getManifest, putManifest } from './manifests.ts'
import { getReferrers } from './referrers.ts'
import type { RegistryRequest } from './request.ts'
import { parseRoute, type Route } from './route.ts'
import type { UploadSessions } from './upload-sessions.ts'
import { appendChunk, cancelUpload, finishUpload, startUpload, uploadStatus } from './uploads.ts'

/** What the registry is made of. */
export interface RegistryContext {
  readonly store: LayoutStore
  readonly uploads: UploadSessions
  readonly readOnly: boolean
}

type Methods = Readonly<Record<string, () => Answer | Promise<Answer>>>

/** Answers a request by the OCI distribution spec. */
export async function handle(context: RegistryContext, request: RegistryRequest): Promise<Answer> {
  const route = parseRoute(request.target)
  if (route.kind === 'none') return refusal('UNSUPPORTED', 'no such endpoint', { status: 404 })
  if (route.kind === 'bad-name') return refusal('NAME_INVALID', 'not a repository name')

  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead && context.readOnly) return refusal('UNSUPPORTED', 'this registry is read-only')
  // A browser names the page that a write comes from, and no registry client does: no page may push to loopback.
  if (!isRead && request.headers.origin !== undefined) return refusal('DENIED', 'web pages may not push')

  const methods = methodsOf(route, context, request)
  const answer = methods[request.method === 'HEAD' ? 'GET' : request.method]
  return answer === undefined ? notAllowed(methods) : answer()
}

type KnownRoute = Exclude<Route, { kind: 'none' } | { kind: 'bad-name' }>

function methodsOf(route: KnownRoute, context: RegistryContext, request: RegistryRequest): Methods {
  const { store } = context
  switch (route.kind) {
    case 'base':
      return { GET: () => json(200, {}) }
    case 'catalog':
      return {
        GET: async () => listing(request, await store.repositories(), (repositories) => ({ repositories })),
      }
    case 'tags':
      return { GET: () => listTags(store, route.repository, request) }
    case 'manifest':
      return {
        GET: () => getManifest(store, route.repository, route.key, request),
        PUT: () => putManifest(store, route.repository, route.key, request),
      }
    case 'referrers':
      return { GET: () => getReferrers(store, route.repository, route.key, request) }
    case 'blob':
      return { GET: () => getBlob(store, route.repository, route.key, request) }
    case 'uploads':
      return { POST: () => startUpload(context, route.repository, request) }
    case 'upload':
      return {
        GET: () => uploadStatus(context, route.repository, route.key),
        PATCH: () => appendChunk(context, route.repository, route.key, request),
        PUT: () => finishUpload(context, route.repository, route.key, request),
        DELETE: () => cancelUpload(context, route.repository, route.key),
      }
  }
}

async function listTags(store: LayoutStore, name: string, request: RegistryRequest): Promise<Answer> {
  const tags: string[] = []
  for await (const tag of store.repository(name).tags()) tags.push(tag)
  if (tags.length === 0) return refusal('NAME_UNKNOWN', `there is no repository ${name}`)
  return listing(request, tags, (page) => ({ name, tags: page }))
}

function notAllowed(methods: Methods): Answer {
  const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return refusal('UNSUPPORTED', 'not supported', { headers: { allow: allow.join(', ') } })
}
