import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import type { WebhookDefinition } from '@octokit/webhooks-examples'
import { makeLabel } from '../support/github/changes.ts'
import {
  commentOnIssue,
  createIssue,
  editIssue,
  labelIssue,
  reopenIssue,
  Store,
  type WebhookEvent,
} from '../support/github/index.ts'

type Json = Record<string, unknown>

const definitions: WebhookDefinition[] = createRequire(import.meta.url)('@octokit/webhooks-examples')

function examples(event: string, action: string): Json[] {
  const found = definitions.find(({ name }) => name === event)?.examples ?? []
  return found.filter((example) => 'action' in example && example.action === action).map((example) => ({ ...example }))
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function objectAt(payload: Json, key: string): Json {
  const value = payload[key]
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Keys of an example that a payload lacks, or has with a type that no example of the event shows. */
function strayKeys(ours: Json, [example = {}, ...others]: Json[]): string[] {
  return Object.keys(example).filter((key) => {
    const types = new Set([example, ...others].filter((one) => key in one).map((one) => typeOf(one[key])))
    return !(key in ours) || !types.has(typeOf(ours[key]))
  })
}

function omit(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

const store = new Store({})
makeLabel(store, { name: 'retry', description: 'Try again' })
const { issue, opened, labeled } = createIssue(store, {
  author: 'jane',
  title: 'nginx',
  body: 'docker.io/library/nginx',
  labels: ['request', 'new'],
})
const edited = editIssue(store, issue, { title: 'nginx:1.27' })
issue.state = 'closed'
const reopened = reopenIssue(store, issue)
const addition = labelIssue(store, issue, 'retry')
const { created } = commentOnIssue(store, issue, 'tom', '/retry')

const EVENTS: readonly [string, WebhookEvent][] = [
  ['opened', opened],
  ['labeled', addition],
  ['edited', edited],
  ['reopened', reopened],
  ['created', created],
]

describe('a payload of the stand-in', () => {
  test.each(EVENTS)('for %s holds all that a real one holds, in the same types', (action, { name, payload }) => {
    const ours: Json = { ...payload }
    // Installations and organizations stand in payloads of apps and of organizations only.
    const real = examples(name, action).map((example) => omit(example, ['installation', 'organization']))
    const all = definitions.filter((one) => one.name === name).flatMap((one) => one.examples)
    const parts = (key: string): Json[] => [...real, ...all.map((one) => ({ ...one }))].map((one) => objectAt(one, key))
    expect(real).not.toEqual([])
    expect(strayKeys(ours, real)).toEqual([])
    for (const key of ['issue', 'repository', 'sender', 'label', 'comment'].filter((part) => part in ours)) {
      expect({ [key]: strayKeys(objectAt(ours, key), parts(key)) }).toEqual({ [key]: [] })
    }
  })

  test('comes once for the opening and once for each label', () => {
    expect(opened.payload.issue.labels?.map(({ name }) => name)).toEqual(['request', 'new'])
    expect(labeled.map(({ payload }) => payload.label?.name)).toEqual(['request', 'new'])
  })

  test('tells what an edit changed', () => {
    expect(edited.payload.changes).toEqual({ title: { from: 'nginx' } })
    expect(edited.payload.issue.title).toBe('nginx:1.27')
  })

  test('names who did it', () => {
    expect(addition.payload.sender.login).toBe('acme')
    expect(created.payload).toMatchObject({ sender: { login: 'tom' }, comment: { body: '/retry' } })
    expect(opened.payload.issue.author_association).toBe('NONE')
  })
})
