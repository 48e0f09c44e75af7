import * as z from 'zod'
import { sessionAnswers } from '@zentrix/shared/routes/people/session-answers.ts'
import { sessionInputs } from '@zentrix/shared/routes/people/sessions.ts'
import { callerHeaders } from './caller-headers.ts'
import { describeError } from './describe-answers.ts'
import type { Operation } from './finish-document.ts'
import { isSchema, referenceTo, type Components, type Schema } from './rewrite-schemas.ts'

const PREFIX = '/api/session/'

/** The endpoints behind the mount, such as `POST /api/session/sign-out`. */
export const sessionNames = Object.keys(sessionInputs)

const inputs = new Map<string, z.ZodType>(Object.entries(sessionInputs))

const SessionError = z.object({
  code: z.string().meta({ description: "One of ours, or of better-auth's own" }),
  message: z.string(),
  requestId: z.string().optional(),
})

const forAnybody =
  /^(sign-|ok$|get-session$|request-password-reset$|reset-password$|two-factor\/verify-)/

export type PartOfDocument = {
  paths: Record<string, Record<string, Operation>>
  schemas: Components
}

let described: PartOfDocument | undefined

/** The endpoints behind the mount as part of a document, with the schemas that check their input. */
export function describeSessions(): PartOfDocument {
  if (described) return described
  const schemas: Components = { SessionError: jsonSchemaOf(SessionError, 'output', {}) }
  const paths = Object.fromEntries(
    Object.entries(sessionAnswers).map(([name, answer]) => describe(name, answer, schemas)),
  )
  return (described = { paths, schemas })
}

function describe(
  name: string,
  answer: z.ZodType,
  schemas: Components,
): [url: string, operations: Record<string, Operation>] {
  const [method = '', url = ''] = name.split(' ')
  const path = url.slice(PREFIX.length)
  const isPublic = forAnybody.test(path)
  const hasBody = method === 'POST'
  const input = jsonSchemaOf(inputs.get(name) ?? z.object({}), 'input', schemas)
  const headers = isPublic ? [] : callerHeaders('session')
  const statuses = [400, 401, 403, 404, 409, ...(hasBody ? [413, 415] : []), 429, 503]
  const operation: Operation = {
    operationId: path.replaceAll(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: ['Sessions'],
    summary: `better-auth: ${path}`,
    security: isPublic ? [] : [{ session: [] }],
    parameters: [
      ...headers.map((header) => ({ ...header, in: 'header' })),
      ...(hasBody ? [] : parametersOf(input)),
    ],
    ...(hasBody && { requestBody: { required: true, content: jsonContent(input) } }),
    responses: {
      200: {
        description: "The answer, in better-auth's shape",
        content: jsonContent(jsonSchemaOf(answer, 'output', schemas)),
      },
      ...Object.fromEntries(
        statuses.map((status) => [
          `${status}`,
          {
            description: describeError(`${status}`) ?? 'A refusal',
            content: jsonContent(referenceTo('SessionError')),
          },
        ]),
      ),
    },
    'x-by': 'session',
  }
  return [url, { [method.toLowerCase()]: operation }]
}

const jsonContent = (schema: Schema) => ({ 'application/json': { schema } })

/** @param schemas takes the components that the schema refers to */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Components): Schema {
  const written = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))
  const body: Schema = JSON.parse(written.replaceAll('"#/$defs/', '"#/components/schemas/'))
  const { $schema: _, $defs, id: __, ...rest } = body
  if (isSchema($defs)) Object.assign(schemas, $defs)
  return rest
}

function parametersOf({ properties }: Schema) {
  return Object.entries(isSchema(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: isSchema(schema) ? schema : {},
  }))
}
