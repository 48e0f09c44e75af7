import { expect, test } from 'vitest'
import {
  expiryOf,
  findExpiryError,
  toLimits,
  toLimitsErrors,
  type LimitsForm,
} from './limits-form.ts'

const nowMs = Date.parse('2026-03-05T14:30:00.000Z')
const plain: LimitsForm = {
  environment: 'production',
  expiry: 'never',
  expiryDate: '',
  scopes: '',
  allowedIps: '',
  rateLimit: '',
}

test('an empty form is a key without limits', () => {
  expect(toLimits(plain, nowMs)).toEqual({
    environment: 'production',
    expiresAt: null,
    scopes: [],
    allowedIps: [],
    rateLimitPerMinute: null,
  })
})

test('words are parted by spaces, commas or lines', () => {
  const { scopes, allowedIps } = toLimits(
    { ...plain, scopes: ' a:b, c ', allowedIps: '10.0.0.0/8\n\n::1,' },
    nowMs,
  )
  expect([scopes, allowedIps]).toEqual([
    ['a:b', 'c'],
    ['10.0.0.0/8', '::1'],
  ])
})

test('an expiry is counted from now, or is the end of a day where the person is', () => {
  expect(expiryOf({ expiry: '30', expiryDate: '' }, nowMs)).toBe('2026-04-04T14:30:00.000Z')
  expect(expiryOf({ expiry: 'date', expiryDate: '' }, nowMs)).toBeNull()
  // In New York the clocks change on March 8.
  expect(expiryOf({ expiry: 'date', expiryDate: '2026-03-07' }, nowMs)).toBe(
    '2026-03-08T04:59:59.999Z',
  )
  expect(expiryOf({ expiry: 'date', expiryDate: '2026-03-08' }, nowMs)).toBe(
    '2026-03-09T03:59:59.999Z',
  )
})

test('a date must be chosen, and must not be past', () => {
  const on = (expiryDate: string) =>
    findExpiryError({ ...plain, expiry: 'date', expiryDate }, nowMs)
  expect(on('')).toBe('Choose a date')
  expect(on('2026-03-04')).toBe('Choose a date that is not past')
  expect(on('2026-03-05')).toBeNull()
  expect(findExpiryError(plain, nowMs)).toBeNull()
})

test('an error of the API stands beside its field, with the entry it is about', () => {
  const errors = toLimitsErrors(
    [
      { path: 'allowedIps.1', message: 'Must be an address' },
      { path: 'rateLimitPerMinute', message: 'Too big' },
      { path: 'expiresAt', message: 'Must be later' },
      { path: 'expiresAt', message: 'Not shown' },
      { path: 'somethingElse', message: 'Not shown' },
    ],
    { allowedIps: ['::1', 'nowhere'] },
  )
  expect(errors).toEqual({
    allowedIps: 'nowhere: Must be an address',
    rateLimit: 'Must be a whole number from 1 to 1,000,000',
    expiryDate: 'Must be later',
  })
})
