import { readdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { filesWith } from '../../scripts/testkit/secrets/files-with.ts'
import { comeBack, fillNewKey, openPortal } from './testkit/open-portal.ts'
import { PASSWORD } from './testkit/person.ts'
import { runCurl } from './testkit/run-snippet.ts'
import { setStage } from './testkit/stage.ts'
import { placesWith } from './testkit/places-with.ts'

const stage = setStage({ LOG_LEVEL: 'trace' })

test('a key is shown once, works until it is revoked, and is kept nowhere', async () => {
  const { service } = stage
  // The page asks on while the service restarts.
  const { page } = await openPortal(stage, { expected: /ERR_CONNECTION_REFUSED/ })
  await makeFirstAccount(page)
  await page.getByText('No API keys yet').waitFor()

  const { key, curl } = await generateKey(page, 'Production server')
  const first = await runCurl(curl)
  expect(first).toMatchObject({ agentName: 'Customer Support Agent', expiresIn: 60 })
  await page.getByRole('button', { name: 'Done' }).click()
  await expectHidden(page, key)

  const row = page.getByRole('row', { name: /Production server/ })
  await row.getByRole('cell', { name: `nas_...${key.slice(-4)}`, exact: true }).waitFor()
  await comeBack(page)
  await expect.poll(() => row.innerText()).not.toContain('Never used')

  const serviceToken = await makeServiceToken()
  expect(await verify(serviceToken, key)).toMatchObject({ valid: true, label: 'Production server' })
  expect(await consume(serviceToken, first['accessToken'])).toBe(200)
  expect(await consume(serviceToken, first['accessToken'])).toBe(409)

  const beforeRestart = await runCurl(curl)
  const kid = await signingKeyId()
  await service.restart()
  await page.reload()
  await row.waitFor()
  expect(await verify(serviceToken, key)).toMatchObject({ valid: true })
  expect(await consume(serviceToken, beforeRestart['accessToken'])).toBe(200)
  expect(await signingKeyId()).toBe(kid)

  const unused = await runCurl(curl)
  await comeBack(page)
  await revoke(page, 'Production server')
  await row.waitFor({ state: 'detached' })
  expect(await runCurl(curl)).toMatchObject({ error: 'Invalid API key', code: 'UNAUTHORIZED' })
  expect(await verify(serviceToken, key)).toEqual({ valid: false, code: 'REVOKED' })
  expect(await consume(serviceToken, unused['accessToken'])).toBe(401)
  await page.getByRole('tab', { name: 'Revoked' }).click()
  await row.getByText(/^Revoked/).waitFor()

  await misplace(key)
  const files = ['auth-secret', 'keys.db', 'keys.db-shm', 'keys.db-wal', 'keys.db.lock']
  expect(readdirSync(service.dir)).toEqual(expect.arrayContaining(files))
  const tokens = [first, beforeRestart, unused].map((answer) => String(answer['accessToken']))
  for (const secret of [key, serviceToken, ...tokens]) {
    expect(filesWith(service.dir, secret)).toEqual([])
    expect(service.printed()).not.toContain(secret)
  }
  expect(filesWith(service.dir, 'Production server')).not.toEqual([]) // the search can find
  expect(service.printed()).toContain('/api/widget/token')
})

async function makeFirstAccount(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByRole('heading', { name: 'Welcome to Agent Studio' }).waitFor()
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await page.getByLabel('Email').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('/api-keys')
}

async function generateKey(page: Page, label: string): Promise<{ key: string; curl: string }> {
  await page.getByRole('button', { name: 'Generate key' }).first().click()
  const key = await fillNewKey(page, label)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Copy key' }).click()
  await dialog.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  await dialog.getByRole('tab', { name: 'curl' }).click()
  const curl = await dialog.getByRole('tabpanel').locator('pre').innerText()
  expect(curl).toContain(key)
  expect(await placesWith(page, key)).toEqual(['document', 'memory']) // the search can find
  return { key, curl }
}

async function expectHidden(page: Page, key: string): Promise<void> {
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.evaluate(() => navigator.clipboard.writeText(''))
  await expect.poll(() => placesWith(page, key)).toEqual([])
}

async function revoke(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: `Revoke ${label}` }).click()
  const dialog = page.getByRole('alertdialog')
  const confirm = dialog.getByRole('button', { name: 'Revoke key' })
  await expect.poll(() => confirm.isDisabled()).toBe(true)
  await dialog.getByLabel(/to confirm$/).fill(label)
  await confirm.click()
  await dialog.waitFor({ state: 'detached' })
}

async function makeServiceToken(): Promise<string> {
  const scopes = 'keys:verify,calls:consume'
  const made = await stage.service.keys(
    'service-token',
    'create',
    '--name',
    'Voice',
    '--scopes',
    scopes,
  )
  expect(made.code, made.stderr).toBe(0)
  return made.stdout.trim()
}

async function verify(serviceToken: string, key: string): Promise<unknown> {
  const response = await post('/api/auth/verify', serviceToken, { key })
  expect(response.status).toBe(200)
  return response.json()
}

async function consume(serviceToken: string, accessToken: unknown): Promise<number> {
  return (await post('/api/internal/calls/consume', serviceToken, { accessToken })).status
}

async function post(path: string, token: string, body: unknown): Promise<Response> {
  return fetch(stage.service.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Sends the key to places where it does not belong, as people do. */
async function misplace(key: string): Promise<void> {
  const headers = { 'X-Request-Id': key, 'User-Agent': key, Referer: `http://localhost/${key}` }
  for (const path of [`/no-such-page/${key}`, `/api/keys/${key}`, `/api/whoami?key=${key}`])
    await fetch(stage.service.url + path, { headers })
}

async function signingKeyId(): Promise<string> {
  const response = await fetch(`${stage.service.url}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid).join()
}
