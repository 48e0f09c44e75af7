import { expect, test } from 'vitest'
import { keyWith } from '../key-for-tests.ts'
import { toLimitsChange, toLimitsForm, validateLimits } from './edit-limits-form.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')
const key = keyWith({
  expiresAt: '2099-03-08T01:00:00.000Z',
  scopes: ['a:b', 'c'],
  allowedIps: ['10.0.0.0/8', '::1'],
  rateLimitPerMinute: 25,
})

test('the form shows the limits of the key', () => {
  expect(toLimitsForm(key)).toEqual({
    environment: 'production',
    expiry: 'date',
    expiryDate: '2099-03-07',
    scopes: 'a:b c',
    allowedIps: '10.0.0.0/8\n::1',
    rateLimit: '25',
  })
})

test('only what the person changed is sent: an untouched date keeps its time of day', () => {
  const form = toLimitsForm(key)
  expect(toLimitsChange(form, key, nowMs)).toEqual({})
  expect(toLimitsChange({ ...form, rateLimit: '' }, key, nowMs)).toEqual({
    rateLimitPerMinute: null,
  })
  expect(toLimitsChange({ ...form, scopes: 'c', expiry: 'never' }, key, nowMs)).toEqual({
    scopes: ['c'],
    expiresAt: null,
  })
})

test('an untouched expiry may be past, a changed one may not', () => {
  const expired = keyWith({ expiresAt: '2020-01-01T00:00:00.000Z' })
  const form = toLimitsForm(expired)
  expect(validateLimits(form, expired)).toEqual({})
  expect(validateLimits({ ...form, expiryDate: '2020-01-02' }, expired)).toHaveProperty(
    'expiryDate',
  )
})
