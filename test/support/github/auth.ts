import { ApiError } from './http.ts'

export type Permission = 'actions' | 'contents' | 'issues' | 'pull_requests'
export type Permissions = Readonly<Partial<Record<Permission, 'read' | 'write'>>>

/** What an endpoint asks of a token, as its `x-accepted-github-permissions` says: `issues=write`. */
export type Need = `${Permission}=${'read' | 'write'}` | 'metadata=read'

/** A registered token: whose it is, and what it may do. */
export interface Token {
  readonly login: string
  /** `installation` is the kind of a workflow's own token. */
  readonly kind: 'installation' | 'user'
  readonly permissions: Permissions
}

/** The identity behind a workflow's own token. */
export const ACTIONS_LOGIN = 'github-actions[bot]'

/** A workflow's own token with the permissions that its job declares. */
export function actionsToken(permissions: Permissions): Token {
  return { login: ACTIONS_LOGIN, kind: 'installation', permissions }
}

/**
 * The token that an `Authorization` header names; undefined without the header.
 * @throws ApiError 401 for one that is not registered
 */
export function authenticate(tokens: ReadonlyMap<string, Token>, header: string | undefined): Token | undefined {
  if (header === undefined) return undefined
  const [, secret = ''] = /^(?:bearer|token) (\S+)$/i.exec(header) ?? []
  const token = tokens.get(secret)
  if (token === undefined) throw new ApiError(401, 'Bad credentials', { docs: 'https://docs.github.com/rest' })
  return token
}

/**
 * Checks the token against what the endpoint accepts. Stricter than GitHub in one point: a token without a
 * permission to read may not read what is public either, so that what passes here works in a private repository.
 * Of several needs GitHub asks any; only the first counts here, the others being for pull requests.
 * @throws ApiError 401 where anybody would have to log in, 403 where the token may not do this
 */
export function authorize(token: Token | undefined, needs: readonly Need[]): void {
  const [need] = needs
  if (need === undefined) return
  if (token === undefined) {
    if (need.endsWith('=write')) throw new ApiError(401, 'Requires authentication')
    return
  }
  if (grants(token.permissions, need)) return
  const owner = token.kind === 'installation' ? 'integration' : 'personal access token'
  throw new ApiError(403, `Resource not accessible by ${owner}`)
}

function grants(permissions: Permissions, need: Need): boolean {
  if (need === 'metadata=read') return true
  return Object.entries(permissions).some(([name, level]) => need === `${name}=read` || need === `${name}=${level}`)
}
