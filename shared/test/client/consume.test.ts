// How the voice platform starts the call of a widget token, through `consumeCall`.
import { describe, expect, test } from 'vitest'
import { testApi } from '../../../scripts/testkit/api/kit.ts'
import { AGENT, mintedToken, prepare } from '../../../scripts/testkit/api/widget.ts'
import { consumeCall, ConsumeCallError } from '../../client/consume-call.ts'
import { standIn, wireTo } from './kit.ts'

const TOKEN = 'nassvc_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'

/** A real service, a token to consume, and a wire in between that can fail. */
async function callOverWire(timeoutMs = 60_000) {
  const api = await testApi()
  const { owner, issued, mint } = await prepare(api)
  const serviceToken = await api.serviceToken({ scopes: ['calls:consume'] })
  const accessToken = await mintedToken(mint)
  const wire = await wireTo(api.address)
  const consume = () => consumeCall({ url: wire.address, serviceToken, timeoutMs }, accessToken)
  return { api, owner, issued, wire, accessToken, serviceToken, consume }
}

const codeOf = (consumed: Promise<unknown>) =>
  consumed.then(
    () => 'consumed',
    (error: unknown) => (error instanceof ConsumeCallError ? error.code : error),
  )

test('a token starts its call once', async () => {
  const { owner, issued, consume } = await callOverWire()
  expect(await consume()).toEqual({
    callId: expect.stringMatching(/^call_/),
    agentId: AGENT,
    instanceId: null,
    organizationId: owner.organizationId,
    keyId: issued.id,
    language: 'en',
    callerName: null,
  })
  expect(await codeOf(consume())).toBe('ALREADY_USED')
})

test('the code of a refusal is the one that the service gave', async () => {
  const { api, serviceToken, accessToken } = await callOverWire()
  const { address: url } = api
  const unscoped = await api.serviceToken({ scopes: ['keys:verify'] })
  expect(await codeOf(consumeCall({ url, serviceToken }, 'x'))).toBe('UNAUTHORIZED')
  expect(await codeOf(consumeCall({ url, serviceToken: TOKEN }, accessToken))).toBe('UNAUTHORIZED')
  expect(await codeOf(consumeCall({ url, serviceToken: unscoped }, accessToken))).toBe(
    'INSUFFICIENT_SCOPE',
  )
  const elsewhere = { url: `${url}/api/wrong`, serviceToken }
  expect(await codeOf(consumeCall(elsewhere, accessToken))).toBe('NOT_FOUND')
  const notText = undefined as unknown as string
  expect(await codeOf(consumeCall({ url, serviceToken }, notText))).toBe('INVALID_INPUT')
  expect(await consumeCall({ url, serviceToken }, accessToken)).toMatchObject({ agentId: AGENT })
})

describe('an answer that is lost is asked for again, and is the first one', () => {
  test.each(['lose answer', 'close', 'reset'] as const)('%s', async (mishap) => {
    const { wire, consume } = await callOverWire()
    wire.mishaps.push(mishap, mishap, mishap)
    expect(await consume()).toMatchObject({ agentId: AGENT })
    expect(wire.questions).toBe(4)
    expect(await codeOf(consume())).toBe('ALREADY_USED')
  })

  test('where it never comes, half of the time is left for another attempt', async () => {
    const { wire, consume } = await callOverWire(8000)
    wire.mishaps.push('hold')
    const held = consume()
    await expect.poll(() => wire.questions).toBe(2)
    expect(await held).toMatchObject({ agentId: AGENT })
  })

  test('across a restart of the service', async () => {
    const { wire, consume } = await callOverWire()
    wire.mishaps.push('lose answer')
    await wire.down()
    const consumed = consume()
    await wire.up()
    expect(await consumed).toMatchObject({ agentId: AGENT })
  })
})

test.each([502, 503, 504, 500, 429, 408])('a %i is asked again', async (status) => {
  const keys: (string | string[] | undefined)[] = []
  const url = await standIn((req, res) => {
    keys.push(req.headers['idempotency-key'])
    const body = { callId: 'call_1', agentId: AGENT, instanceId: null, organizationId: 'org_1' }
    const rest = { keyId: 'key_1', language: 'hi', callerName: 'Asha' }
    if (keys.length < 3) res.writeHead(status).end('<html>')
    else res.end(JSON.stringify({ ...body, ...rest }))
  })
  const call = await consumeCall({ url, serviceToken: TOKEN, timeoutMs: 60_000 }, 'x')
  expect(call).toMatchObject({ callId: 'call_1', callerName: 'Asha' })
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[\x21-\x7e]{16,255}$/)
})

test.each([
  ['nobody listens', undefined, 'NO_CONNECTION'],
  ['the service is down', 503, 'HTTP_503'],
  ['something else answers', 200, 'BAD_ANSWER'],
  ['something before it does not know it', 404, 'HTTP_404'],
])('no answer is UNAVAILABLE with its reason: %s', async (_title, status, reason) => {
  const url =
    status === undefined
      ? 'http://127.0.0.1:1'
      : await standIn((req, res) => res.writeHead(status).end('{"callId":"call_1"}'))
  const consumed = consumeCall({ url, serviceToken: TOKEN, timeoutMs: 1000 }, 'x')
  await expect(consumed).rejects.toMatchObject({
    name: 'ConsumeCallError',
    code: 'UNAVAILABLE',
    reason,
  })
})

test('no error repeats a token', async () => {
  const accessToken = 'eyJhbGciOiJFZERTQSJ9.e30.c2ln'
  const statuses = [200, 400, 401, 409]
  const url = await standIn((req, res) => {
    const body = { error: accessToken + TOKEN, code: 'ALREADY_USED', requestId: TOKEN }
    res.writeHead(statuses.shift() ?? 409).end(JSON.stringify(body))
  })
  const seen: string[] = []
  for (let left = statuses.length; left > 0; left--)
    await consumeCall({ url, serviceToken: TOKEN }, accessToken).catch((error: Error) =>
      seen.push(`${error.stack} ${JSON.stringify(error)}`),
    )
  expect(seen).toHaveLength(4)
  expect(seen.join('\n')).not.toMatch(/nassvc_7f3a|eyJ/)
})
