import { expect, test } from 'vitest'
import { soughtSecret } from './sought-secret.ts'

const random = 'Ab3'.repeat(11).slice(0, 32)
const key = `nas_${random}`
const token = `nassvc_${random}`

test('a whole key or token is recognised wherever it stands', () => {
  for (const text of [key, ` ${key} `, `NEURA_API_KEY=${key}`, `"${key}",`, `Bearer ${key}\n`])
    expect(soughtSecret(text)).toEqual({ kind: 'whole', what: 'key', secret: key })
  expect(soughtSecret(`x ${token}.`)).toEqual({ kind: 'whole', what: 'token', secret: token })
})

test('a whole one is recognised where lines broke it, and with a capital first letter', () => {
  const half = key.slice(0, 20)
  const rest = key.slice(20)
  for (const text of [
    `${half}\n${rest}`,
    `${half} ${rest}`,
    `${half}\u00ad${rest}`,
    `N${key.slice(1)}`,
  ])
    expect(soughtSecret(text)).toEqual({ kind: 'whole', what: 'key', secret: key })
  expect(soughtSecret('nas_backup server 2')).toEqual({ kind: 'none' })
})

test('one that is typed is recognised from its first dozen characters on', () => {
  for (let length = 1; length < key.length; length++)
    expect([length, soughtSecret(key.slice(0, length)).kind]).toEqual([
      length,
      length < 12 ? 'none' : 'part',
    ])
  expect(soughtSecret(token.slice(0, 12))).toEqual({ kind: 'part', what: 'token' })
  expect(soughtSecret(`${key}x`)).toEqual({ kind: 'part', what: 'key' })
})

test.each([
  'nas_...3b4c',
  '3b4c',
  'key_01K5ZZZZZZZZZZZZZZZZZZZZZZ',
  'nas_backup_server',
  'NAS box',
])('%s is searched for as it is', (text) => expect(soughtSecret(text)).toEqual({ kind: 'none' }))
