import { expect, test } from 'vitest'
import { testApi, type TestApi } from '../../../../scripts/testkit/api/kit.ts'

const first = { session: null, nonce: '', applied: 0, batch: 0, uses: [], unused: [] }
const use = { keyId: 'key_1', code: 'VALID', ip: null, count: 1, agoMs: 0 }

/** Polls once through the lane and once, for its unusual content type, through the route. */
async function bothWays(api: TestApi, token: string, body: string) {
  const ask = async (contentType: string) => {
    const response = await api.request
      .post('/api/auth/lease')
      .set({
        Authorization: `Bearer ${token}`,
        'Content-Type': contentType,
        'X-Request-Id': 'same',
      })
      .serialize((sent: unknown) => sent as string)
      .send(body)
    const { date: _, ...headers } = response.headers
    // Names of sessions and nonces are random.
    const text = response.text.replaceAll(/"(session|nonce)":"[^"]+"/g, '"$1":"…"')
    return { status: response.status, headers, text }
  }
  return [await ask('application/json'), await ask('application/json; charset=utf-8')]
}

test('the lane and the route give the same answer to a poll, to the byte', async () => {
  const api = await testApi({ dialect: 'sqlite' }) // on PostgreSQL, a lease ends with a beat
  const owner = await api.owner()
  const { key } = await api.issueKey(owner)
  const good = await api.serviceToken({ scopes: ['keys:verify'] })
  const limited = await api.serviceToken({ organizationIds: [owner.organizationId] })
  const scopeless = await api.serviceToken({ scopes: ['keys:manage'] })
  const polls: [token: string, body: string][] = [
    [good, JSON.stringify(first)],
    [limited, JSON.stringify(first)],
    [good, JSON.stringify({ ...first, session: 'les_unknown', applied: 7, batch: 3 })],
    [good, JSON.stringify({ ...first, session: 'les_unknown', uses: [use], bye: true })],
    [good, JSON.stringify({ ...first, applied: -1 })],
    [good, JSON.stringify({ ...first, more: 1 })],
    [good, '{"session":null,"__proto__":{}}'],
    [good, '{"session":'],
    [good, ''],
    [scopeless, JSON.stringify(first)],
    [key, JSON.stringify(first)],
    ['nassvc_wrong', JSON.stringify(first)],
  ]
  for (const [token, body] of polls) {
    const [lane, route] = await bothWays(api, token, body)
    expect({ body, ...lane }).toEqual({ body, ...route })
  }
})
