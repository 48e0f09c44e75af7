import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'

type Operation = {
  responses: Record<string, unknown>
  security?: object[]
  summary?: string
  parameters?: { name: string; in: string; required?: boolean; description?: string }[]
}
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

async function documentOf(api: Awaited<ReturnType<typeof testApi>>): Promise<Document> {
  const { body } = await api.request.get('/api/openapi.json').expect(200)
  return body as Document
}

test('the document is valid OpenAPI 3.1', async () => {
  const document = await documentOf(await testApi())
  expect(document.openapi).toMatch(/^3\.1\./)
  const result = await new Validator().validate(document)
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
})

test('every route of the running application is in it, with its answers', async () => {
  const api = await testApi()
  const { paths } = await documentOf(api)
  // Pages and files are no API; the sessions behind the wildcard are listed one by one. A route
  // for any method is described as GET: OpenAPI has no word for the others.
  const described = api.app.routes.filter(
    ({ url, method }) =>
      !/^\/(docs|assets)\b|^\/api\/openapi\.json$|\*$/.test(url) &&
      method !== 'HEAD' &&
      !method.includes('PROPFIND'),
  )
  expect(described.length).toBeGreaterThan(20)
  for (const { method, url } of described) {
    const path = url.replaceAll(/:(\w+)/g, '{$1}')
    const operation = paths[path]?.[String(method).toLowerCase()]
    expect(Object.keys(operation?.responses ?? {}), `${String(method)} ${url}`).not.toEqual([])
    expect(operation?.summary, `${String(method)} ${url}`).toBeTruthy()
  }
  for (const path of ['sign-in/email', 'sign-up/email', 'sign-out'])
    expect(paths[`/api/session/${path}`]?.['post']).toBeDefined()
  expect(paths['/api/session/get-session']?.['get']).toBeDefined()
})

test('what needs a credential says which', async () => {
  const { paths } = await documentOf(await testApi())
  expect(paths['/api/keys']?.['get']?.security).toEqual([{ session: [] }, { serviceToken: [] }])
  expect(paths['/api/auth/verify']?.['post']?.security).toEqual([{ serviceToken: [] }])
  expect(paths['/api/auth/check']?.['get']?.security).toEqual([
    { gatewayToken: [], apiKey: [] },
    { gatewayToken: [], apiKeyHeader: [] },
  ])
  for (const [path, method] of [
    ['/api/widget/token', 'post'],
    ['/api/whoami', 'get'],
  ] as const)
    expect(paths[path]?.[method]?.security).toEqual([{ apiKey: [] }, { apiKeyHeader: [] }])
  expect(paths['/healthz']?.['get']?.security).toEqual([])
})

test('what may be tried again says how', async () => {
  const { paths } = await documentOf(await testApi())
  for (const path of ['/api/keys', '/api/internal/calls/consume']) {
    const { parameters = [] } = paths[path]!['post']!
    const header = parameters.find(({ name }) => name === 'Idempotency-Key')
    expect(header).toMatchObject({
      in: 'header',
      description: expect.stringMatching(/retry/) as string,
    })
    expect(header?.required ?? false).toBe(false)
  }
})

test('the reference is a page that needs no other host', async () => {
  const { request } = await testApi()
  const page = await request.get('/docs/').expect(200)
  expect(page.headers['content-type']).toContain('text/html')
  expect(page.text).not.toMatch(/https?:\/\//)
  for (const file of ['dress.css', 'dress.js']) {
    const { text } = await request.get(`/docs/static/theme/${file}`).buffer().expect(200)
    expect(text).not.toMatch(/https?:\/\//)
    expect(page.text).toContain(file)
  }
})
