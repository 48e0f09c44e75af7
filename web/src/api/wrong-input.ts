import { ApiFailure } from './http.ts'

const isRefusal = (error: unknown, ...codes: string[]) =>
  error instanceof ApiFailure && codes.includes(error.code)

export const isWrongPassword = (error: unknown) => isRefusal(error, 'INVALID_PASSWORD')

/** Whether a code of the second factor was wrong: one from the app, or a backup code. */
export const isWrongCode = (error: unknown) =>
  isRefusal(error, 'INVALID_CODE', 'INVALID_BACKUP_CODE')

type Tried = { error: Error | null; isUnknown: boolean }

/** Then the field says it all; after a lost answer there is more to say. */
export const isOnlyWrongPassword = ({ error, isUnknown }: Tried) =>
  isWrongPassword(error) && !isUnknown

/** As `isOnlyWrongPassword`. */
export const isOnlyWrongCode = ({ error, isUnknown }: Tried) => isWrongCode(error) && !isUnknown
