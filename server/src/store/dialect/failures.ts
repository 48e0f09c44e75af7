// Telling "the database said no" from "the database is not there".

// PostgreSQL's classes for connection trouble, lack of resources, and shutdown (Appendix A).
const outageClasses = ['08', '53', '57', '58', 'XX']

const networkCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'ENETUNREACH',
]

const outageMessages =
  /timeout exceeded when trying to connect|Connection terminated|connection is not open|Cannot use a pool|driver has already been destroyed|Client has encountered a connection error|Query read timeout/i

/** Whether an error means that the database could not answer, as opposed to refusing a statement. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') {
    if (code.startsWith('SQLITE_')) return !code.startsWith('SQLITE_CONSTRAINT')
    if (networkCodes.includes(code)) return true
    if (/^[0-9A-Z]{5}$/.test(code)) return outageClasses.includes(code.slice(0, 2))
  }
  return outageMessages.test(error.message)
}

/** Whether an error is a unique constraint's: another row has this value already. */
export function isDuplicate(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return (
    code === 'SQLITE_CONSTRAINT_UNIQUE' ||
    code === 'SQLITE_CONSTRAINT_PRIMARYKEY' ||
    code === '23505'
  )
}
