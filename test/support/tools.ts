import { describe, test } from '@jest/globals'
import { findProgram } from './run.ts'

/**
 * Tests that need a program which may not be installed: found, `body` gets its path; missing, the group is skipped
 * and its title names the program. Where TRANSSHIP_REQUIRE_TOOLS is set, as in CI, a missing program fails.
 */
export function describeWith(program: string, title: string, body: (path: string) => void): void {
  describeWithAll([program], title, ([path = program]) => body(path))
}

/** The same for several programs, whose paths come in the order of their names. */
export function describeWithAll(
  programs: readonly string[],
  title: string,
  body: (paths: readonly string[]) => void,
): void {
  const paths = programs.map((program) => findProgram(program))
  const missing = programs.filter((_, index) => paths[index] === undefined)
  if (missing.length === 0) {
    describe(title, () => body(paths.filter((path) => path !== undefined)))
    return
  }
  const absent = `${title} (needs ${missing.join(', ')})`
  if (process.env.TRANSSHIP_REQUIRE_TOOLS) {
    test(absent, () => {
      throw new Error(`not installed: ${missing.join(', ')}`)
    })
  } else {
    test.skip(absent, () => {})
  }
}
