import { expect, test } from 'vitest'
import { isSameSite } from './is-same-site.ts'

test.each([
  ['http://localhost:5173', 'http://localhost:3000'],
  ['https://portal.example.com', 'https://keys.example.com:8443'],
  ['https://example.com', 'https://keys.example.com'],
  ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
])('%s and %s are of one site', (one, other) => expect(isSameSite(one, other)).toBe(true))

test.each([
  ['http://portal.example.com', 'https://keys.example.com'],
  ['https://portal.example.org', 'https://keys.example.com'],
  ['http://localhost:5173', 'http://127.0.0.1:3000'],
  ['http://10.0.0.1', 'http://10.1.0.1'],
  ['http://[::1]:1', 'http://[::2]:1'],
])('%s and %s are not of one site', (one, other) => expect(isSameSite(one, other)).toBe(false))
