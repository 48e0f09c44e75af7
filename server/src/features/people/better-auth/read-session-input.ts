import * as z from 'zod'
import { inputProblem } from '../../../lib/input-problem.ts'
import { SessionError } from '../identity/session-error.ts'

/** Checks input with its schema. @throws {SessionError} 400 that names the first wrong field */
export function readSessionInput<Input>(schema: z.ZodType<Input>, given: unknown): Input {
  const result = schema.safeParse(given ?? {}, { error: inputProblem })
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue === undefined) throw result.error
  const field = knownPath(schema, issue.path).join('.') || 'body'
  throw new SessionError(400, codeOf(field, issue), `${field}: ${issue.message}`)
}

/** The part of a path that the schema itself names: the caller's own names are never repeated. */
function knownPath(schema: z.core.$ZodType, path: PropertyKey[]): string[] {
  const [name, ...rest] = path
  const object = schema instanceof z.ZodOptional ? schema.unwrap() : schema
  if (typeof name !== 'string' || !(object instanceof z.ZodObject)) return []
  return Object.hasOwn(object.shape, name) ? [name, ...knownPath(object.shape[name], rest)] : []
}

function codeOf(field: string, { code }: z.core.$ZodIssue): string {
  if (/password$/i.test(field) && code === 'too_small') return 'PASSWORD_TOO_SHORT'
  if (/password$/i.test(field) && code === 'too_big') return 'PASSWORD_TOO_LONG'
  return field === 'email' ? 'INVALID_EMAIL' : 'VALIDATION_ERROR'
}
