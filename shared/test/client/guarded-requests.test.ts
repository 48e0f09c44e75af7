// A guard reads the headers of a request. Where they decide, it sends no request of its own.
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { bearer, expectRefusal, frameworks, REQUEST_ID } from './frameworks.ts'
import { clientOf } from './kit.ts'

const CHALLENGE = 'Bearer realm="nas"'
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`
const KEY = 'nas_7f3a9b2c1d4e5f6a7b8c9d0e1f2a3b4c'
const OTHER_KEY = 'nas_00000000000000000000000000000000'

/** A client that cannot ask, for fetch refuses port 1: each question is an incident, and passes. */
const unaskedClient = () =>
  clientOf({ url: 'http://127.0.0.1:1', serviceToken: 'nassvc_x', onUnavailable: 'allow' })

describe.each(Object.entries(frameworks))('in %s', (_, serve) => {
  test.each([
    ['no credential', {}, CHALLENGE],
    ['another scheme', { Authorization: 'Basic bmFzOnNlY3JldA==' }, INVALID_TOKEN],
    ['no key after Bearer', { Authorization: 'Bearer' }, INVALID_TOKEN],
    ['empty headers', { Authorization: '', 'X-API-Key': '' }, CHALLENGE],
    ['two keys', { ...bearer(KEY), 'X-API-Key': OTHER_KEY }, INVALID_TOKEN],
  ])('%s is a 401, and the service is not asked', async (_title, headers, challenge) => {
    const client = unaskedClient()
    const address = await serve(client)
    const answer = await fetch(`${address}/guarded`, {
      headers: { 'X-Request-Id': REQUEST_ID, ...headers },
    })
    await expectRefusal(answer, 401, 'UNAUTHORIZED', 'Invalid API key')
    expect(answer.headers.get('WWW-Authenticate')).toBe(challenge)
    expect(client.incidents).toEqual([])
  })

  test('a key in the URL counts for nothing', async () => {
    const client = unaskedClient()
    const address = await serve(client)
    const answer = await fetch(
      `${address}/guarded?api_key=${KEY}&key=${KEY}&access_token=${KEY}&x-api-key=${KEY}`,
      { headers: { 'X-Request-Id': REQUEST_ID } },
    )
    await expectRefusal(answer, 401, 'UNAUTHORIZED', 'Invalid API key')
    expect(answer.headers.get('WWW-Authenticate')).toBe(CHALLENGE)
    expect(client.incidents).toEqual([])
  })

  test('two Authorization headers are a 401, even with a key in the first', async () => {
    const client = unaskedClient()
    const { host, hostname, port } = new URL(await serve(client))
    const headers = ['Host', host, 'Authorization', `Bearer ${KEY}`]
    headers.push('Authorization', `Bearer ${OTHER_KEY}`)
    const [answer] = await once(get({ hostname, port, path: '/guarded', headers }), 'response')
    expect((answer as IncomingMessage).resume().statusCode).toBe(401)
    expect(client.incidents).toEqual([])
  })

  test.each([
    ['the same in both headers', { ...bearer(KEY), 'X-API-Key': KEY }],
    ['after a scheme in lower case', { Authorization: `bearer  ${KEY}` }],
    ['beside another scheme', { Authorization: 'Basic bmFz', 'X-API-Key': KEY }],
    ['beside an empty header', { ...bearer(KEY), 'X-API-Key': '' }],
    ['beside the other empty header', { Authorization: '', 'X-API-Key': KEY }],
    ['of any shape in X-API-Key', { 'X-API-Key': 'an imported "key"' }],
    ['of any shape after Bearer', { Authorization: 'Bearer old#key!' }],
  ])('a key is asked about: %s', async (_title, headers) => {
    const client = unaskedClient()
    const address = await serve(client)
    expect((await fetch(`${address}/guarded`, { headers })).status).toBe(200)
    expect(client.incidents).toMatchObject([{ type: 'unavailable' }])
  })

  describe('the id of a refusal', () => {
    test.each([
      ['is the one that came', 'abc_1.2-3', 'abc_1.2-3'],
      ['is new where the one that came is too long', 'x'.repeat(65), /^req_[a-z0-9]+$/],
      ['is new where the one that came has other characters', 'a b', /^req_[a-z0-9]+$/],
      ['is new where the one that came may be a secret', KEY, /^req_[a-z0-9]+$/],
    ])('%s', async (_title, sent, expected) => {
      const address = await serve(unaskedClient())
      const answer = await fetch(`${address}/guarded`, { headers: { 'X-Request-Id': sent } })
      const { requestId } = (await answer.json()) as { requestId: string }
      expect(requestId).toMatch(expected)
      expect(answer.headers.get('X-Request-Id')).toBe(requestId)
    })

    test('is the one that the given function says, if it may be shown', async () => {
      const requestId = (header: (name: string) => string | undefined) => header('x-trace') ?? ''
      const address = await serve(unaskedClient(), { requestId })
      const idOf = async (trace: string) => {
        const answer = await fetch(`${address}/guarded`, { headers: { 'X-Trace': trace } })
        return answer.headers.get('X-Request-Id')
      }
      expect(await idOf('trace-7')).toBe('trace-7')
      expect(await idOf(KEY)).toMatch(/^req_/)
    })
  })

  test('what the service would not understand is refused as the guard is made', async () => {
    await expect(serve(unaskedClient(), { scopes: ['NO'] })).rejects.toThrow('scopes.0')
    await expect(serve(unaskedClient(), { cost: -1 })).rejects.toThrow('cost')
  })
})
