import { expect, test } from 'vitest'
import type { Service } from '../../../../scripts/testkit/processes/service.ts'
import { filesWith } from '../../../../scripts/testkit/secrets/files-with.ts'
import { runService } from '../ends.ts'

const EMAIL = 'Owner@Example.com'
const PASSWORD = 'the first password of all'
const NEW_PASSWORD = 'another password altogether'

const owner = { BOOTSTRAP_EMAIL: EMAIL, BOOTSTRAP_PASSWORD: PASSWORD }

function session(service: Service, path: string, body: unknown): Promise<Response> {
  return fetch(`${service.url}/api/session/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function signIn(service: Service, password: string): Promise<Response> {
  return session(service, 'sign-in/email', { email: EMAIL, password })
}

test('user reset-password prints a link whose token sets a password once, and is audited', async () => {
  const service = await runService({ ...owner, LOG_LEVEL: 'trace' })
  const { code, stdout, stderr } = await service.keys('user', 'reset-password', EMAIL)
  expect(code, stderr).toBe(0)
  const [, base, token] = /^(.*)\/reset-password#token=([\w-]{22})\n$/.exec(stdout) ?? []
  expect(base).toBe(service.url)
  expect(stderr).not.toContain(token)
  expect(filesWith(service.dir, token!)).toEqual([])

  const reset = () => session(service, 'reset-password', { token, newPassword: NEW_PASSWORD })
  expect((await reset()).status).toBe(200)
  expect((await signIn(service, PASSWORD)).status).toBe(401)
  const signedIn = await signIn(service, NEW_PASSWORD)
  expect(signedIn.status).toBe(200)
  expect((await reset()).status).toBe(400)

  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0])
  const events = await fetch(`${service.url}/api/audit-events?action=member.reset_link_made`, {
    headers: { Cookie: cookie.join('; ') },
  })
  expect(await events.json()).toMatchObject({
    data: [{ actor: { type: 'system', id: null, name: 'Operator' }, keyId: null }],
  })
  expect(service.printed()).not.toContain(token)
})

test('an address that nobody has, or none at all, is one line and exit code 1', async () => {
  const service = await runService(owner)
  const wrong = [['else@example.com'], [], [EMAIL, 'more'], ['--email', EMAIL]]
  const ended = await Promise.all(
    wrong.map((words) => service.keys('user', 'reset-password', ...words)),
  )
  for (const { code, stdout, stderr } of ended) {
    expect(stderr).toMatch(/^[^\n]+\n$/)
    expect([code, stdout]).toEqual([1, ''])
  }
})
