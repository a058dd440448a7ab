import type { Schemas } from './http.ts'
import { nodeId, repositoryUrl, userJson } from './objects.ts'
import type { Store } from './store.ts'

const SINCE = '2020-01-01T00:00:00Z'

/** The repository as webhooks send it, and the API too but for what `fullRepositoryJson` adds. */
export function repositoryJson(store: Store) {
  const openIssues = store.issues.filter((issue) => issue.state === 'open' && !issue.deleted).length
  return {
    id: store.repositoryId,
    node_id: nodeId('Repository', store.repositoryId),
    name: store.name,
    full_name: store.fullName,
    private: store.private,
    owner: userJson(store, store.owner),
    description: null,
    fork: false,
    ...urls(store),
    created_at: SINCE,
    updated_at: SINCE,
    pushed_at: SINCE,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: store.private ? ('private' as const) : ('public' as const),
    forks: 0,
    open_issues: openIssues,
    watchers: 0,
    default_branch: store.defaultBranch,
    custom_properties: {},
  }
}

/** The repository as its own address in the API shows it. */
export function fullRepositoryJson(store: Store) {
  return { ...repositoryJson(store), network_count: 0, subscribers_count: 0 } satisfies Schemas['full-repository']
}

function urls(store: Store) {
  const url = repositoryUrl(store)
  const page = `${store.pagesUrl}/${store.fullName}`
  return {
    html_url: page,
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
    git_url: `${page.replace('https:', 'git:')}.git`,
    ssh_url: `git@github.com:${store.fullName}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
  }
}
