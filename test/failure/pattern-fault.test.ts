import { expect, test } from '@jest/globals'
import { patternFaultText, type PatternFault } from '../../src/failure/pattern-fault.ts'

test.each<PatternFault>(['tag', 'digest', 'no-registry', 'no-repository', 'wildcard', 'grammar'])(
  'a line that is no rule says why in both languages: %s',
  (fault) => {
    expect(patternFaultText(fault, 'en')).toMatch(/^[\x20-\x7e]+[^.]$/)
    expect(patternFaultText(fault, 'zh-CN')).toMatch(/\p{Script=Han}.*[^。]$/u)
  },
)
