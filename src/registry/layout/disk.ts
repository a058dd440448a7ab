import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from '../../failure/error-code.ts'
import { Failure } from '../../failure/failure.ts'

const FULL = new Set(['ENOSPC', 'EDQUOT'])
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS'])

/** Whether `error` is the system's, with this code (`ENOENT`, `EEXIST`). */
export function hasCode(error: unknown, code: string): boolean {
  return errorCode(error) === code
}

/** The result of some work on files; undefined where the file is not there. */
export async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * Does some writing under `path`.
 * @throws Failure `disk-full`, `directory-unwritable`, `layout-invalid` for what the system says of that kind
 */
export async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw writeFailure(error, path)
  }
}

/**
 * Makes a directory and those above it. Node's own way says of a read-only disk that the directory is missing.
 * @throws Failure as `writing`
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return
    if (!hasCode(error, 'ENOENT')) throw writeFailure(error, path)
    await makeDirectory(dirname(path))
    await makeDirectory(path)
  }
}

/**
 * Does some reading of `path`.
 * @throws Failure `file-unreadable` where it may not be read
 */
export async function reading<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw readFailure(error, path)
  }
}

/** What went wrong in reading, for people where it is known. */
export function readFailure(error: unknown, path: string): unknown {
  const code = errorCode(error) ?? ''
  return FORBIDDEN.has(code) ? new Failure('file-unreadable', { path, reason: code }, { cause: error }) : error
}

function writeFailure(error: unknown, path: string): unknown {
  const code = errorCode(error) ?? ''
  if (FULL.has(code)) return new Failure('disk-full', { path }, { cause: error })
  if (FORBIDDEN.has(code)) return new Failure('directory-unwritable', { path, reason: code }, { cause: error })
  if (code === 'ENOTDIR') return new Failure('layout-invalid', { path, reason: 'not-a-directory' }, { cause: error })
  return error
}
