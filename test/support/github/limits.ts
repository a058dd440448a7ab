import { ApiError, validationFailed } from './http.ts'
import type { Label, Store } from './store.ts'

/** The most that each of these may hold, in characters. */
const LONGEST = { title: 256, body: 65_536, labelName: 50, labelDescription: 100 } as const
const MOST_LABELS = 100

/** @throws ApiError 422 */
export function checkIssueText({ title, body }: { readonly title?: string; readonly body?: string | null }): void {
  if (title?.trim() === '') throw missing('Issue', 'title')
  if (title !== undefined && lengthOf(title) > LONGEST.title) throw tooLong('Issue', 'title', LONGEST.title)
  if (typeof body === 'string' && lengthOf(body) > LONGEST.body) throw tooLong('Issue', 'body', LONGEST.body)
}

/** @throws ApiError 422 */
export function checkCommentBody(body: string): void {
  const fault = { resource: 'IssueComment', code: 'unprocessable', field: 'data' }
  if (body.trim() === '') throw validationFailed({ ...fault, message: 'Body cannot be blank' })
  if (lengthOf(body) > LONGEST.body) {
    throw validationFailed({ ...fault, message: `Body is too long (maximum is ${LONGEST.body} characters)` })
  }
}

/** Checks names of labels that an issue is to have. @throws ApiError 422 */
export function checkLabelNames(names: readonly string[]): void {
  const unusable = names.find((name) => name.trim() === '' || lengthOf(name) > LONGEST.labelName)
  if (unusable !== undefined) {
    throw validationFailed({ value: unusable, resource: 'Label', field: 'name', code: 'invalid' })
  }
  if (new Set(names.map((name) => name.toLowerCase())).size > MOST_LABELS) {
    throw validationFailed({ resource: 'Issue', code: 'custom', message: `Over the limit of ${MOST_LABELS} labels` })
  }
}

/** A label as the repository is to have it. */
export interface LabelText {
  readonly name: string
  readonly color?: string | undefined
  readonly description: string | null
}

/** @param existing the label that is to become this one @throws ApiError 422 */
export function checkLabel(store: Store, { name, color, description }: LabelText, existing?: Label): void {
  if (name.trim() === '') throw missing('Label', 'name')
  if (lengthOf(name) > LONGEST.labelName) throw tooLong('Label', 'name', LONGEST.labelName)
  const namesake = store.label(name)
  if (namesake !== undefined && namesake !== existing) {
    throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' })
  }
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) {
    throw validationFailed({ resource: 'Label', code: 'invalid', field: 'color' })
  }
  if (description !== null && lengthOf(description) > LONGEST.labelDescription) {
    throw tooLong('Label', 'description', LONGEST.labelDescription)
  }
}

function missing(resource: string, field: string): ApiError {
  return validationFailed({ resource, code: 'missing_field', field })
}

function tooLong(resource: string, field: string, limit: number): ApiError {
  const message = `${field} is too long (maximum is ${limit} characters)`
  return validationFailed({ resource, code: 'custom', field, message })
}

/** GitHub counts code points, not UTF-16 units. */
function lengthOf(text: string): number {
  return Array.from(text).length
}
