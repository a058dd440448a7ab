import * as z from 'zod/mini'
import { configSchema } from './schema.ts'

/** The JSON Schema (draft 2020-12) of the configuration file, for editors: the text of a file. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input' })
  return `${JSON.stringify({ title: '.github/transship.yml', ...schema }, null, 2)}\n`
}
