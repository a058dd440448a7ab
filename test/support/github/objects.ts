import { createHash } from 'node:crypto'
import type { Schemas } from './http.ts'
import {
  REACTIONS,
  type Comment,
  type Issue,
  type Label,
  type Person,
  type Reaction,
  type Run,
  type Store,
} from './store.ts'

// What the API and the webhooks show of what is stored. Plain objects, checked against GitHub's own schemas.

const DEFAULT_LABELS = new Set(['bug', 'documentation', 'duplicate', 'enhancement', 'invalid', 'question', 'wontfix'])

export function userJson(store: Store, login: string) {
  const { id, type } = store.person(login)
  const url = `${store.apiUrl}/users/${encodeURIComponent(login)}`
  const page = type === 'Bot' ? `apps/${login.replace('[bot]', '')}` : login
  return {
    login,
    id,
    node_id: nodeId('User', id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${store.pagesUrl}/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  } satisfies Schemas['simple-user']
}

/** What `/users/NAME` shows of an account beyond what stands beside a comment. */
export function publicUserJson(store: Store, person: Person) {
  const since = '2020-01-01T00:00:00Z'
  return {
    ...userJson(store, person.login),
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: since,
    updated_at: since,
  } satisfies Schemas['public-user']
}

export function labelJson(store: Store, label: Label) {
  const { id, name, color, description } = label
  return {
    id,
    node_id: nodeId('Label', id),
    url: `${repositoryUrl(store)}/labels/${encodeURIComponent(name)}`,
    name,
    color,
    default: DEFAULT_LABELS.has(name),
    description,
  } satisfies Schemas['label']
}

export function issueJson(store: Store, issue: Issue) {
  const url = `${repositoryUrl(store)}/issues/${issue.number}`
  return {
    url,
    repository_url: repositoryUrl(store),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issuePage(store, issue.number),
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    number: issue.number,
    title: issue.title,
    user: userJson(store, issue.author),
    labels: issue.labels.map((label) => labelJson(store, label)),
    state: issue.state,
    locked: issue.locked,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(store, issue.author),
    active_lock_reason: null,
    draft: false,
    body: issue.body,
    reactions: reactionsJson(`${url}/reactions`, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: issue.stateReason,
  } satisfies Schemas['issue']
}

/** An issue as its own address shows it: with who closed it, which lists and webhooks leave out. */
export function fullIssueJson(store: Store, issue: Issue) {
  return {
    ...issueJson(store, issue),
    closed_by: issue.closedBy === null ? null : userJson(store, issue.closedBy),
  } satisfies Schemas['issue']
}

export function commentJson(store: Store, comment: Comment) {
  const url = `${repositoryUrl(store)}/issues/comments/${comment.id}`
  return {
    url,
    html_url: `${issuePage(store, comment.issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(store)}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: userJson(store, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(store, comment.author),
    body: comment.body,
    reactions: reactionsJson(`${url}/reactions`, comment.reactions),
    performed_via_github_app: null,
  } satisfies Schemas['issue-comment']
}

export function reactionJson(store: Store, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: userJson(store, reaction.by),
    content: reaction.content,
    created_at: reaction.createdAt,
  } satisfies Schemas['reaction']
}

export function runJson(store: Store, run: Run) {
  const url = `${repositoryUrl(store)}/actions/runs/${run.id}`
  return {
    id: run.id,
    node_id: nodeId('WorkflowRun', run.id),
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: store.defaultBranch,
    run_attempt: 1,
    url,
    html_url: `${store.pagesUrl}/${store.fullName}/actions/runs/${run.id}`,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    cancel_url: `${url}/cancel`,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
  } satisfies Partial<Schemas['workflow-run']>
}

export function fileJson(store: Store, path: string, text: string) {
  const bytes = Buffer.from(text)
  const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  const url = `${repositoryUrl(store)}/contents/${path}?ref=${store.defaultBranch}`
  const git = `${repositoryUrl(store)}/git/blobs/${sha}`
  const html = `${store.pagesUrl}/${store.fullName}/blob/${store.defaultBranch}/${path}`
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size: bytes.length,
    url,
    html_url: html,
    git_url: git,
    download_url: `https://raw.githubusercontent.com/${store.fullName}/${store.defaultBranch}/${path}`,
    type: 'file',
    // GitHub breaks the lines of its base64, after 60 characters.
    content: bytes.toString('base64').replaceAll(/.{1,60}/g, '$&\n'),
    encoding: 'base64',
    _links: { self: url, git, html },
  } satisfies Schemas['content-file']
}

export function repositoryUrl(store: Store): string {
  return `${store.apiUrl}/repos/${store.fullName}`
}

/** In the older of GitHub's two forms. */
export function nodeId(kind: string, id: number): string {
  return Buffer.from(`0${kind.length}:${kind}${id}`).toString('base64')
}

function issuePage(store: Store, number: number): string {
  return `${store.pagesUrl}/${store.fullName}/issues/${number}`
}

function association(store: Store, login: string) {
  if (login === store.owner) return 'OWNER'
  return store.collaborators.has(login) ? 'COLLABORATOR' : 'NONE'
}

function reactionsJson(url: string, reactions: readonly Reaction[]) {
  const count = (content: (typeof REACTIONS)[number]): number =>
    reactions.filter((reaction) => reaction.content === content).length
  return {
    url,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  } satisfies Schemas['reaction-rollup']
}
