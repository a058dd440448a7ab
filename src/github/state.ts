import * as z from 'zod/mini'

/** One run of the workflow: a run that is started again keeps its id. */
export interface Run {
  readonly id: number
  /** From 1. */
  readonly attempt: number
}

/** The worst that happened in a request that was answered. */
export type Ending = 'done' | 'refused' | 'failed'

/** Where a request stands. It is kept in the comment that answers it, and nowhere else. */
export interface RequestState {
  /** Of the request that the work is or was for. */
  readonly fingerprint: string
  readonly phase: 'working' | 'finished'
  /** Once finished. */
  readonly result?: Ending | undefined
  /** Who does it, or did it. */
  readonly run: Run
  /** When this was written, in milliseconds since the Unix epoch. */
  readonly at: number
}

const VERSION = 1
const OPENING = '<!-- transship '
const CLOSING = ' -->'

const markerSchema = z.object({
  version: z.literal(VERSION),
  fingerprint: z.string(),
  phase: z.enum(['working', 'finished']),
  result: z.optional(z.enum(['done', 'refused', 'failed'])),
  run: z.object({ id: z.number(), attempt: z.number() }),
  at: z.number(),
})

/** A comment's text with the state at its end, where no reader sees it. */
export function withState(text: string, state: RequestState): string {
  const json = JSON.stringify({ version: VERSION, ...state })
  return `${text.trimEnd()}\n\n${OPENING}${escapeMarkup(json)}${CLOSING}\n`
}

/** Whether a comment ends with a state, be it one that only another version can read. */
export function hasState(body: string): boolean {
  return markerOf(body) !== undefined
}

/** The state at a comment's end; undefined where there is none that this version can read. */
export function readState(body: string): RequestState | undefined {
  const { data } = markerSchema.safeParse(parseJson(markerOf(body) ?? ''))
  if (data === undefined) return undefined
  const { version: _, ...state } = data
  return state
}

function markerOf(body: string): string | undefined {
  const text = body.trimEnd()
  const start = text.lastIndexOf(OPENING)
  if (start === -1 || !text.endsWith(CLOSING)) return undefined
  return text.slice(start + OPENING.length, -CLOSING.length)
}

/** Within JSON these can only stand in strings, so that no string can end the comment around it. */
function escapeMarkup(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('--', '\\u002d\\u002d')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
