import { describe, expect, test } from '@jest/globals'
import { issueFromForm, type FormAnswers } from '../support/github/index.ts'

const FORM = `
name: Mirror
description: Ask for images
title: "[mirror] "
labels: [request]
body:
  - type: markdown
    attributes: { value: Thanks }
  - type: textarea
    id: images
    attributes: { label: Images, render: text }
    validations: { required: true }
  - type: input
    attributes: { label: Reason }
  - type: dropdown
    id: platforms
    attributes: { label: Platforms, multiple: true, options: [linux/amd64, linux/arm64] }
  - type: checkboxes
    id: terms
    attributes:
      label: Terms
      options:
        - { label: It is public, required: true }
        - { label: Tell me }
`

const TERMS = ['It is public'] as const

describe('an issue form', () => {
  test('becomes headings and answers, as GitHub writes them', () => {
    const filled = issueFromForm(FORM, {
      images: 'nginx\nredis',
      platforms: ['linux/amd64', 'linux/arm64'],
      terms: TERMS,
    })
    expect(filled).toEqual({
      title: '[mirror] ',
      labels: ['request'],
      body: [
        '### Images\n\n```text\nnginx\nredis\n```',
        '### Reason\n\n_No response_',
        '### Platforms\n\nlinux/amd64, linux/arm64',
        '### Terms\n\n- [x] It is public\n- [ ] Tell me',
      ].join('\n\n'),
    })
  })

  test('takes a title, and answers by label where a field has no id', () => {
    const filled = issueFromForm(FORM, { images: 'nginx', Reason: 'slow', terms: TERMS }, 'nginx, please')
    expect(filled.title).toBe('nginx, please')
    expect(filled.body).toContain('### Reason\n\nslow\n')
    expect(filled.body).toContain('### Platforms\n\n_No response_')
  })

  test.each<[string, FormAnswers, RegExp]>([
    ['a required answer is missing', { terms: TERMS }, /Images is required/],
    ['a required box is not checked', { images: 'nginx' }, /It is public must be checked/],
    ['a choice is not among the options', { images: 'nginx', platforms: 'mips', terms: TERMS }, /no option mips/],
    ['there is no such field', { images: 'nginx', terms: TERMS, tags: 'latest' }, /no field tags/],
  ])('is not sent where %s', (_, answers, message) => {
    expect(() => issueFromForm(FORM, answers)).toThrow(message)
  })

  test('that is none is refused', () => {
    expect(() => issueFromForm('name: Mirror\nbody: []\n', {})).toThrow()
  })
})
