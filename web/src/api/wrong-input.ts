import { ApiFailure } from './http.ts'

const isRefusal = (error: Error, ...codes: string[]) =>
  error instanceof ApiFailure && codes.includes(error.code)

export const isWrongPassword = (error: Error) => isRefusal(error, 'INVALID_PASSWORD')

/** Whether a code of the second factor was wrong: one from the app, or a backup code. */
export const isWrongCode = (error: Error) => isRefusal(error, 'INVALID_CODE', 'INVALID_BACKUP_CODE')
