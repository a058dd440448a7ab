import { header, type RegistryResponse } from './exchange.ts'

/**
 * Milliseconds that a `Retry-After` asks for: seconds, or a date (RFC 9110, 10.2.3). A date that has passed, or
 * one that cannot be read, says nothing.
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) || date <= now ? undefined : date - now
}

/** Milliseconds that a host asks to be left alone for; 0 where it does not. */
export function pauseAsked(response: RegistryResponse, now: number): number {
  const isAsking = response.status === 429 || response.status === 503
  return (isAsking && retryAfter(header(response, 'retry-after'), now)) || 0
}
