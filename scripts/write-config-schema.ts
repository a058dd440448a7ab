/** Writes the JSON Schema of the configuration file, for editors. */
import { writeFileSync } from 'node:fs'
import { configJsonSchema } from '../src/config/json-schema.ts'

writeFileSync('schema/transship.schema.json', configJsonSchema())
