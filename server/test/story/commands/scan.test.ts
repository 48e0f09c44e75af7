import { createHash } from 'node:crypto'
import { chmodSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  startNode,
  type Ended,
  type Settings,
} from '../../../../scripts/testkit/processes/child.ts'
import { makeKey } from '../../../src/crypto/secret.ts'
import { newFolder, newRepository } from '../../git-repository.ts'
import { callService, makeServiceToken, ORGANIZATION } from '../as-service.ts'
import { runService } from '../ends.ts'

test('scan says which keys are live, never shows one, and exits with 1 for a live one', async () => {
  const service = await runService()
  const token = await makeServiceToken(service, 'keys:manage,catalog:write')
  const call = (method: string, path: string, body?: object) =>
    callService(service, token, method, path, body)
  await call('PUT', `/api/internal/organizations/${ORGANIZATION}`, {
    name: 'Shop',
    subscription: 'active',
  })
  async function newKey(label: string) {
    const { body } = await call('POST', '/api/keys', { label })
    return body as { id: string; key: string }
  }
  const [live, revoked] = [await newKey('Shop server'), await newKey('Old server')]
  await call('DELETE', `/api/keys/${revoked.id}`)
  const unknown = makeKey()
  const typo = `${unknown.slice(0, -1)}${unknown.endsWith('x') ? 'y' : 'x'}`

  const { dir, write, commit, git } = newRepository()
  write('.env', `# ours\nKEY=${live.key}\n`)
  const first = commit()
  git('rm', '--quiet', '.env')
  write('notes.txt', `${unknown} ${revoked.key}\n${typo}\n${token}`)

  const text = await service.keys('scan', dir)
  expect(text.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^LIVE {5}nassvc_\.\.\..{4} svc_\w+ "Voice"$/),
    `  ${dir}/notes.txt:3:1`,
    `LIVE     nas_...${live.key.slice(-4)} ${live.id} "Shop server" of ${ORGANIZATION}`,
    `  ${first}:.env:2:5`,
    `REVOKED  nas_...${revoked.key.slice(-4)} ${revoked.id} "Old server" of ${ORGANIZATION}`,
    `  ${dir}/notes.txt:1:38`,
    `UNKNOWN  nas_...${unknown.slice(-4)} not known here`,
    `  ${dir}/notes.txt:1:1`,
  ])
  expect(text.stderr).toMatch(/^Found 4, of which live: 2. Read \d+ files, 3 objects of history/)
  expect(text.code).toBe(1)

  const json = await service.keys('scan', '--json', '--no-git', join(dir, 'notes.txt'))
  expect(JSON.parse(json.stdout)).toMatchObject({
    findings: [
      { kind: 'service-token', status: 'live', places: [{ line: 3, column: 1 }], others: 0 },
      { kind: 'key', status: 'revoked', id: revoked.id, organizationId: ORGANIZATION },
      { kind: 'key', status: 'unknown', id: null, name: null },
    ],
    files: 1,
    objects: 0,
    unread: [],
  })
  for (const secret of [live.key, revoked.key, unknown, typo, token])
    for (const { stdout, stderr } of [text, json]) expect(stdout + stderr).not.toContain(secret)

  writeFileSync(join(dir, 'notes.txt'), revoked.key)
  expect((await service.keys('scan', '--no-git', dir)).code).toBe(0)
  const wrong: [code: number, ended: Ended][] = [
    [1, await service.keys('scan')],
    [2, await service.keys('scan', join(dir, 'nowhere'))],
  ]
  for (const [expected, { code, stdout, stderr }] of wrong) {
    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr).toMatch(/^[^\n]+\n$/)
  }
  expect(service.printed()).not.toContain(live.key)
})

test('scan finds keys that were imported, of whatever shape, and says which are live', async () => {
  const service = await runService()
  const token = await makeServiceToken(service, 'keys:manage,catalog:write')
  await callService(service, token, 'PUT', `/api/internal/organizations/${ORGANIZATION}`, {
    name: 'Shop',
    subscription: 'active',
  })
  const { dir, write, commit, git } = newRepository()
  const [live, expired, gone] = ['sk_live_51Habcd', 'AKIA.dGVzdA==', 'tok:9f/8e~7d']
  const strangers = ['sk_test_51Habcd', 'other.dGVzdA==']
  write('.npmrc', `KEY=${gone}\n`)
  const first = commit()
  git('rm', '--quiet', '.npmrc')
  write('config.json', `{"key":"${live}","other":"${strangers[0]}"}`)
  write('links', `https://example.com/?key=${expired}&x=1\n${strangers[1]}`)
  expect((await service.keys('scan', dir)).stderr).toMatch(/^No keys found/)

  const lines = [
    { label: 'Live', ...hashed(live) },
    { label: 'Expired', ...hashed(expired), expiresAt: '2021-01-01T00:00:00Z' },
    { label: 'Gone', ...hashed(gone), revokedAt: '2021-01-01T00:00:00Z' },
  ].map((line) => JSON.stringify(line))
  const file = newFolder().write('keys.jsonl', lines.join('\n'))
  await service.keys('import', '--organization', ORGANIZATION, file)
  const { code, stdout, stderr } = await service.keys('scan', dir)
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^LIVE {5}nas_\.\.\.abcd key_\w+ "Live" of /),
    `  ${dir}/config.json:1:9`,
    expect.stringMatching(/^EXPIRED {2}nas_\.\.\.dA== key_\w+ "Expired" of /),
    `  ${dir}/links:1:26`,
    expect.stringMatching(/^REVOKED {2}nas_\.\.\.e~7d key_\w+ "Gone" of /),
    `  ${first}:.npmrc:1:5`,
  ])
  expect(stderr).toMatch(/^Found 3, of which live: 1. Read /)
  expect(code).toBe(1)
  for (const secret of [live, expired, gone, ...strangers])
    expect(stdout + stderr).not.toContain(secret)
})

test('scan exits with 2 where it could not read everything, whatever it found', async () => {
  const service = await runService()
  const token = await makeServiceToken(service, 'keys:verify')
  const exitCode = async (env: Settings, ...words: string[]) => {
    const ended = await startNode('server/src/commands/cli.ts', ['scan', ...words], env).ended
    expect(ended.stderr).not.toContain('    at ')
    return ended.code
  }
  const { dir, write, commit } = newRepository()
  write('notes.txt', 'nothing')
  commit()
  const { env } = service
  expect(await exitCode(env, dir)).toBe(0)
  expect(await exitCode({ ...env, PATH: '/nowhere' }, dir)).toBe(2)
  expect(await exitCode({ ...env, PATH: '/nowhere' }, '--no-git', dir)).toBe(0)
  expect(await exitCode(env, '--git', newFolder().dir)).toBe(2)
  write('live.txt', token)
  expect(await exitCode(env, dir)).toBe(1)
  const [object] = globSync('.git/objects/??/*', { cwd: dir })
  chmodSync(join(dir, object!), 0o644)
  write(object!, 'damaged')
  expect(await exitCode(env, dir)).toBe(2)
  rmSync(join(dir, '.git/objects'), { recursive: true })
  expect(await exitCode(env, dir)).toBe(2)
  write('.git/objects/info/packs', '')
  rmSync(join(dir, 'live.txt'))
  expect(await exitCode(env, dir)).toBe(2)

  const elsewhere = `file:${newFolder().dir}/keys.db`
  expect(await exitCode({ ...env, DATABASE_URL: elsewhere }, '--no-git', dir)).toBe(2)
})

function hashed(secret: string) {
  return { sha256: createHash('sha256').update(secret).digest('hex'), last4: secret.slice(-4) }
}
