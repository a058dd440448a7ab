import { expect, test } from '@jest/globals'
import { mergeScopes, pullScope, pushScope } from '../../../src/registry/remote/scopes.ts'

test('scopes name the repository and what is done to it', () => {
  expect(pullScope('library/app')).toBe('repository:library/app:pull')
  expect(pushScope('library/app')).toBe('repository:library/app:push,pull')
})

test.each<[string, string[], string[]]>([
  ['no scopes', [], []],
  ['one repository', ['repository:a:pull', 'repository:a:push,pull'], ['repository:a:pull,push']],
  ['push first where it was first', ['repository:a:push,pull', 'repository:a:pull'], ['repository:a:push,pull']],
  ['several repositories', ['repository:a:pull', 'repository:b:pull'], ['repository:a:pull', 'repository:b:pull']],
  ['the same name of another type', ['repository:a:pull', 'registry:a:pull'], ['repository:a:pull', 'registry:a:pull']],
  ['a name with a port', ['repository:h:5000/a:pull', 'repository:h:5000/a:push'], ['repository:h:5000/a:pull,push']],
  ['a scope of some other form', ['aws', 'aws', 'repository:a:pull'], ['aws', 'repository:a:pull']],
])('scopes are merged: %s', (_, scopes, expected) => {
  expect(mergeScopes(scopes)).toEqual(expected)
})
