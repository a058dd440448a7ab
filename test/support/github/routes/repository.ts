import { ApiError, notFound, ok, type Answer, type Call, type Schemas } from '../http.ts'
import { fileJson, runJson, userJson } from '../objects.ts'
import { fullRepositoryJson } from '../repository-json.ts'
import type { Route } from '../router.ts'
import type { Role } from '../store.ts'
import { numberOf } from '../validate.ts'

const REPOSITORY = '/repos/{owner}/{repo}'
const PERMISSION = `${REPOSITORY}/collaborators/{username}/permission`

export const repositoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: REPOSITORY,
    needs: ['metadata=read'],
    docs: 'repos/repos#get-a-repository',
    handle: ({ store }) => ok(fullRepositoryJson(store)),
  },
  {
    method: 'GET',
    path: PERMISSION,
    needs: ['metadata=read'],
    docs: 'collaborators/collaborators#get-repository-permissions-for-a-user',
    handle: permission,
  },
  {
    method: 'GET',
    path: `${REPOSITORY}/contents/{path+}`,
    needs: ['contents=read'],
    docs: 'repos/contents#get-repository-content',
    handle: contents,
  },
  {
    method: 'GET',
    path: `${REPOSITORY}/actions/runs/{run_id}`,
    needs: ['actions=read'],
    docs: 'actions/workflow-runs#get-a-workflow-run',
    handle: run,
  },
]

// The older word that `permission` still uses for each role.
const LEGACY: Readonly<Record<Role, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
}

function permission(call: Call): Answer {
  const { store, params, token } = call
  if (token === undefined) throw new ApiError(401, 'Requires authentication')
  const login = params.username ?? ''
  if (!store.people.has(login)) throw new ApiError(404, `${login} is not a user`)
  const role = store.role(login) ?? (store.private ? undefined : 'read')
  const roleName = role ?? 'none'
  const body: Schemas['repository-collaborator-permission'] = {
    permission: role === undefined ? 'none' : LEGACY[role],
    role_name: roleName,
    user: { ...userJson(store, login), role_name: roleName },
  }
  return ok(body)
}

function contents(call: Call): Answer {
  const { store, query } = call
  const path = call.params.path ?? ''
  const ref = query.get('ref')
  if (ref !== null && ref !== store.defaultBranch && ref !== `refs/heads/${store.defaultBranch}`) {
    throw new ApiError(404, `No commit found for the ref ${ref}`)
  }
  const text = store.files.get(path)
  if (text === undefined) throw notFound()
  if (/application\/vnd\.github(\.v3)?\.raw/.test(call.accept)) {
    return { status: 200, body: text, headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' } }
  }
  return ok(fileJson(store, path, text))
}

function run(call: Call): Answer {
  const found = call.store.runs.get(numberOf(call.params.run_id))
  if (found === undefined) throw notFound()
  return ok(runJson(call.store, found))
}
