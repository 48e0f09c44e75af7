import type * as z from 'zod'
import { SessionError } from './session-error.ts'

/** Checks input with its schema; a 400 in better-auth's shape says what is wrong with it. */
export function readSessionInput<Input>(schema: z.ZodType<Input>, given: unknown): Input {
  const result = schema.safeParse(given ?? {})
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const field = issue.path.map(String).join('.') || 'body'
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  throw new SessionError(
    400,
    codeOf(field, issue),
    `${field}: ${isMissing ? 'Required' : issue.message}`,
  )
}

function codeOf(field: string, { code }: z.core.$ZodIssue): string {
  if (/password$/i.test(field) && code === 'too_small') return 'PASSWORD_TOO_SHORT'
  if (/password$/i.test(field) && code === 'too_big') return 'PASSWORD_TOO_LONG'
  return field === 'email' ? 'INVALID_EMAIL' : 'VALIDATION_ERROR'
}
