import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '@zentrix/shared/passwords.ts'

/** Why a text cannot be a new password, or null if it can. */
export function passwordProblem(password: string): string | null {
  if (password.length < MIN_PASSWORD_LENGTH) return `Use at least ${MIN_PASSWORD_LENGTH} characters`
  if (password.length > MAX_PASSWORD_LENGTH) return `Use at most ${MAX_PASSWORD_LENGTH} characters`
  return null
}
