import type * as z from 'zod'
import { errorStatuses } from '@zentrix/shared/error-codes.ts'
import { routes } from '@zentrix/shared/routes.ts'
import { expect, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'
import type { Document, Operation } from './finish-document.ts'
import { isSchema, type Schema } from './rewrite-schemas.ts'

type Told = Document & { tags: { name: string }[] }

type Named = [name: string, operation: Operation]

let told: Promise<Told> | undefined

/** The document, asked for once. */
async function readDocument(): Promise<Told> {
  told ??= testApi().then(async ({ request }) => {
    const { body } = await request.get('/api/openapi.json').expect(200)
    return body as Told
  })
  return told
}

async function readOperations(): Promise<Named[]> {
  const { paths } = await readDocument()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Named => [
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation,
    ]),
  )
}

const knownSchemas = /^#\/components\/schemas\/\w+$/

/** Every schema of the document, with where it stands. */
function* schemasIn(part: unknown, place = ''): Generator<[place: string, schema: Schema]> {
  if (Array.isArray(part))
    for (const [at, each] of part.entries()) yield* schemasIn(each, `${place}/${at}`)
  if (!isSchema(part)) return
  yield [place, part]
  for (const [name, each] of Object.entries(part)) yield* schemasIn(each, `${place}/${name}`)
}

test('every operation has a name of its own, a known tag, and words', async () => {
  const document = await readDocument()
  const operations = await readOperations()
  const names = operations.map(([name, { operationId }]) => [name, operationId ?? ''] as const)
  for (const [name, id] of names)
    expect([name, id]).toEqual([name, expect.stringMatching(/^[a-z]\w+$/)])
  expect(new Set(names.map(([, id]) => id)).size).toBe(operations.length)
  const tags = document.tags.map(({ name }) => name)
  expect(new Set(tags).size).toBe(tags.length)
  for (const [name, { tags: own, summary, description }] of operations) {
    expect([name, own]).toEqual([name, [expect.toBeOneOf(tags)]])
    expect([name, summary && description]).toEqual([name, expect.any(String)])
  }
})

test('every body and every answer has a component with a name', async () => {
  const document = await readDocument()
  const operations = await readOperations()
  for (const [name, { requestBody, responses }] of operations) {
    const contents = [
      requestBody?.content,
      ...Object.values(responses).map(({ content }) => content),
    ]
    for (const content of contents) {
      const schema = content?.['application/json']?.schema
      if (schema)
        expect([name, schema['$ref']]).toEqual([name, expect.stringMatching(knownSchemas)])
    }
  }
  for (const name of [
    'ApiKey',
    'IssuedKey',
    'Verdict',
    'VerifyAccepted',
    'VerifyRefused',
    'ApiError',
  ])
    expect(Object.keys(document.components.schemas)).toContain(name)
})

test('every answer says what it means and which headers it has', async () => {
  const operations = await readOperations()
  for (const [name, { responses }] of operations) {
    expect([name, Object.keys(responses).filter((status) => /^[23]/.test(status))]).not.toEqual([
      name,
      [],
    ])
    expect([name, Object.keys(responses).filter((status) => status.startsWith('4'))]).not.toEqual([
      name,
      [],
    ])
    for (const [status, { description, headers }] of Object.entries(responses)) {
      expect([name, status, description]).not.toEqual([name, status, 'Default Response'])
      expect(Object.keys(headers ?? {})).toContain('X-Request-Id')
      if (status === '401') expect(headers).toHaveProperty('WWW-Authenticate')
      if (status === '429') expect(headers).toHaveProperty('Retry-After')
    }
  }
})

test('what makes a record that can be read says where', async () => {
  const operations = await readOperations()
  const located = operations.filter(
    ([, { responses }]) => 'Location' in (responses['201']?.headers ?? {}),
  )
  expect(located.map(([name]) => name)).toEqual([
    'POST /api/keys',
    'POST /api/keys/:id/rotate',
    'POST /api/webhooks',
  ])
})

test('every error has a sample of its own status', async () => {
  const operations = await readOperations()
  for (const [name, { responses }] of operations)
    for (const [status, { content }] of Object.entries(responses)) {
      const media = content?.['application/json']
      if (media?.schema?.['$ref'] !== '#/components/schemas/ApiError') continue
      const { code } = media.example as { code: keyof typeof errorStatuses }
      expect([name, `${errorStatuses[code]}`]).toEqual([name, status])
    }
})

test('schemas are such as generators take', async () => {
  const document = await readDocument()
  for (const [place, schema] of schemasIn(document)) {
    const { anyOf, oneOf, items, prefixItems } = schema
    expect([place, items === false || prefixItems !== undefined]).toEqual([place, false])
    if (Array.isArray(anyOf))
      expect([place, anyOf]).not.toEqual([place, expect.arrayContaining([{ type: 'null' }])])
    if (Array.isArray(oneOf)) {
      const choices = oneOf.map((choice: Schema) => choice['$ref'])
      expect([place, schema['discriminator']]).toEqual([
        place,
        expect.objectContaining({ propertyName: expect.any(String) as string }),
      ])
      const { mapping } = schema['discriminator'] as { mapping: Record<string, string> }
      expect(new Set(Object.values(mapping))).toEqual(new Set(choices))
    }
    for (const bound of [schema['minimum'], schema['maximum']])
      if (typeof bound === 'number') expect(Math.abs(bound)).toBeLessThan(Number.MAX_SAFE_INTEGER)
  }
})

test('an answer may grow, and an input has no unknown field', async () => {
  const document = await readDocument()
  for (const [name, { additionalProperties, type }] of Object.entries(document.components.schemas))
    if (type === 'object' && !name.endsWith('Input'))
      expect([name, additionalProperties]).not.toEqual([name, false])
  expect(document.components.schemas['IssueKeyInput']).toMatchObject({
    additionalProperties: false,
  })
})

test('limits are in the document as they are in the schemas', async () => {
  const document = await readDocument()
  const { parameters = [] } = document.paths['/api/keys']!['get']!
  expect(parameters.find(({ name }) => name === 'limit')?.schema).toMatchObject({
    type: 'integer',
    minimum: 1,
    maximum: 100,
  })
  const { label } = document.components.schemas['IssueKeyInput']!['properties'] as Record<
    string,
    Schema
  >
  expect(label).toMatchObject({ minLength: 1, maxLength: 100 })
  const pattern = new RegExp(String(label!['pattern']), 'u')
  expect(
    ['Server in São Paulo 🎉', 'two\nlines', 'bell\x07', 'c1\x85'].map((text) =>
      pattern.test(text),
    ),
  ).toEqual([true, false, false, false])
})

test('every sample is such as its schema takes', async () => {
  const operations = await readOperations()
  for (const [name, { requestBody }] of operations) {
    const route = (routes as Record<string, { body?: z.ZodType }>)[name]
    if (!route?.body || !requestBody) continue
    const { success, error } = route.body.safeParse(
      requestBody.content['application/json']?.example,
    )
    expect([name, success, error?.issues]).toEqual([name, true, undefined])
  }
})

test('whoever has to name an organization or a person finds the header for it', async () => {
  const document = await readDocument()
  const operations = await readOperations()
  const headersOf = (path: string, method: string) =>
    (document.paths[path]![method]!.parameters ?? []).flatMap(({ name, in: place }) =>
      place === 'header' ? [name] : [],
    )
  expect(headersOf('/api/keys', 'post')).toEqual([
    'X-Organization-Id',
    'X-User-Id',
    'Idempotency-Key',
  ])
  expect(headersOf('/api/audit-events', 'get')).toContain('X-Organization-Id')
  expect(headersOf('/api/session/update-user', 'post')).toContain('X-User-Id')
  expect(headersOf('/api/auth/verify', 'post')).toEqual([])
  for (const [, { parameters = [] }] of operations)
    for (const { name, schema } of parameters)
      if (name === 'Idempotency-Key') expect(schema).not.toHaveProperty('examples')
})

test('the samples of making a key and a widget token work as they stand', async () => {
  const document = await readDocument()
  const api = await testApi()
  const owner = await api.owner()
  const token = await api.serviceToken()
  const bodyOf = (path: string, method: string) =>
    document.paths[path]![method]!.requestBody!.content['application/json']!.example as object
  const { body } = await owner.agent.post('/api/keys').send(bodyOf('/api/keys', 'post')).expect(201)
  const agent = document.components.schemas['MintWidgetTokenInput']!['properties'] as Record<
    string,
    Schema
  >
  const [id] = agent['agentId']!['examples'] as string[]
  await api.request
    .put(`/api/internal/agents/${id}`)
    .set('Authorization', `Bearer ${token}`)
    .send(bodyOf('/api/internal/agents/{id}', 'put'))
    .expect(200)
  await api.request
    .post('/api/widget/token')
    .set('X-API-Key', (body as { key: string }).key)
    .send(bodyOf('/api/widget/token', 'post'))
    .expect(200)
})

test('an error of /metrics is JSON, as the document says', async () => {
  const document = await readDocument()
  const { responses } = document.paths['/metrics']!['get']!
  expect(Object.keys(responses['401']!.content!)).toEqual(['application/json'])
  expect(Object.keys(responses['200']!.content!)).toEqual([expect.stringContaining('text/plain')])
  const { request } = await testApi()
  const refused = await request.get('/metrics').set('Host', 'keys.example').expect(401)
  expect(refused.headers['content-type']).toContain('application/json')
})
