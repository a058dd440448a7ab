import { describe, expect, test } from '@jest/globals'
import { parseChallenges, type Challenge } from '../../../src/registry/remote/challenge.ts'

const bearer = (parameters: Record<string, string>): Challenge => ({ scheme: 'bearer', parameters })
const basic = (parameters: Record<string, string> = {}): Challenge => ({ scheme: 'basic', parameters })

describe('WWW-Authenticate', () => {
  test.each<[string, string[], Challenge[]]>([
    ['is read', ['Bearer realm="https://a/token",service="s"'], [bearer({ realm: 'https://a/token', service: 's' })]],
    ['may name its scheme in any case', ['bEaReR rEalm="x"'], [bearer({ realm: 'x' })]],
    ['may hold unquoted values', ['Basic realm=here'], [basic({ realm: 'here' })]],
    [
      'may hold space around "="',
      ['Basic realm = "here" , charset= "UTF-8"'],
      [basic({ realm: 'here', charset: 'UTF-8' })],
    ],
    ['may hold an empty scope', ['Bearer realm="x",scope=""'], [bearer({ realm: 'x', scope: '' })]],
    ['may hold empty elements', [', ,Basic realm="x",,'], [basic({ realm: 'x' })]],
    ['MH-64 may hold several challenges', ['Basic, Bearer realm="x"'], [basic(), bearer({ realm: 'x' })]],
    [
      'MH-64 keeps the parameters of several challenges apart',
      ['Basic realm="a", charset="UTF-8", Bearer realm="b", service="c"'],
      [basic({ realm: 'a', charset: 'UTF-8' }), bearer({ realm: 'b', service: 'c' })],
    ],
    [
      'MH-65 may come in several headers',
      ['Negotiate', 'Bearer realm="x"'],
      [{ scheme: 'negotiate', parameters: {} }, bearer({ realm: 'x' })],
    ],
    [
      'MH-65 may hold a token that is no parameter',
      ['Negotiate YIIabc+/==, Bearer realm="x"'],
      [{ scheme: 'negotiate', parameters: {} }, bearer({ realm: 'x' })],
    ],
    [
      'MH-66 may hold commas in quotes',
      ['Bearer realm="x",scope="repository:a:pull,push repository:b:pull"'],
      [bearer({ realm: 'x', scope: 'repository:a:pull,push repository:b:pull' })],
    ],
    ['MH-66 may hold escapes', [String.raw`Basic realm="a \"b\", \\c"`], [basic({ realm: String.raw`a "b", \c` })]],
    ['holds the first of a repeated parameter', ['Bearer realm="x",realm="y"'], [bearer({ realm: 'x' })]],
    ['may break off within quotes', ['Bearer realm="x'], [bearer({ realm: 'x' })]],
    ['may break off after "="', ['Bearer service=s, realm='], [bearer({ service: 's', realm: '' })]],
    ['may be empty', ['', ' , '], []],
    ['may be no challenge at all', ['"quoted"', '=x', '[]'], []],
    ['may begin with a parameter', ['realm="x", Basic realm="y"'], [basic({ realm: 'y' })]],
  ])('%s', (_, headers, expected) => {
    expect(parseChallenges(headers)).toEqual(expected)
  })

  test('cannot reach what objects have by themselves', () => {
    const [challenge] = parseChallenges(['Bearer __proto__="x",constructor="y",realm="z"'])
    expect(challenge?.parameters.realm).toBe('z')
    expect(Object.getPrototypeOf(challenge?.parameters)).toBe(Object.prototype)
  })

  test('is read in time that grows with its length and no faster', () => {
    const started = performance.now()
    parseChallenges([`Bearer ${'a'.repeat(200_000)}!`, `Bearer realm="${String.raw`\a`.repeat(100_000)}`])
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
