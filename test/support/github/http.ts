import type { components } from '@octokit/openapi-types'
import type { Token } from './auth.ts'
import type { Store } from './store.ts'

export type Schemas = components['schemas']

/** One request, read and admitted. `body` is what its JSON says; `{}` where there is none. */
export interface Call {
  readonly store: Store
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly accept: string
  readonly body: unknown
  /** Who asks; undefined for a request without a token. */
  readonly token: Token | undefined
}

export interface Answer {
  readonly status: number
  /** Sent as JSON; a string is sent as it is; absent for an empty answer. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One entry of a 422's `errors`. */
export type FieldError = NonNullable<Schemas['validation-error']['errors']>[number]

/** An answer of the kinds 4xx; whatever handles a call may throw it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: { readonly errors?: readonly FieldError[]; readonly docs?: string } = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }

  /** As GitHub words it: `docs` is the endpoint's page unless the error has one of its own. */
  answer(docs: string): Answer {
    const { errors } = this.details
    const body = {
      message: this.message,
      ...(errors && { errors }),
      documentation_url: this.details.docs ?? docs,
      status: String(this.status),
    }
    return { status: this.status, headers: this.headers, body }
  }
}

export const notFound = (): ApiError => new ApiError(404, 'Not Found')

/** 422 for a body of the right types whose values cannot be taken. */
export const validationFailed = (...errors: readonly FieldError[]): ApiError =>
  new ApiError(422, 'Validation Failed', { errors })

/** 422 for a body that does not follow the endpoint's schema. */
export const invalidRequest = (reason: string): ApiError => new ApiError(422, `Invalid request.\n\n${reason}`)

export const ok = (body: unknown): Answer => ({ status: 200, body })

export const noContent: Answer = { status: 204 }

/** 201, with the place of what was made. */
export const created = (body: { readonly url: string }): Answer => ({
  status: 201,
  body,
  headers: { location: body.url },
})
