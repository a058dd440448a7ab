import type { Need } from './auth.ts'
import type { Answer, Call } from './http.ts'

/** An endpoint: one line of GitHub's reference. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** As the reference writes it: `/repos/{owner}/{repo}/issues/{issue_number}`; `{path+}` takes slashes too. */
  readonly path: string
  /** The permissions of which a token needs one; none for endpoints that are not of a repository. */
  readonly needs: readonly Need[]
  /** The page in the reference: `issues/issues#get-an-issue`. */
  readonly docs: string
  readonly handle: (call: Call) => Answer
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** The endpoint for a request; undefined where there is none, be it for the path or for the method alone. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  for (const route of routes) {
    if (route.method !== method) continue
    const params = matchPath(route.path, path)
    if (params !== undefined) return { route, params }
  }
  return undefined
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const source = pattern
    .replaceAll(/[.+?^$()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\{(\w+)\\\+\}/g, '(?<$1>.+)')
    .replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  const groups = new RegExp(`^${source}$`).exec(path)?.groups
  if (groups === undefined) return path === pattern ? {} : undefined
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]))
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
