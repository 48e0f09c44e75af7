import type { FastifySchemaCompiler } from 'fastify'
import type * as z from 'zod'
import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import { inputProblem } from '../../lib/input-problem.ts'
import { holdsSecret } from '../../lib/log/redact.ts'

// 64 KiB hold thousands of faults; nobody reads more than these.
const MAX_DETAILS = 20

/** Checks input with its zod schema; what is wrong becomes a 400 with `details`. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema }) => {
  return (input: unknown) => {
    const result = schema.safeParse(input, { error: inputProblem })
    return result.success ? { value: result.data } : { error: toInvalidInput(result.error) }
  }
}

function toInvalidInput(error: z.ZodError): InvalidInputError {
  const details = error.issues.slice(0, MAX_DETAILS).flatMap(toDetails).slice(0, MAX_DETAILS)
  return new InvalidInputError('The input is not valid', details)
}

function toDetails(issue: z.core.$ZodIssue): ErrorDetail[] {
  const path = issue.path.map(String).map(printableName)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MAX_DETAILS).map((key) => ({
      path: [...path, printableName(key)].join('.'),
      message: 'Unknown field',
    }))
  return [{ path: path.join('.'), message: issue.message }]
}

// A field's name comes from the caller: it is repeated only when it reads like a field's name.
function printableName(name: string): string {
  return /^[A-Za-z0-9-]{1,40}$/.test(name) && !holdsSecret(name) ? name : '?'
}
