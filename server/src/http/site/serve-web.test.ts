import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { expectError, testApi } from '../../../../scripts/testkit/api/kit.ts'

async function withPortal() {
  const webRoot = mkdtempSync(join(tmpdir(), 'web-'))
  onTestFinished(() => rmSync(webRoot, { recursive: true }))
  mkdirSync(join(webRoot, 'assets'))
  writeFileSync(join(webRoot, 'index.html'), '<title>Portal</title>')
  writeFileSync(join(webRoot, 'assets/app-1a2b.js'), 'void 0')
  return testApi({ webRoot })
}

test.each(['/', '/api-keys', '/api-keys/key_x', '/a.b'])('%s is the page', async (path) => {
  const { request } = await withPortal()
  const answer = await request.get(path).set('Accept', 'text/html,*/*').expect(200)
  expect(answer.text).toBe('<title>Portal</title>')
  expect(answer.headers['cache-control']).toBe('no-cache')
  expect(answer.headers['content-security-policy']).toContain("script-src 'self';")
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'")
})

test('the address that the start prints is the page for a client that names no type', async () => {
  const { request } = await withPortal()
  for (const headers of [{}, { Accept: '*/*' }])
    expect((await request.get('/').set(headers).expect(200)).text).toBe('<title>Portal</title>')
  expectError(await request.get('/').set('Accept', 'application/json'), 404, 'NOT_FOUND')
  expectError(await request.get('/other').set('Accept', '*/*'), 404, 'NOT_FOUND')
})

test('hashed files may be kept for good; nothing outside the folder is served', async () => {
  const { request } = await withPortal()
  const answer = await request.get('/assets/app-1a2b.js').expect(200)
  expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin')
  expect(answer.headers['content-security-policy']).toBeUndefined() // for documents alone
  await request.get('/assets/..%2findex.html').expect(400)
  await request.get('/assets/other.js').set('Accept', 'text/html').expect(404)
})

test('a missing file of the reference is the page, and warns of no leak', async () => {
  const warnings: Error[] = []
  const note = (warning: Error) => void warnings.push(warning)
  process.addListener('warning', note)
  onTestFinished(() => void process.removeListener('warning', note))
  const { request } = await withPortal()
  await request.get('/docs/static/x').set('Accept', 'text/html').expect(200)
  expect(warnings).toEqual([])
})

test.each(['/api/nothing', '/%61pi/nothing', '/api%2Fnothing', '/assets/x.js', '/%61ssets/x.js'])(
  '%s is no page, however it is spelled',
  async (path) => {
    const { request } = await withPortal()
    expectError(await request.get(path).set('Accept', 'text/html'), 404, 'NOT_FOUND')
  },
)

test('a client that does not want HTML gets a JSON 404', async () => {
  const { request } = await withPortal()
  expectError(await request.get('/api-keys').set('Accept', 'application/json'), 404, 'NOT_FOUND')
})
