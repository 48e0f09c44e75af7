import * as z from 'zod'
import { endpoints, SignInInput } from './endpoints.ts'
import { SESSION_PATH } from '../identity/session-cookie.ts'
import { ownEndpoints } from './own-endpoints.ts'
import { SignUpInput } from '../sign-up/sign-up.ts'

const SessionErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string().optional(),
})

/** The endpoints behind the mount, as OpenAPI paths: what they take is checked by these schemas. */
export function sessionPaths(): Record<string, object> {
  const posts = {
    'sign-in/email': SignInInput,
    'sign-up/email': SignUpInput,
  }
  return Object.fromEntries([
    ...Object.entries(posts).map(([path, input]) => describe(path, 'POST', input)),
    ...Object.entries({ ...endpoints, ...ownEndpoints }).map(([path, { method, input }]) =>
      describe(path, method, input),
    ),
  ])
}

function describe(path: string, method: 'GET' | 'POST', input: z.ZodType): [string, object] {
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
  return [`${SESSION_PATH}/${path}`, { [method.toLowerCase()]: operation }]
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
