import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import * as z from 'zod'
import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import { inputProblem } from '../../lib/input-problem.ts'
import { holdsSecret } from '../../lib/log/redact.ts'
import { accessRules } from '../access-rules.ts'

// 64 KiB hold thousands of faults; nobody reads more than these.
const MAX_DETAILS = 20

/** Checks input with its zod schema; what is wrong becomes a 400 with `details`. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema }) => {
  return (input: unknown) => {
    const result = schema.safeParse(input, { error: inputProblem })
    return result.success ? { value: result.data } : { error: toInvalidInput(result.error) }
  }
}

const NoFields = z.strictObject({}).nullish()

/**
 * Refuses fields where a route takes no body, as a schema does where it takes one. better-auth
 * reads its bodies itself, and a gateway's are its client's.
 */
export function refuseUnaskedFields(app: FastifyInstance): void {
  app.addHook('preHandler', (req, _reply, done) => {
    const { schema, config } = req.routeOptions
    const by = config.access && accessRules[config.access].by
    if (req.body === undefined || schema?.body !== undefined || !by) return done()
    if (by === 'session' || by === 'gateway') return done()
    const result = NoFields.safeParse(req.body, { error: inputProblem })
    return result.success ? done() : done(toInvalidInput(result.error))
  })
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
