import { expect, test } from 'vitest'
import { filesWith } from '../../../../scripts/testkit/secrets/files-with.ts'
import { callService, makeServiceToken } from '../as-service.ts'
import { runService } from '../ends.ts'

test('a service token is printed once, works at once, and ends at once', async () => {
  const service = await runService({ LOG_LEVEL: 'trace' })
  const token = await makeServiceToken(service, 'keys:verify,calls:consume')
  expect(token).toMatch(/^nassvc_[0-9A-Za-z]{32}$/)
  const verify = () => callService(service, token, 'POST', '/api/auth/verify', { key: 'any' })
  expect((await verify()).status).toBe(200)

  const listed = await service.keys('service-token', 'list')
  const masked = `nassvc_...${token.slice(-4)}`
  const [id, ...columns] = listed.stdout.trim().split('\t')
  expect(columns.slice(0, 4)).toEqual([
    masked,
    'Voice',
    'keys:verify,calls:consume',
    'all organizations',
  ])
  expect(listed.stdout + listed.stderr).not.toContain(token)

  const revoked = await service.keys('service-token', 'revoke', id!)
  expect([revoked.code, revoked.stderr]).toEqual([0, ''])
  expect((await verify()).status).toBe(401)
  const again = await service.keys('service-token', 'revoke', id!)
  expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/^[^\n]+\n$/)])
  expect(filesWith(service.dir, token)).toEqual([])
  expect(service.printed()).not.toContain(token)
})

test('a token may do only what its scopes say', async () => {
  const service = await runService()
  const token = await makeServiceToken(service, 'calls:consume')
  const { status, body } = await callService(service, token, 'POST', '/api/auth/verify', {
    key: 'any',
  })
  expect([status, body]).toEqual([403, expect.objectContaining({ code: 'INSUFFICIENT_SCOPE' })])
})

test('bad arguments give one clear line and exit code 1', async () => {
  const service = await runService()
  const wrong: [string[], RegExp][] = [
    [['service-token', 'create', '--scopes', 'keys:verify'], /--name/],
    [['service-token', 'create', '--name', 'A', '--scopes', 'keys:everything'], /--scopes/],
    [['service-token', 'create', '--name', 'A'], /--scopes/],
    [['service-token', 'create', '--name', 'A', '--scopes', 'keys:verify', '--color'], /--color/],
    [
      ['service-token', 'create', '--name=A', '--scopes=keys:verify', '--expires-at=2001-01-01'],
      /--expires-at/,
    ],
    [['service-token', 'list', '--color'], /Usage: service-token list/],
    [['service-token', 'revoke'], /id/],
    [['nothing'], /npm run keys/],
    [['service-token', 'revoke', 'svc_unknown'], /no service token/],
  ]
  const ended = await Promise.all(wrong.map(([words]) => service.keys(...words)))
  for (const [index, { code, stdout, stderr }] of ended.entries()) {
    const [words, reason] = wrong[index]!
    expect(stderr, words.join(' ')).toMatch(/^[^\n]+\n$/)
    expect(stderr).toMatch(reason)
    expect([code, stdout]).toEqual([1, ''])
  }
  expect((await service.keys('service-token', 'list')).stdout).toBe('No service tokens yet.\n')
})

test('an unknown command names those that are like it', async () => {
  const service = await runService()
  const { code, stdout, stderr } = await service.keys('service-token', 'destroy')
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^[^\n]+service-token create, service-token list[^\n]+\n$/)
  const help = await service.keys()
  expect([help.code, help.stderr]).toEqual([0, ''])
  expect(help.stdout).toContain('service-token create')
})
