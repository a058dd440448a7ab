import { isRepositoryPath } from '../../oci/reference.ts'

/** What a path asks for (distribution-spec, "Endpoints"). Names follow the grammar; keys are not judged yet. */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'manifest'; readonly repository: string; readonly key: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly key: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly key: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly key: string }
  | { readonly kind: 'bad-name' }
  | { readonly kind: 'none' }

/** A name may hold `blobs` or `tags` itself, so the endings count; `uploads` goes before the blobs it looks like. */
const WITH_REPOSITORY = [
  { kind: 'tags', pattern: /^\/v2\/(?<repository>.+)\/tags\/list$/ },
  { kind: 'manifest', pattern: /^\/v2\/(?<repository>.+)\/manifests\/(?<key>[^/]+)$/ },
  { kind: 'referrers', pattern: /^\/v2\/(?<repository>.+)\/referrers\/(?<key>[^/]+)$/ },
  { kind: 'uploads', pattern: /^\/v2\/(?<repository>.+)\/blobs\/uploads\/?$/ },
  { kind: 'upload', pattern: /^\/v2\/(?<repository>.+)\/blobs\/uploads\/(?<key>[^/]+)$/ },
  { kind: 'blob', pattern: /^\/v2\/(?<repository>.+)\/blobs\/(?<key>[^/]+)$/ },
] as const

/** Reads the path of a request, with or without its query. */
export function parseRoute(target: string): Route {
  const path = decoded(target.split('?', 1)[0] ?? '')
  if (path === undefined) return { kind: 'bad-name' }
  if (path === '/v2' || path === '/v2/') return { kind: 'base' }
  if (path === '/v2/_catalog') return { kind: 'catalog' }
  for (const { kind, pattern } of WITH_REPOSITORY) {
    const { repository, key = '' } = pattern.exec(path)?.groups ?? {}
    if (repository !== undefined) return isRepositoryPath(repository) ? { kind, repository, key } : { kind: 'bad-name' }
  }
  return { kind: 'none' }
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
