import { expect, onTestFinished, test, vi } from 'vitest'
import { ApiFailure, call, isOutage, sentenceOf, urlOf } from './http.ts'

const refusal = new ApiFailure(409, 'CONFLICT', 'This key was rotated before')
const outage = new ApiFailure(503, 'UNAVAILABLE', 'The service cannot answer right now.')
const unreachable = new ApiFailure(0, 'UNREACHABLE', 'The service cannot be reached.')

test('after an outage nobody knows whether the call was done', () => {
  expect([outage, unreachable, new TypeError('x')].map(isOutage)).toEqual([true, true, true])
  expect(isOutage(refusal)).toBe(false)
})

test('an answer that breaks off is an outage, with the sentence of one', async () => {
  const body = new ReadableStream({
    pull: (stream) => stream.error(new TypeError('network error')),
  })
  vi.stubGlobal('fetch', async () => new Response(body))
  onTestFinished(() => void vi.unstubAllGlobals())
  const failed = await call('GET /api/policy', {}).catch((error: Error) => error)
  expect(failed).toMatchObject({ status: 0, code: 'UNREACHABLE' })
})

test('a refusal is said in its own words', () => {
  expect(sentenceOf(refusal)).toBe('This key was rotated before')
})

test('an error of our own is shown without its details', () => {
  expect(sentenceOf(new TypeError('x is undefined'))).not.toContain('undefined')
})

test('the address of a call has its parameters escaped, and nothing that is empty', () => {
  const url = urlOf('GET /api/keys/:id/usage', {
    params: { id: 'a/b' },
    query: { interval: 'day', from: '', to: null },
  })
  expect(url).toBe('/api/keys/a%2Fb/usage?interval=day')
})
