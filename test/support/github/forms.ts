import { parse } from 'yaml'
import * as z from 'zod'

/** What somebody fills in: by a field's `id`, or its label where it has none. */
export type FormAnswers = Readonly<Record<string, string | readonly string[]>>

/** An issue that is ready to be opened. */
export interface FilledForm {
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
}

const FIELD = z.object({
  type: z.enum(['markdown', 'input', 'textarea', 'dropdown', 'checkboxes']),
  id: z.string().optional(),
  attributes: z.object({
    label: z.string().optional(),
    value: z.string().optional(),
    render: z.string().optional(),
    multiple: z.boolean().optional(),
    options: z
      .array(z.union([z.string(), z.object({ label: z.string(), required: z.boolean().optional() })]))
      .optional(),
  }),
  validations: z.object({ required: z.boolean().optional() }).optional(),
})

const FORM = z.object({
  name: z.string(),
  description: z.string(),
  title: z.string().optional(),
  labels: z.union([z.string(), z.array(z.string())]).optional(),
  body: z.array(FIELD).min(1),
})

type Field = z.infer<typeof FIELD>

const NO_RESPONSE = '_No response_'

/**
 * Fills in an issue form as its page does: what is required must be there, choices must be among the options, and
 * the body is made of headings and answers. The form's own title stands where no other is given.
 * @throws Error where the page would not let the form be sent, or the form is none
 */
export function issueFromForm(formYaml: string, answers: FormAnswers, title?: string): FilledForm {
  const form = FORM.parse(parse(formYaml))
  const fields = form.body.filter(({ type }) => type !== 'markdown')
  const unknown = Object.keys(answers).filter((key) => !fields.some((field) => keyOf(field) === key))
  if (unknown.length > 0) throw new Error(`The form has no field ${unknown.join(', ')}`)
  const finalTitle = title ?? form.title ?? ''
  if (finalTitle.trim() === '') throw new Error('The issue needs a title')
  const labels = typeof form.labels === 'string' ? form.labels.split(',') : (form.labels ?? [])
  return {
    title: finalTitle,
    body: fields.map((field) => section(field, answers[keyOf(field)])).join('\n\n'),
    labels: labels.map((label) => label.trim()),
  }
}

function keyOf(field: Field): string {
  return field.id ?? labelOf(field)
}

function labelOf(field: Field): string {
  const { label } = field.attributes
  if (label === undefined) throw new Error(`A field of type ${field.type} has no label`)
  return label
}

function section(field: Field, answer: string | readonly string[] | undefined): string {
  return `### ${labelOf(field)}\n\n${valueOf(field, answer)}`
}

function valueOf(field: Field, answer: string | readonly string[] | undefined): string {
  const chosen = typeof answer === 'string' ? [answer] : (answer ?? [])
  if (field.type === 'checkboxes') return checkboxes(field, chosen)
  if (field.type === 'dropdown') return dropdown(field, chosen)
  const text = chosen.length === 0 ? (field.attributes.value ?? '') : chosen.join('\n')
  if (text.trim() === '') return nothing(field)
  const { render } = field.attributes
  return render === undefined ? text : `\`\`\`${render}\n${text}\n\`\`\``
}

function dropdown(field: Field, chosen: readonly string[]): string {
  checkChoices(field, chosen)
  if (chosen.length > 1 && field.attributes.multiple !== true) throw new Error(`${labelOf(field)} takes one choice`)
  return chosen.length === 0 ? nothing(field) : chosen.join(', ')
}

function checkboxes(field: Field, chosen: readonly string[]): string {
  checkChoices(field, chosen)
  const lines = optionsOf(field).map(({ label, required }) => {
    const checked = chosen.includes(label)
    if (required === true && !checked) throw new Error(`${label} must be checked`)
    return `- [${checked ? 'x' : ' '}] ${label}`
  })
  return lines.join('\n')
}

function checkChoices(field: Field, chosen: readonly string[]): void {
  const labels = optionsOf(field).map(({ label }) => label)
  const stray = chosen.find((choice) => !labels.includes(choice))
  if (stray !== undefined) throw new Error(`${labelOf(field)} has no option ${stray}`)
}

function optionsOf(field: Field): { label: string; required?: boolean | undefined }[] {
  return (field.attributes.options ?? []).map((option) => (typeof option === 'string' ? { label: option } : option))
}

function nothing(field: Field): string {
  if (field.validations?.required === true) throw new Error(`${labelOf(field)} is required`)
  return NO_RESPONSE
}
