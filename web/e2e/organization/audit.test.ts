import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { openPortal, type Portal } from '../testkit/open-portal.ts'
import {
  addMember,
  callAs,
  issueKey,
  makePerson,
  revokeKey,
  type Person,
} from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

test('an event shows who did what to which key, before and after, when and from where', async () => {
  const { page, key } = await openLog()
  const row = page.getByRole('row', { name: 'Changed a key' })
  await row.getByRole('cell', { name: /^Ada Person/ }).waitFor()
  const said = (await row.innerText()).replaceAll(/\s+/g, ' ')
  expect(said).toContain('Label: from Production server → to Renamed server')
  expect(said).toContain('Environment: from Production → to Staging')
  await row.getByText('127.0.0.1').waitFor()
  await row.getByRole('time').hover()
  await page.getByRole('tooltip').filter({ hasText: new Date().getFullYear().toString() }).waitFor()
  await row.getByRole('link', { name: `Renamed server ${key.masked}` }).click()
  await page.waitForURL(`/api-keys/${key.id}`)
})

test('many changes at once wait behind a word', async () => {
  const { page, person, key } = await openLog()
  await change(person, key.id, {
    label: 'Limited server',
    scopes: ['widget:token'],
    allowedIps: ['203.0.113.7'],
    rateLimitPerMinute: 5,
  })
  await page.reload()
  const row = page.getByRole('row').filter({ hasText: '4 details' })
  await expect.poll(() => row.getByText('203.0.113.7').isVisible()).toBe(false)
  await row.getByText('4 details').press('Enter')
  await row.getByText('203.0.113.7').waitFor()
  await expect.poll(() => row.innerText()).toContain('Requests per minute')
  await expectAccessible(page)
})

test('joining, importing and giving up a key have names of their own', async () => {
  const { page, person, key } = await openLog()
  await addMember(stage.service, person, 'member', 'Grace Newcomer')
  const sha256 = createHash('sha256').update(`sk_${key.id}`).digest('hex')
  const file = join(stage.service.dir, `${key.id}.jsonl`)
  writeFileSync(file, JSON.stringify({ sha256, label: 'Old shop', last4: '_old' }))
  await stage.service.keys('import', '--organization', key.organizationId, file)
  await fetch(`${stage.service.url}/api/keys/revoke-leaked`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key: key.key }),
  })
  await page.reload()
  await page.getByRole('row', { name: 'Grace Newcomer Joined the organization' }).waitFor()
  await page.getByRole('row', { name: 'Imported a key' }).getByText('Old shop').waitFor()
  const leaked = page.getByRole('row', { name: 'Reported a leaked key' })
  await leaked.getByText('Key holder').waitFor()
  await expect.poll(() => leaked.innerText()).not.toContain('Found')
  await page.goto(`/api-keys/${key.id}`)
  await page.getByText('Reported as leaked by someone who had it').waitFor()
  await page.getByText(/was revoked.* by someone who had it/).waitFor()
})

test('filters are in the address, narrow the file as well, and are cleared at once', async () => {
  const { page, other } = await openLog()
  await page.getByLabel('Action filter').selectOption('Generated a key')
  await page.waitForURL(/action=key\.created/)
  await page.getByRole('row', { name: 'Changed a key' }).waitFor({ state: 'detached' })
  await page.getByRole('combobox', { name: 'Key filter' }).fill('worker')
  await page.getByRole('option', { name: 'Old worker' }).click()
  await page.waitForURL(`/audit-log?keyId=${other.id}&action=key.created`)
  await expect.poll(() => rowsOf(page)).toBe(1)

  await page.reload()
  await expect.poll(() => rowsOf(page)).toBe(1)
  const shown = page.getByRole('combobox', { name: 'Key filter' })
  await expect.poll(() => shown.inputValue()).toBe(`Old worker (${other.masked})`)
  const lines = (await downloadedFile(page)).trim().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(other.id)

  await page.getByLabel('Action filter').selectOption('Enabled a key')
  await page.getByText('No event matches').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await page.getByRole('row', { name: 'Changed a key' }).waitFor()
  expect(new URL(page.url()).search).toBe('')
  expect((await downloadedFile(page)).split('\r\n').length).toBeGreaterThan(4)
})

test('the log is filtered by person', async () => {
  const { page } = await openLog()
  const people = page.getByLabel('Person filter')
  await people.getByRole('option', { name: /^Ada Person/ }).waitFor({ state: 'attached' })
  await people.selectOption({ index: 1 })
  await page.waitForURL(/actorId=usr_/)
  await page.getByRole('row', { name: 'Changed a key' }).waitFor()
  await page.goto('/audit-log?actorId=usr_nobody')
  await page.getByText('No event matches').waitFor()
})

test('the log is filtered by day, in the time zone of the reader', async () => {
  const { page } = await openLog()
  const row = page.getByRole('row', { name: 'Changed a key' })
  const [yesterday, today] = await page.evaluate(() =>
    [-1, 0].map((days) => {
      const day = new Date()
      day.setDate(day.getDate() + days)
      return day.toLocaleDateString('sv-SE')
    }),
  )
  await page.getByLabel('To day').fill(yesterday!)
  await page.getByText('No event matches').waitFor()
  await page.getByLabel('To day').fill(today!)
  await row.waitFor()
  await page.getByLabel('From day').fill(today!)
  await page.waitForURL(`/audit-log?from=${today}&to=${today}`)
  await row.waitFor()
  await expectAccessible(page)
  await page.reload()
  expect((await downloadedFile(page)).split('\r\n').length).toBeGreaterThan(4)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect.poll(() => page.getByLabel('From day').inputValue()).toBe('')
  await page.goto('/audit-log?from=yesterday&to=0001-01-01')
  await row.waitFor()
})

test('loading more by keyboard keeps the focus, on the button and then at the end', async () => {
  const person = await makePerson(stage.service)
  for (let made = 0; made < 60; made += 1) await issueKey(stage.service, person, `Server ${made}`)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/audit-log')
  await page.getByText('50 events loaded').waitFor()
  await page.getByRole('button', { name: 'Load more' }).press('Enter')
  const end = page.getByText(/^All 6\d events loaded$/)
  await end.waitFor()
  await expect.poll(() => end.evaluate((text) => text === document.activeElement)).toBe(true)
})

test('a log that cannot be loaded says so, and is there after trying again', async () => {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, 'Production server')
  const { page } = await openPortal(stage, { as: person, expected: /status of 429/ })
  const json = { error: 'Rate limit exceeded', code: 'RATE_LIMITED', requestId: 'r' }
  await page.route('**/api/audit-events?*', (route) => route.fulfill({ status: 429, json }))
  await page.goto('/audit-log')
  await page.getByText('The audit log could not be loaded').waitFor()
  await expectAccessible(page)
  await page.unroute('**/api/audit-events?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('row', { name: 'Production server' }).waitFor()
})

test('the choice of a key is accessible', async () => {
  const { page } = await openLog()
  await page.getByRole('combobox', { name: 'Key filter' }).click()
  await page.getByRole('option', { name: 'Old worker' }).waitFor()
  await expectAccessible(page)
})

type Log = Portal & { person: Person; key: IssuedKey; other: IssuedKey }

/** The log of a person who made two keys, changed one and revoked the other. */
async function openLog(): Promise<Log> {
  const person = await makePerson(stage.service)
  const other = await issueKey(stage.service, person, 'Old worker')
  await revokeKey(stage.service, person, other.id)
  const key = await issueKey(stage.service, person, 'Production server')
  await change(person, key.id, { label: 'Renamed server', environment: 'staging' })
  const portal = await openPortal(stage, { as: person })
  await portal.page.goto('/audit-log')
  await portal.page.getByRole('row', { name: 'Changed a key' }).waitFor()
  return { ...portal, person, key, other }
}

async function change(person: Person, id: string, settings: object): Promise<void> {
  const response = await callAs(stage.service, person, 'PATCH', `/api/keys/${id}`, settings)
  expect(response.status).toBe(200)
}

function rowsOf(page: Page): Promise<number> {
  return page.locator('tbody').getByRole('row').count()
}

async function downloadedFile(page: Page): Promise<string> {
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export CSV' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/\.csv$/)
  return readFileSync(await download.path(), 'utf8')
}
