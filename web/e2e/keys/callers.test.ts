import { readFile } from 'node:fs/promises'
import type { Download } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { arrowDownTo, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const LABEL = 'Production server'

const stage = setStage()

test('a key says who uses it, and why it was refused, and so do the dialogs that end it', async () => {
  const person = await makePerson(stage.service)
  const good = await issueKey(stage.service, person, LABEL, {})
  await mintToken(stage.service, good.key)
  const narrow = await issueKey(stage.service, person, 'Reader', { scopes: ['calls:read'] })
  for (let at = 0; at < 7; at++) await refused(narrow.key, `asked-${at}`)

  const { page } = await openPortal(stage, { as: person })
  await page.goto(`/api-keys/${narrow.id}`)
  const section = page.getByRole('region', { name: 'Who uses this key' })
  const refusals = section.getByRole('list', { name: 'Refused requests' })
  await refusals.getByText('request asked-6').waitFor()
  await expect.poll(() => refusals.getByRole('listitem').count()).toBe(5)
  await refusals.getByText('It lacks the scope widget:token').first().waitFor()
  await refusals.getByText('Add it, or ask for less.').first().waitFor()
  await section.getByText('0 accepted, 7 refused').waitFor()
  await tabTo(page, section.getByRole('button', { name: 'Show all 7 refusals' }))
  await page.keyboard.press('Enter')
  await refusals.getByText('request asked-0').waitFor()
  await expectAccessible(page)

  await page.goto(`/api-keys/${good.id}`)
  await tabTo(page, page.getByRole('button', { name: 'Revoke' }).first())
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('They came from 127.0.0.1.').waitFor()
})

test('the id of a refused request finds the key, the reason and what to do', async () => {
  const person = await makePerson(stage.service)
  const narrow = await issueKey(stage.service, person, 'Reader', { scopes: ['calls:read'] })
  await refused(narrow.key, 'checkout-4711')
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Reader' }).waitFor()
  await tabTo(page, page.getByRole('searchbox'))
  await page.keyboard.type('checkout-4711')
  const found = page.getByRole('region', { name: 'Why checkout-4711 was refused' })
  await found.getByText('It lacks the scope widget:token').waitFor()
  await found.getByText('Add it, or ask for less.').waitFor()
  await expectAccessible(page)
  expect(await page.getByText('No key matches').count()).toBe(0)
  await tabTo(page, found.getByRole('link', { name: /^Reader nas_/ }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Reader' }).waitFor()

  const stranger = await makePerson(stage.service)
  const { page: other } = await openPortal(stage, { as: stranger })
  await other.goto('/api-keys?q=checkout-4711')
  await other.getByText('No key matches').waitFor()
})

test('by keyboard alone the usage of all keys is seen by time, outcome, key and environment', async () => {
  const person = await makePerson(stage.service)
  const good = await issueKey(stage.service, person, LABEL)
  const staging = await issueKey(stage.service, person, 'Staging server', {
    environment: 'staging',
    scopes: ['calls:read'],
  })
  for (let at = 0; at < 3; at++) await mintToken(stage.service, good.key)
  await refused(staging.key, 'asked')
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/usage')
  const totals = page.getByRole('list', { name: 'Totals' })
  await totals.getByText('Accepted 3').waitFor()
  await totals.getByText('Scope missing 1').waitFor()
  await page.getByRole('group', { name: /^Chart of requests per hour/ }).waitFor()
  const byKey = page.getByRole('table', { name: 'By key' })
  await byKey.getByRole('row', { name: /^Production server .* 3 0$/ }).waitFor()
  await byKey.getByRole('row', { name: /^Staging server .* 0 1$/ }).waitFor()
  const byEnvironment = page.getByRole('table', { name: 'By environment' })
  await byEnvironment.getByRole('row', { name: 'Staging 0 1' }).waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Show numbers' }))
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Numbers' }).waitFor()
  await expectAccessible(page)
  const range = page.getByRole('combobox', { name: 'Time range' })
  for (const days of ['7d', '30d', '90d']) {
    await arrowDownTo(page, range, days)
    await page.getByRole('group', { name: /^Chart of requests per day/ }).waitFor()
    await totals.getByText('Accepted 3').waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe(`?range=${days}`)
  }
  const environment = page.getByRole('combobox', { name: 'Environment filter' })
  await arrowDownTo(page, environment, 'staging')
  await totals.getByText('Accepted 0').waitFor()
  const saving = page.waitForEvent('download')
  await tabTo(page, page.getByRole('link', { name: 'Export CSV' }))
  await page.keyboard.press('Enter')
  const lines = (await text(await saving)).trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^\uFEFFstart,VALID,/)
  expect(lines).toHaveLength(91)
  await page.getByRole('row', { name: 'Production server' }).waitFor({ state: 'detached' })
})

async function text(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8')
}

async function refused(key: string, requestId: string): Promise<void> {
  const { status } = await fetch(`${stage.service.url}/api/widget/token`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'X-Request-Id': requestId,
    },
    body: JSON.stringify({ agentId: '550e8400-e29b-41d4-a716-446655440000' }),
  })
  expect(status).toBe(403)
}
