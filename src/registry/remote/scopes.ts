/** The scope that reading a repository needs (distribution, token scope specification). */
export function pullScope(repository: string): string {
  return `repository:${repository}:pull`
}

/** The scope that writing to a repository needs; `push` named first, as some token services read no further. */
export function pushScope(repository: string): string {
  return `repository:${repository}:push,pull`
}

/** One scope a resource, with all the actions asked for on it; the order of first mention is kept. */
export function mergeScopes(scopes: readonly string[]): string[] {
  const merged = new Map<string, Set<string>>()
  for (const scope of scopes) {
    // A repository may hold a host with a port, so the actions stand behind the last colon.
    const [, resource = scope, actions] = /^(.*):([^:]*)$/.exec(scope) ?? []
    const wanted = merged.get(resource) ?? new Set()
    for (const action of actions?.split(',') ?? []) wanted.add(action)
    merged.set(resource, wanted)
  }
  return [...merged].map(([resource, wanted]) =>
    wanted.size === 0 ? resource : `${resource}:${[...wanted].join(',')}`,
  )
}
