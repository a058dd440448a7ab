import * as z from 'zod'
import { invalidRequest, type Call } from './http.ts'

/**
 * The body as the endpoint's schema has it; properties that it does not know are left out, as GitHub does.
 * @throws ApiError 422
 */
export function readBody<Schema extends z.ZodType>(call: Call, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(call.body, { reportInput: true })
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalidRequest(issue === undefined ? '' : describe(issue))
}

function describe(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('/')
  const input = issue.input
  if (input === undefined) return `"${field}" wasn't supplied.`
  const shown = input === null ? 'nil' : JSON.stringify(input)
  if (issue.code === 'invalid_value') {
    return `For 'properties/${field}', ${shown} is not a member of ${JSON.stringify(issue.values)}.`
  }
  const expected = issue.code === 'invalid_type' ? issue.expected : 'value of the expected form'
  const article = /^[aeiou]/.test(expected) ? 'an' : 'a'
  return `For 'properties/${field}', ${shown} is not ${article} ${expected}.`
}

/** A whole number in a path. */
export function numberOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : -1
}
