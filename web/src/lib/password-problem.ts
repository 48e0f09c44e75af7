import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '@zentrix/shared/passwords.ts'

/** What keeps a text from being a new password, for the person who typed it. */
export function passwordProblem(password: string): string | null {
  if (password.length < MIN_PASSWORD_LENGTH) return `Use at least ${MIN_PASSWORD_LENGTH} characters`
  if (password.length > MAX_PASSWORD_LENGTH) return `Use at most ${MAX_PASSWORD_LENGTH} characters`
  return null
}
