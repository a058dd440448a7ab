import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { configJsonSchema } from '../../src/config/json-schema.ts'

test('the committed JSON Schema is the one that `npm run schema` writes', () => {
  const committed = new URL('../../schema/transship.schema.json', import.meta.url)
  expect(readFileSync(committed, 'utf8')).toBe(configJsonSchema())
})
