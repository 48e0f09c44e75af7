// Connections between client and service: kept alive, and the one retry.
import { describe, expect, test, vi } from 'vitest'
import { consoleReporter } from '../../client/service/incidents.ts'
import { clientOf, serviceWithClient, standIn, wireTo } from './kit.ts'

const TOKEN = 'nassvc_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'

/** A client of a real service over a wire that can fail, and a key that may be used 10 times. */
async function clientOverWire(timeoutMs = 60_000) {
  const { api, owner, serviceToken } = await serviceWithClient()
  const { key } = await api.issueKey(owner, { rateLimitPerMinute: 10 })
  const wire = await wireTo(api.address)
  const url = wire.address
  const client = clientOf({ url, serviceToken, onUnavailable: 'deny', timeoutMs })
  return { key, wire, client }
}

test('questions that follow each other share connections', async () => {
  const { key, wire, client } = await clientOverWire()
  for (let left = 20; left > 0; left--) await client.verify(key, { cost: 0 })
  expect(wire.questions).toBe(20)
  // Not always one: a connection counts as busy for a moment after its answer has been read.
  expect(wire.connections).toBeLessThanOrEqual(2)
})

test('a fetch that keeps answers, as some frameworks have, is told to keep none', async () => {
  const kept = new Map<string, string>()
  let isRevoked = false
  const client = clientOf({
    url: 'http://keys.test',
    serviceToken: TOKEN,
    onUnavailable: 'deny',
    async fetch(url, { body, cache }) {
      const code = isRevoked ? 'REVOKED' : 'DISABLED'
      const text = kept.get(url + body) ?? JSON.stringify({ valid: false, code })
      if (cache !== 'no-store') kept.set(url + body, text)
      return { status: 200, text: async () => text }
    },
  })
  expect(await client.verify('nas_x')).toMatchObject({ code: 'DISABLED' })
  isRevoked = true
  expect(await client.verify('nas_x')).toMatchObject({ code: 'REVOKED' })
})

describe('a question is asked once more', () => {
  test.each(['close', 'reset'] as const)(
    'where a kept-alive connection turns out to have ended (%s)',
    async (mishap) => {
      const { key, wire, client } = await clientOverWire()
      await client.verify(key)
      wire.mishaps.push(mishap)
      expect(await client.verify(key)).toMatchObject({ valid: true, rateLimit: { remaining: 8 } })
      expect(wire.questions).toBe(3)
      expect(wire.connections).toBe(2)
    },
  )

  test('where an answer is lost; that it may be counted twice is said', async () => {
    const { key, wire, client } = await clientOverWire()
    wire.mishaps.push('lose answer')
    expect(await client.verify(key, { cost: 3 })).toMatchObject({
      valid: true,
      rateLimit: { remaining: 4 },
      mayBeCountedTwice: true,
    })
    expect(client.incidents).toEqual([{ type: 'retried', mayBeCountedTwice: true }])
  })

  test('where nobody listens; nothing was counted then', async () => {
    const { key, wire, client } = await clientOverWire()
    await wire.down()
    const verdict = {
      valid: false,
      code: 'UNAVAILABLE',
      reason: 'NO_CONNECTION',
      source: 'service',
    }
    expect(await client.verify(key)).toEqual(verdict)
    expect(client.incidents).toEqual([
      { type: 'retried', mayBeCountedTwice: false },
      { type: 'unavailable', reason: 'NO_CONNECTION', decision: 'deny' },
    ])
  })

  test('and a look at the budget is never counted', async () => {
    const { key, wire, client } = await clientOverWire()
    wire.mishaps.push('lose answer')
    const verdict = await client.verify(key, { cost: 0 })
    expect(verdict).toMatchObject({ valid: true, rateLimit: { remaining: 10 } })
    expect(verdict).not.toHaveProperty('mayBeCountedTwice')
  })

  test('but not a third time', async () => {
    const { key, wire, client } = await clientOverWire()
    wire.mishaps.push('close', 'close')
    expect(await client.verify(key)).toMatchObject({ valid: false, reason: 'NO_CONNECTION' })
    expect(wire.questions).toBe(2)
    expect(await client.verify(key)).toMatchObject({ valid: true })
  })

  test('but not after a timeout, when the service may have counted it', async () => {
    const { key, wire, client } = await clientOverWire(2000)
    wire.mishaps.push('hold')
    expect(await client.verify(key)).toMatchObject({ valid: false, reason: 'TIMEOUT' })
    expect(wire.questions).toBe(1)
  })

  test('but within the same time', async () => {
    const { key, wire, client } = await clientOverWire(2000)
    wire.mishaps.push('close', 'hold')
    expect(await client.verify(key)).toMatchObject({ reason: 'TIMEOUT', mayBeCountedTwice: true })
    expect(wire.questions).toBe(2)
  })

  test('but not for a failure that the runtime does not explain', async () => {
    let questions = 0
    const client = clientOf({
      url: 'http://127.0.0.1',
      serviceToken: TOKEN,
      onUnavailable: 'deny',
      fetch: async () => {
        questions++
        throw new TypeError('error sending request')
      },
    })
    expect(await client.verify('nas_x')).toMatchObject({ reason: 'NO_CONNECTION' })
    expect(questions).toBe(1)
  })
})

test('a service that is restarted is found again, and every key with it', async () => {
  const { key, wire, client } = await clientOverWire()
  await client.verify(key)
  await wire.down()
  await wire.up()
  expect(await client.verify(key)).toMatchObject({ valid: true })
  expect(wire.connections).toBe(2)
})

test('the path of the address is kept', async () => {
  const paths: (string | undefined)[] = []
  const url = await standIn((req, res) => {
    paths.push(req.url)
    res.end('{"valid":false,"code":"NOT_FOUND"}')
  })
  const serviceToken = TOKEN
  for (const base of ['', '/', '/keys', '/keys/'])
    await clientOf({ url: url + base, serviceToken, onUnavailable: 'deny' }).verify('nas_x')
  const [atRoot, below] = ['/api/auth/verify', '/keys/api/auth/verify']
  expect(paths).toEqual([atRoot, atRoot, below, below])
})

test('incidents go to the console, each type once a minute', () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {})
  let nowMs = 0
  const report = consoleReporter(() => nowMs)
  const outage = { type: 'unavailable', reason: 'HTTP_503', decision: 'deny' } as const
  report(outage)
  report(outage)
  report({ type: 'misconfigured', message: 'The service token is not valid (401)' })
  nowMs = 60_000
  report(outage)
  report({ type: 'retried', mayBeCountedTwice: true })
  expect(written.mock.calls.map(([line]) => line as unknown)).toEqual([
    'API key verification: no verdict (HTTP_503): deny',
    'API key verification: The service token is not valid (401)',
    'API key verification: no verdict (HTTP_503): deny',
    'API key verification: connection failed, asked again; may be counted twice',
  ])
  written.mockRestore()
})
