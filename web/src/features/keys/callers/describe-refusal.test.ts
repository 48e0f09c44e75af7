import { expect, test } from 'vitest'
import { refusalCodes } from '@zentrix/shared/verification/verdict.ts'
import { describeRefusal } from './describe-refusal.ts'

const refusal = { at: '2026-03-05T14:30:00.000Z', requestId: 'request', scopes: [] as string[] }
const apiKey = { scopes: ['calls:read'], allowedIps: ['203.0.113.7'] }

test('a missing scope is named, and only where it is missing still', () => {
  const of = (scopes: string[], held = apiKey.scopes) =>
    describeRefusal(
      { ...refusal, code: 'INSUFFICIENT_SCOPE', ip: null, scopes },
      { ...apiKey, scopes: held },
    )
  expect(of(['calls:read', 'calls:write'])).toEqual({
    why: 'It lacks the scope calls:write',
    remedy: 'Add it, or ask for less.',
  })
  expect(of(['a', 'b']).why).toBe('It lacks the scopes a and b')
  expect(of(['calls:write'], ['calls:write']).remedy).toBe('It has all of this now.')
  expect(of(['calls:write'], []).remedy).toBe('It has all of this now.')
  expect(of([]).why).toBe('It lacked a scope')
})

test('an address that is not allowed is named', () => {
  const of = (ip: string | null) =>
    describeRefusal({ ...refusal, code: 'IP_NOT_ALLOWED', ip }, apiKey).why
  expect(of('203.0.113.9')).toBe('From 203.0.113.9, which is not allowed')
  expect(of(null)).toBe('The address was not told')
})

test('every reason has words, and something to do', () => {
  for (const code of refusalCodes) {
    const { why, remedy } = describeRefusal({ ...refusal, code, ip: '203.0.113.9' }, apiKey)
    expect(why).not.toBe('')
    expect(remedy).toMatch(/\.$/)
  }
})
