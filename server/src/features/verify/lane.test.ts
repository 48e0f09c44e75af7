import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { onEachDatabase, testApi, type TestApi } from '../../../../scripts/testkit/api/kit.ts'

/** Asks once through the lane and once, for its unusual content type, through the route. */
async function bothWays(api: TestApi, token: string, body: string | Buffer) {
  const ask = async (contentType: string) => {
    const response = await api.request
      .post('/api/auth/verify')
      .set({
        Authorization: `Bearer ${token}`,
        'Content-Type': contentType,
        'X-Request-Id': 'same',
      })
      .serialize((sent: unknown) => sent as string)
      .send(body as string)
    const { date: _, ...headers } = response.headers
    return { status: response.status, headers, text: response.text }
  }
  return [await ask('application/json'), await ask('application/json; charset=utf-8')]
}

onEachDatabase((open) => {
  test('the fast lane and the route give the same answer, to the byte', async () => {
    const api = await open()
    const owner = await api.owner()
    const good = await api.serviceToken()
    const scopeless = await api.serviceToken({ scopes: ['keys:manage'] })
    const elsewhere = await api.serviceToken({ organizationIds: ['org_elsewhere'] })
    const plain = await api.issueKey(owner, { rateLimitPerMinute: 1000 })
    const bound = await api.issueKey(owner, {
      label: 'Quotes " \\ and ключ 🔑',
      scopes: ['a', 'b:c'],
      allowedIps: ['203.0.113.0/24'],
      expiresAt: '2099-01-01T00:00:00.000Z',
      rateLimitPerMinute: 1000,
    })
    const spent = await api.issueKey(owner, { rateLimitPerMinute: 1 })
    await api.verify(spent.key)
    const revoked = await api.issueKey(owner)
    await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
    const questions: [token: string, body: string | Buffer][] = [
      [good, JSON.stringify({ key: plain.key, cost: 0 })],
      [good, JSON.stringify({ key: bound.key, ip: '203.0.113.7', scopes: ['a'], cost: 0 })],
      [good, JSON.stringify({ key: bound.key, ip: '203.0.113.7', scopes: ['x'] })],
      [good, JSON.stringify({ key: bound.key })],
      [good, JSON.stringify({ key: spent.key })],
      [good, JSON.stringify({ key: revoked.key })],
      [good, JSON.stringify({ key: '' })],
      [good, JSON.stringify({ key: 'x'.repeat(5000) })],
      [good, JSON.stringify({ key: 'x', cost: 1001 })],
      [good, '{"key":"x","__proto__":{}}'],
      [good, '{"key":"x"'],
      [good, ''],
      [good, Buffer.from([0x7b, 0xff, 0x7d])],
      [scopeless, JSON.stringify({ key: plain.key })],
      [elsewhere, JSON.stringify({ key: plain.key })],
      ['nassvc_wrong', JSON.stringify({ key: plain.key })],
    ]
    for (const [token, body] of questions) {
      const [lane, route] = await bothWays(api, token, body)
      expect(lane, String(body).slice(0, 100)).toEqual(route)
    }
  })

  test('an outage is a 503 on the fast lane too', async () => {
    const api = await open()
    const token = await api.serviceToken()
    await api.ctx.database.close()
    const [lane, route] = await bothWays(api, token, JSON.stringify({ key: 'x' }))
    expect(lane!.status).toBe(503)
    expect(lane).toEqual(route)
  })

  test('pipelined questions are answered in their order, however many', async () => {
    const api = await open()
    const owner = await api.owner()
    const token = await api.serviceToken()
    const limit = { rateLimitPerMinute: 1000 }
    const keys = [await api.issueKey(owner, limit), await api.issueKey(owner, limit)]
    const asked = Array.from({ length: 1500 }, (_, at) => keys[at % keys.length]!)
    const requests = asked.map(({ key }) => {
      const body = JSON.stringify({ key })
      return [
        'POST /api/auth/verify HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        `Authorization: Bearer ${token}`,
        '',
        body,
      ].join('\r\n')
    })
    const socket = connect(Number(new URL(api.address).port), '127.0.0.1')
    socket.write(requests.join(''))
    let answers = ''
    for await (const chunk of socket) {
      answers += String(chunk)
      if (answers.match(/"resetAt"/g)?.length === asked.length) break
    }
    const ids = [...answers.matchAll(/"keyId":"(key_\w+)"/g)].map((match) => match[1])
    expect(ids).toEqual(asked.map(({ id }) => id))
  })
})

test('while draining, each answer closes its connection', async () => {
  const api = await testApi()
  const token = await api.serviceToken()
  // Not supertest, which asks to close its connections anyway.
  const connectionAfter = async () => {
    const response = await fetch(`${api.address}/api/auth/verify`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: 'x' }),
    })
    expect(await response.json()).toEqual({ valid: false, code: 'NOT_FOUND' })
    return response.headers.get('connection')
  }
  expect(await connectionAfter()).toBe('keep-alive')
  api.readiness.startDraining()
  expect(await connectionAfter()).toBe('close')
})

test('a client that disconnects in the middle of its question harms nobody', async () => {
  const api = await testApi()
  const token = await api.serviceToken()
  const socket = connect(Number(new URL(api.address).port), '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(
    `POST /api/auth/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
      `Content-Length: 50\r\nAuthorization: Bearer ${token}\r\n\r\n{"key":`,
    () => socket.resetAndDestroy(),
  )
  await closed
  expect(await api.verify('x')).toEqual({ valid: false, code: 'NOT_FOUND' })
})
