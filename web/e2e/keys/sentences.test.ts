// Each sentence of the portal about a key has to be true of that key.
import { expect, test } from 'vitest'
import { DAY_MS } from '@zentrix/shared/moment.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const LABEL = 'Production server'

const stage = setStage()

async function openKey(settings: Record<string, unknown> = {}) {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, LABEL, settings)
  const { page } = await openPortal(stage, { as: person })
  return {
    key,
    page,
    async show() {
      await page.goto(`/api-keys/${key.id}`)
      await page.getByRole('heading', { level: 1, name: LABEL }).waitFor()
    },
  }
}

test('disabling shows the traffic that will fail, and the banner enables the key again', async () => {
  const { key, page, show } = await openKey()
  await mintToken(stage.service, key.key)
  await show()
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('was last used just now').waitFor()
  await dialog.getByText('1 request in the last 24 hours.').waitFor()
  await dialog.getByRole('button', { name: 'Disable key' }).click()
  await page.getByText('This key is disabled.').waitFor()
  await page.getByRole('button', { name: 'Enable key' }).click()
  await page.getByText('This key is disabled.').waitFor({ state: 'detached' })
})

test('a key that its holder ended was not found in public, and one banner says so', async () => {
  const { key, page, show } = await openKey()
  await fetch(`${stage.service.url}/api/keys/revoke-leaked`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key: key.key }),
  })
  await show()
  await page.getByText('by someone who had it and reported it as leaked').waitFor()
  await expect.poll(() => page.getByRole('main').getByRole('note').count()).toBe(1)
  expect(await page.getByText('found in public').count()).toBe(0)
  await page.goto('/audit-log')
  const row = page.getByRole('row', { name: 'Revoked a key' })
  await row.waitFor()
  await expect.poll(() => row.getByRole('cell').first().innerText()).toBe('Key holder')
})

test('a key that was never used is not asked to be still in use', async () => {
  const { page, show } = await openKey()
  await show()
  await page.getByRole('button', { name: 'Revoke' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('has never been used').waitFor()
  await dialog.getByText('Do you need a new key in its place?').waitFor()
  expect(await dialog.getByText('Still in use').count()).toBe(0)
})

test('a week from now is in 7 days, and no label is a label to enter', async () => {
  const { page, show } = await openKey({
    expiresAt: new Date(Date.now() + 7 * DAY_MS).toISOString(),
  })
  await show()
  await page.getByText('in 7 days').waitFor()
  await page.goto('/api-keys/new')
  await page.getByRole('dialog').getByRole('button', { name: 'Generate key' }).click()
  await page.getByText('Enter a label').waitFor()
})
