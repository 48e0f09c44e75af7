import { expect, test } from 'vitest'
import type { Service } from '../../../scripts/testkit/processes/service.ts'
import { makeServiceToken } from '../../src/crypto/secret.ts'
import { callService } from './as-service.ts'
import { runService } from './ends.ts'

const EMAIL = 'Owner@Example.com'
const PASSWORD = 'the first password of all'

test('BOOTSTRAP_EMAIL makes an owner, whom a restart leaves as they are', async () => {
  const service = await runService({ BOOTSTRAP_EMAIL: EMAIL, BOOTSTRAP_PASSWORD: PASSWORD })
  const signedIn = await signIn(service, PASSWORD)
  expect(signedIn.status).toBe(200)
  const newPassword = 'another password altogether'
  const changed = await session(service, 'change-password', cookieOf(signedIn), {
    currentPassword: PASSWORD,
    newPassword,
  })
  expect(changed.status).toBe(200)

  await service.restart()
  expect((await signIn(service, PASSWORD)).status).toBe(401)
  expect((await signIn(service, newPassword)).status).toBe(200)
})

test('where an owner was bootstrapped, sign-up is closed', async () => {
  const service = await runService({ BOOTSTRAP_EMAIL: EMAIL, BOOTSTRAP_PASSWORD: PASSWORD })
  const person = { name: 'Someone else', email: 'else@example.com', password: PASSWORD }
  expect((await session(service, 'sign-up/email', '', person)).status).toBe(403)
})

test('BOOTSTRAP_SERVICE_TOKEN works, survives restarts, and stays revoked', async () => {
  const token = makeServiceToken()
  const service = await runService({ BOOTSTRAP_SERVICE_TOKEN: token })
  expect(await verifyStatus(service, token)).toBe(200)
  await service.restart()
  expect(await verifyStatus(service, token)).toBe(200)

  const { stdout } = await service.keys('service-token', 'list')
  expect(stdout.trim().split('\n')).toHaveLength(1)
  const revoked = await service.keys('service-token', 'revoke', stdout.split('\t')[0]!)
  expect(revoked.code, revoked.stderr).toBe(0)
  expect(await verifyStatus(service, token)).toBe(401)
  await service.restart()
  expect(await verifyStatus(service, token)).toBe(401)
  expect(service.printed()).not.toContain(token)
})

async function verifyStatus(service: Service, token: string): Promise<number> {
  const { status } = await callService(service, token, 'POST', '/api/auth/verify', { key: 'any' })
  return status
}

function signIn(service: Service, password: string): Promise<Response> {
  return session(service, 'sign-in/email', '', { email: EMAIL, password })
}

function session(service: Service, path: string, cookie: string, body: unknown): Promise<Response> {
  return fetch(`${service.url}/api/session/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(cookie ? { Cookie: cookie } : {}) },
    body: JSON.stringify(body),
  })
}

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
