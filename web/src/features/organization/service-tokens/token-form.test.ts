import { expect, test } from 'vitest'
import { tokenExample } from './token-example.ts'
import { emptyTokenForm, toTokenInput, validateTokenForm } from './token-form.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')

test('a name and a scope are all that a token needs', () => {
  expect(validateTokenForm({ ...emptyTokenForm, name: 'Gateway' })).toEqual({})
  expect(validateTokenForm(emptyTokenForm)).toEqual({ name: 'Enter a name' })
  expect(validateTokenForm({ ...emptyTokenForm, name: 'Gateway', scopes: [] })).toEqual({
    scopes: 'Choose at least one',
  })
})

test('a lifetime is counted from now', () => {
  const form = { ...emptyTokenForm, name: ' Gateway ' }
  expect(toTokenInput(form, nowMs)).toEqual({
    name: 'Gateway',
    scopes: ['keys:verify'],
    expiresAt: null,
  })
  expect(toTokenInput({ ...form, lifetime: '365' }, nowMs).expiresAt).toBe(
    '2027-03-05T14:30:00.000Z',
  )
})

test.each([
  [['keys:verify', 'audit:read'], '/api/auth/verify'],
  [['keys:manage', 'audit:read'], '/api/keys'],
  [['audit:read'], '/api/audit-events'],
] as const)('the example for %s is a call that the token may make', (scopes, path) => {
  const call = tokenExample('https://keys.example.com', 'nassvc_x', [...scopes], 'org_1')
  expect(call).toContain(`https://keys.example.com${path} `)
  expect(call).toContain('Bearer nassvc_x')
})
