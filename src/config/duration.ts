const DURATION = /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s)?$/
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Timers count no further, and one that is set to more goes off at once. */
const LONGEST = 2 ** 31 - 1

/**
 * Reads a duration in milliseconds: hours, minutes and seconds, as far as there are any of each (`90s`, `45m`,
 * `5h30m`). Undefined where it is no duration, zero, or longer than some 24 days.
 */
export function parseDuration(text: string): number | undefined {
  const [, hours = '0', minutes = '0', seconds = '0'] = DURATION.exec(text.trim()) ?? []
  const milliseconds = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND
  return milliseconds > 0 && milliseconds <= LONGEST ? milliseconds : undefined
}
