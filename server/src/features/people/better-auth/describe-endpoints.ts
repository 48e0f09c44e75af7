import * as z from 'zod'
import { sessionInputs } from '@zentrix/shared/routes/sessions.ts'
import { SESSION_PATH } from '../identity/session-cookie.ts'

const SessionErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string().optional(),
})

/** The endpoints behind the mount, such as `POST /api/session/sign-out`. */
export const sessionNames = Object.keys(sessionInputs)

let paths: Record<string, object> | undefined

/** The endpoints behind the mount, as OpenAPI paths, with the schemas that check their input. */
export function sessionPaths(): Record<string, object> {
  return (paths ??= Object.fromEntries(
    Object.entries(sessionInputs).map(([name, input]) => describe(name, input)),
  ))
}

function describe(name: string, input: z.ZodType): [string, object] {
  const [method = '', url = ''] = name.split(' ')
  const path = url.slice(SESSION_PATH.length + 1)
  const schema = jsonSchemaOf(input)
  const isPublic = /^(sign-|ok$|get-session$|reset-password$|two-factor\/verify-)/.test(path)
  const operation = {
    tags: ['Sessions'],
    summary: `better-auth: ${path}`,
    security: isPublic ? [] : [{ session: [] }],
    ...(method === 'GET' ? { parameters: parametersOf(schema) } : bodyOf(schema)),
    responses: {
      200: { description: "better-auth's answer" },
      default: {
        description: 'A refusal, in the shape of better-auth',
        content: { 'application/json': { schema: jsonSchemaOf(SessionErrorBody) } },
      },
    },
  }
  return [url, { [method.toLowerCase()]: operation }]
}

function jsonSchemaOf(schema: z.ZodType) {
  const { $schema: _, ...body } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return body
}

function bodyOf(schema: ReturnType<typeof jsonSchemaOf>) {
  return { requestBody: { required: true, content: { 'application/json': { schema } } } }
}

function parametersOf({ properties = {} }: ReturnType<typeof jsonSchemaOf>) {
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}
