import { readFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { readForm } from '../../src/github/form.ts'
import { issueFromForm } from '../support/github/index.ts'

const formOf = (file: string) => readFile(new URL(`../../.github/ISSUE_TEMPLATE/${file}`, import.meta.url), 'utf8')

describe('an issue form', () => {
  test.each(['mirror.yml', 'mirror.zh-CN.yml'])('of ours is read as it was filled in: %s', async (file) => {
    const filled = issueFromForm(await formOf(file), {
      images: 'nginx:1.27\nquay.io/a/b:v1',
      platforms: ['linux/amd64', 'linux/arm64'],
    })
    expect(readForm(filled.body)).toEqual({
      images: 'nginx:1.27\nquay.io/a/b:v1',
      platforms: 'linux/amd64, linux/arm64',
    })
    expect(filled.labels).toEqual(['mirror'])
  })

  test.each(['mirror.yml', 'mirror.zh-CN.yml'])('has empty answers where nothing was chosen: %s', async (file) => {
    const filled = issueFromForm(await formOf(file), { images: 'nginx' })
    expect(readForm(filled.body)).toEqual({ images: 'nginx', platforms: '' })
  })

  test.each([
    ['no heading', 'nginx:1.27', {}],
    ['an empty body', '', {}],
    [
      'lines that end in CR LF',
      '### Images\r\n\r\nnginx\r\nredis\r\n\r\n### Platforms\r\n\r\nall',
      { images: 'nginx\nredis', platforms: 'all' },
    ],
    ['no response', '### Images\n\n_No response_', { images: '' }],
    ['a heading and nothing else', '### Images', { images: '' }],
    [
      'fields that are not ours',
      '### Why\n\nbecause\n\n### Images\n\nnginx\n\n### Notes\n\nredis',
      { images: 'nginx' },
    ],
    [
      'a comment from a template',
      '<!-- Write\n### Images\n-->\n### Images\n\n<!-- one a line -->nginx',
      { images: 'nginx' },
    ],
    ['a comment that is never closed', '### Images\n\n<!-- nginx', { images: '<!-- nginx' }],
    ['the same field twice', '### Images\n\nnginx\n\n### Images\n\nredis', { images: 'nginx' }],
    [
      'a heading inside a fence',
      '### Images\n\n```\n### mine\nnginx\n```\n\n### Notes\n\nx',
      { images: '```\n### mine\nnginx\n```' },
    ],
    [
      'a fence left open',
      '### Images\n\n```\nnginx\n\n### Platforms\n\nlinux/amd64',
      { images: '```\nnginx', platforms: 'linux/amd64' },
    ],
    ['headings of another level', '## Images\n\nnginx\n\n#### Images\n\nredis', {}],
    ['a name that every object has', '### constructor\n\nnginx', {}],
  ])('with %s', (_, body, expected) => {
    expect(readForm(body)).toEqual(expected)
  })
})
