import { expect, test } from 'vitest'
import { expectError, testApi } from '../../../../scripts/testkit/api/kit.ts'
import { newSigner, startKeyServer, type Manner } from '../../../test/key-server.ts'

async function openWithKeys() {
  const keys = await startKeyServer()
  const api = await testApi({ env: { LEAK_KEYS_URL: keys.url } })
  const body = JSON.stringify([{ token: 'nas_x', type: 'our_key', url: '', source: 'commit' }])
  const post = (headers: Record<string, string | string[]>, text = body) =>
    api.request
      .post('/api/leaks/github')
      .set({ 'Content-Type': 'application/json', ...(headers as Record<string, string>) })
      .send(text)
  return { keys, api, body, post, signed: keys.signer.headersFor(body) }
}

test('a report is accepted only with a signature of the provider over its exact bytes', async () => {
  const { keys, body, post, signed } = await openWithKeys()
  expect((await post(signed)).status).toBe(200)
  const lowerCase = Object.fromEntries(
    Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]),
  )
  expect((await post(lowerCase)).status).toBe(200)

  const name = 'Github-Public-Key-Signature'
  const identifier = 'Github-Public-Key-Identifier'
  const forger = newSigner(keys.signer.id)
  const refused: [Record<string, string>, string][] = [
    [{}, body],
    [{ [identifier]: signed[identifier]! }, body],
    [{ [name]: signed[name]! }, body],
    [forger.headersFor(body), body],
    [signed, `${body} `],
    [signed, body.replace('commit', 'public')],
    [keys.signer.headersFor('[]'), body],
    [{ ...signed, [name]: '' }, body],
    [{ ...signed, [name]: `${signed[name]},${signed[name]}` }, body],
    [{ ...signed, [name]: 'AAAA' }, body],
    [{ ...signed, [identifier]: '__proto__' }, body],
    [{ ...signed, [identifier]: '../keys' }, body],
  ]
  for (const [headers, text] of refused) {
    const answer = await post(headers, text)
    expectError(answer, 401, 'UNAUTHORIZED')
    expect(answer.headers['cache-control']).toBe('no-store')
  }
  expectError(await post({}, ''), 401, 'UNAUTHORIZED')
})

test('a signature by another kind of key is refused, even if the provider publishes the key', async () => {
  const { keys, body, post } = await openWithKeys()
  const other = newSigner('other-curve', 'secp384r1')
  keys.published.push(other)
  expectError(await post(other.headersFor(body)), 401, 'UNAUTHORIZED')
})

test('while the keys cannot be fetched the answer is 503, and a later attempt succeeds', async () => {
  const { keys, api, post, signed } = await openWithKeys()
  for (const manner of ['broken', 'redirecting', 'endless', 'nonsense'] satisfies Manner[]) {
    keys.manner = manner
    expectError(await post(signed), 503, 'UNAVAILABLE')
    api.clock.advance(10)
  }
  expect(keys.asked).toBe(4)
  keys.manner = 'polite'
  expect((await post(signed)).status).toBe(200)

  api.clock.advance(3600)
  keys.manner = 'broken'
  expectError(await post(signed), 503, 'UNAVAILABLE')
})

test('a key that the provider withdraws is trusted for an hour at most', async () => {
  const { keys, api, post, signed } = await openWithKeys()
  expect((await post(signed)).status).toBe(200)
  keys.published = [newSigner('next')]
  api.clock.advance(3599)
  expect((await post(signed)).status).toBe(200)
  api.clock.advance(1)
  expectError(await post(signed), 401, 'UNAUTHORIZED')
})

test('a flood of made-up identifiers does not become a flood of fetches', async () => {
  const { keys, api, body, post, signed } = await openWithKeys()
  const made = Array.from({ length: 20 }, (_, at) => newSigner(`made-up-${at}`))
  const answers = await Promise.all(made.map((signer) => post(signer.headersFor(body))))
  for (const answer of answers) expectError(answer, 401, 'UNAUTHORIZED')
  expect(keys.asked).toBe(1)

  const next = newSigner('next')
  keys.published.push(next)
  expectError(await post(next.headersFor(body)), 401, 'UNAUTHORIZED')
  api.clock.advance(60)
  expect((await post(next.headersFor(body))).status).toBe(200)
  expect((await post(signed)).status).toBe(200)
  expect(keys.asked).toBe(2)

  keys.manner = 'broken'
  api.clock.advance(60)
  for (const signer of made) expectError(await post(signer.headersFor(body)), 503, 'UNAVAILABLE')
  expect(keys.asked).toBe(3)
})

test('an address may report 120 times a minute', async () => {
  const { api, post, signed } = await openWithKeys()
  for (let at = 0; at < 12; at++) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(signed)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  }
  expectError(await post(signed), 429, 'RATE_LIMITED')
  api.clock.advance(60)
  expect((await post(signed)).status).toBe(200)
})

test('a signed body that is no report is refused, without repeating it', async () => {
  const { keys, post } = await openWithKeys()
  const token = `nas_${'a'.repeat(32)}`
  for (const wrong of [{ token }, [{ type: token }], [token], [{ token: [token], type: 'x' }]]) {
    const body = JSON.stringify(wrong)
    const answer = await post(keys.signer.headersFor(body), body)
    expectError(answer, 400, 'INVALID_INPUT')
    expect(answer.text).not.toContain(token)
  }
  const many = JSON.stringify(Array.from({ length: 1001 }, () => ({ token: '', type: '' })))
  expectError(await post(keys.signer.headersFor(many), many), 400, 'INVALID_INPUT')
  const long = JSON.stringify([{ token: 'x'.repeat(65_536), type: '' }])
  expectError(await post(keys.signer.headersFor(long), long), 413, 'PAYLOAD_TOO_LARGE')
})
