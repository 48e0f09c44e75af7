import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { accessTable } from '../../test/access/access-table.ts'
import { askEveryone } from '../../test/access/ask-everyone.ts'
import { listRoutes } from '../../../scripts/testkit/api/list-routes.ts'
import { METRICS_TOKEN } from '../../test/access/principals.ts'
import { requests } from '../../test/access/requests.ts'
import { readTable, writeTable } from '../../test/access/table-text.ts'
import { testApi } from '../../../scripts/testkit/api/kit.ts'
import { authenticateRequests } from './authenticate.ts'

function builtPortal(): string {
  const webRoot = mkdtempSync(join(tmpdir(), 'web-'))
  onTestFinished(() => rmSync(webRoot, { recursive: true }))
  mkdirSync(join(webRoot, 'assets'))
  writeFileSync(join(webRoot, 'index.html'), '<title>Portal</title>')
  writeFileSync(join(webRoot, 'assets/x'), 'void 0')
  return webRoot
}

test('every route has a row in the access table, and every row a route', async () => {
  const { app } = await testApi()
  const named = [...readTable(accessTable).keys()].map((name) => name.replace(/ \(.*/, ''))
  expect([...new Set(named)].toSorted()).toEqual([...listRoutes(app).keys()].toSorted())
  const withoutRow = Object.keys(requests).filter((row) => !readTable(accessTable).has(row))
  expect(withoutRow).toEqual([])
})

test(
  'every route answers everyone as the access table says, and a refusal changes nothing',
  { timeout: 300_000 },
  async () => {
    const expected = readTable(accessTable)
    const env = { METRICS_TOKEN, ALLOW_SIGN_UP: 'false' }
    const api = await testApi({ env, webRoot: builtPortal() })
    const { answered, faults, changed } = await askEveryone(api, expected)
    expect.soft(writeTable(answered)).toBe(writeTable(expected))
    expect.soft(faults).toEqual([])
    expect.soft(changed).toEqual([])
  },
)

test('every route that answers with JSON declares its response', async () => {
  const { app } = await testApi()
  const undeclared = app.routes
    .filter(({ url, schema }) => !url.startsWith('/docs') && !(schema as { hide?: boolean })?.hide)
    .filter(({ schema }) => schema?.response === undefined)
  expect(undeclared.map(({ url }) => url)).toEqual([])
})

test('a route without a rule keeps the application from starting', async () => {
  const { ctx } = await testApi()
  const bare = fastify()
  authenticateRequests(bare, ctx)
  bare.get('/open', async () => 'anyone')
  await expect(bare.ready()).rejects.toThrow('GET /open declares no access rule')
})
