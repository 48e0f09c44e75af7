import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { renameOrganization } from '../testkit/organization.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { comeBack, fillNewKey, openPortal } from '../testkit/open-portal.ts'
import { addMember, callAs, issueKey, listKeys, makePerson, PASSWORD } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

/** Ada, who owns Alpha and administrates Beta, and the owner of Beta. */
async function adaInTwo() {
  const boss = await makePerson(stage.service)
  await renameOrganization(stage.service, boss, 'Beta')
  const ada = await addMember(stage.service, boss, 'admin', 'Ada')
  const alphaBoss = await makePerson(stage.service)
  await renameOrganization(stage.service, alphaBoss, 'Alpha')
  const invited = await callAs(
    stage.service,
    alphaBoss,
    'POST',
    '/api/session/organization/invite-member',
    { email: ada.email, role: 'admin' },
  )
  const { id } = (await invited.json()) as { id: string }
  const path = '/api/session/organization/accept-invitation'
  expect((await callAs(stage.service, ada, 'POST', path, { invitationId: id })).status).toBe(200)
  await issueKey(stage.service, alphaBoss, 'Alpha server')
  await issueKey(stage.service, boss, 'Beta server')
  return { ada, alphaBoss, betaBoss: boss }
}

async function switchTo(page: Page, from: string, to: string): Promise<void> {
  await page.getByRole('button', { name: `Organization: ${from}` }).click()
  await page.getByRole('menuitem', { name: to }).click()
  await page.getByRole('row', { name: `${to} server` }).waitFor()
}

test('a tab goes on in its organization when another tab has switched', async () => {
  const { ada, alphaBoss, betaBoss } = await adaInTwo()
  const { page, newTab } = await openPortal(stage, { as: ada })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Alpha server' }).waitFor()
  const second = await newTab()
  await second.goto('/api-keys')
  await switchTo(second, 'Alpha', 'Beta')

  await comeBack(page)
  await page.getByRole('button', { name: 'Generate key' }).click()
  await fillNewKey(page, 'Made in the first tab')
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Revoke Alpha server' }).click()
  await page.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('Key revoked').waitFor()
  expect(
    (await listKeys(stage.service, alphaBoss)).map(({ label, status }) => [label, status]),
  ).toEqual([
    ['Made in the first tab', 'active'],
    ['Alpha server', 'revoked'],
  ])
  expect((await listKeys(stage.service, betaBoss)).map(({ label }) => label)).toEqual([
    'Beta server',
  ])

  // It stays there when it is loaded again; a tab opened from now on begins in the other.
  await page.reload()
  await page.getByRole('row', { name: 'Made in the first tab' }).waitFor()
  await page.getByRole('button', { name: 'Organization: Alpha' }).waitFor()
  const third = await newTab()
  await third.goto('/api-keys')
  await third.getByRole('row', { name: 'Beta server' }).waitFor()
})

test('the audit log is saved for the organization that the page shows', async () => {
  const { ada } = await adaInTwo()
  const { page, newTab } = await openPortal(stage, { as: ada })
  await page.goto('/audit-log')
  await page.getByRole('row', { name: 'Alpha server' }).waitFor()
  const second = await newTab()
  await second.goto('/api-keys')
  await switchTo(second, 'Alpha', 'Beta')
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export CSV' }).click()
  const chunks: Buffer[] = []
  for await (const chunk of await (await downloading).createReadStream())
    chunks.push(chunk as Buffer)
  expect(Buffer.concat(chunks).toString()).toContain('Alpha server')
})

test('a tab that shows somebody who is no longer signed in does nothing in their name', async () => {
  const ada = await makePerson(stage.service)
  await issueKey(stage.service, ada, 'Key of Ada')
  const grace = await makePerson(stage.service)
  await issueKey(stage.service, grace, 'Key of Grace')
  const { page, newTab } = await openPortal(stage, { as: ada, expected: /status of (409|401)/ })
  await page.goto('/api-keys')
  await page.getByRole('button', { name: 'Generate key' }).click()
  await page.getByRole('dialog').getByLabel('Label').fill('Typed by Ada')
  const second = await newTab()
  await signInAsAnother(second, grace.email)

  await page.getByRole('dialog').getByRole('button', { name: 'Generate key' }).click()
  await page.getByRole('heading', { name: 'Somebody else has signed in' }).waitFor()
  expect(await page.getByText('Key of Ada').count()).toBe(0)
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect((await listKeys(stage.service, grace)).map(({ label }) => label)).toEqual(['Key of Grace'])
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.getByText('Key of Grace').first().waitFor()
})

async function signInAsAnother(page: Page, email: string): Promise<void> {
  await page.goto('/api-keys')
  await page.getByRole('button', { name: /Your account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('row', { name: 'Key of Grace' }).waitFor()
}
