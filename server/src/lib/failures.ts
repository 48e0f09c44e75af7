import { errorCode } from './caught.ts'

// How a statement that the database refused differs from a database that is not there.

// PostgreSQL's classes and codes (Appendix A) for connection trouble, a login or a database that is
// gone, transactions that lost to another, lack of resources, a database or lock that is withheld,
// shutdown, and faults of its own; for a server that only reads, and rights, a table or a column that
// were taken away.
const outageStates = '08 28 3D 40 53 55 57 58 XX 25006 42501 42P01 42703'.split(' ')

const networkCodes = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]

const outageMessages =
  /timeout exceeded when trying to connect|Connection terminated|connection is not open|connection has been discarded|Cannot use a pool|driver has already been destroyed|Client has encountered a connection error|Query read timeout|Client was closed and is not queryable/i

/** Whether an error means that the database could not answer, as opposed to refusing a statement. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = errorCode(error)
  if (code !== undefined) {
    if (code.startsWith('SQLITE_')) return !code.startsWith('SQLITE_CONSTRAINT')
    if (networkCodes.includes(code)) return true
    if (isSqlState(code)) return outageStates.some((state) => code.startsWith(state))
  }
  return outageMessages.test(error.message)
}

/** Whether a database connection itself has failed, so that nothing more can be asked on it. */
export function isConnectionFailure(error: unknown): boolean {
  const code = errorCode(error)
  const isServersAnswer = code !== undefined && isSqlState(code)
  return isOutage(error) && (!isServersAnswer || /^(08|57P)/.test(code))
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !networkCodes.includes(code)
}

/** Whether an error says that a SQLite file is damaged, or is no database. */
export function isCorruption(error: unknown): boolean {
  const code = errorCode(error)
  return /^SQLITE_(CORRUPT|NOTADB)/.test(code ?? '')
}

/** Whether an error is a unique constraint's: another row has this value already. */
export function isDuplicate(error: unknown): boolean {
  const code = errorCode(error)
  return (
    code === 'SQLITE_CONSTRAINT_UNIQUE' ||
    code === 'SQLITE_CONSTRAINT_PRIMARYKEY' ||
    code === '23505'
  )
}

/** In the class of PostgreSQL's own "out of resources", so that it counts as an outage. */
export class OverloadError extends Error {
  readonly code = '53400'
}
