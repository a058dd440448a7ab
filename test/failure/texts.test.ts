import { describe, expect, test } from '@jest/globals'
import { Failure } from '../../src/failure/failure.ts'
import { failureText } from '../../src/failure/texts.ts'

describe('the text of a failure', () => {
  const failure = new Failure('image-unknown', { image: 'docker.io/library/ngnix:1', host: 'docker.io' })

  test.each([
    ['en', 'docker.io has no image docker.io/library/ngnix:1.', 'Check the spelling of the name and the tag.'],
    ['zh-CN', 'docker.io 上没有镜像 docker.io/library/ngnix:1。', '请检查镜像名和标签的拼写。'],
  ] as const)('is in the language asked for: %s', (language, sentence, next) => {
    expect(failureText(failure, language)).toEqual({ sentence, next })
  })

  test('is the message of the error, in English', () => {
    const { sentence, next } = failureText(failure, 'en')
    expect(failure.message).toBe(`${sentence} ${next}`)
  })
})
