import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { invite } from '../testkit/organization.ts'
import {
  addMember,
  callAs,
  issueKey,
  listKeys,
  makePerson,
  type Person,
} from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { withDatabase } from '../testkit/with-database.ts'

const stage = setStage()

async function open(as: Person, expected?: RegExp): Promise<Page> {
  const { page } = await openPortal(stage, { as, ...(expected ? { expected } : {}) })
  await page.goto('/settings/members')
  return page
}

function rowOf(page: Page, name: string) {
  return page.getByRole('table', { name: 'Members' }).getByRole('row', { name })
}

/** Opens the question by keyboard. */
async function askToRemove(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole('button', { name: `Actions for ${name}` }))
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Remove' }).press('Enter')
}

test('removing a member ends their access, and their keys stay', async () => {
  const owner = await makePerson(stage.service)
  const member = await addMember(stage.service, owner, 'member', 'Grace Hopper')
  await issueKey(stage.service, member, 'Their key')
  const page = await open(owner)
  await askToRemove(page, 'Grace Hopper')
  const question = page.getByRole('alertdialog', { name: 'Remove Grace Hopper?' })
  await question.getByText(/They made 1 active key\. Keys stay and go on working/).waitFor()
  await expectFocus(question.getByRole('button', { name: 'Cancel' }))
  await expectAccessible(page)
  await tabTo(page, question.getByRole('button', { name: 'Remove' }))
  await page.keyboard.press('Enter')
  await page.getByText('Member removed').waitFor()
  await rowOf(page, 'Grace Hopper').waitFor({ state: 'detached' })
  const offer = page.getByRole('dialog', { name: 'Grace Hopper made 1 active key' })
  await expectAccessible(page)
  await tabTo(page, offer.getByRole('button', { name: 'Keep as they are' }))
  await page.keyboard.press('Enter')
  await offer.waitFor({ state: 'detached' })
  await expectFocus(page.getByRole('heading', { name: 'Members' }))
  expect((await callAs(stage.service, member, 'GET', '/api/keys')).status).toBe(403)
  expect(await listKeys(stage.service, owner)).toMatchObject([{ label: 'Their key' }])
})

test('a removal that fails leaves the row and says why', async () => {
  const owner = await makePerson(stage.service)
  await addMember(stage.service, owner, 'member', 'Grace Hopper')
  const page = await open(owner, /status of 503/)
  const json = { message: 'The database is away', code: 'UNAVAILABLE' }
  await page.route('**/remove-member', (route) => route.fulfill({ status: 503, json }))
  await askToRemove(page, 'Grace Hopper')
  await tabTo(page, page.getByRole('button', { name: 'Remove', exact: true }))
  await page.keyboard.press('Enter')
  await page.getByText('Grace Hopper was not removed. The database is away').waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Cancel' }))
  await page.keyboard.press('Enter')
  await rowOf(page, 'Grace Hopper').waitFor()
})

test('an owner sees who was here, who has a second step, and what they made', async () => {
  const owner = await makePerson(stage.service)
  const member = await addMember(stage.service, owner, 'member', 'Grace Hopper')
  await addMember(stage.service, owner, 'viewer', 'Alan Turing')
  for (const label of ['One', 'Two']) await issueKey(stage.service, member, label)
  const threeHoursAgo = new Date(Date.now() - 3 * 3_600_000).toISOString()
  await withDatabase(stage.service, (db) =>
    db
      .updateTable('members')
      .set({ last_seen_at: threeHoursAgo })
      .where('organization_id', '=', owner.organizationId)
      .where('role', '=', 'viewer')
      .execute(),
  )
  const page = await open(owner)
  await rowOf(page, 'Alan Turing').getByText('3 hours ago').waitFor()
  await rowOf(page, 'Grace Hopper').getByText('Off', { exact: true }).waitFor()
  await expectAccessible(page)
  await tabTo(page, page.getByRole('link', { name: '2 active keys made by Grace Hopper' }))
  await page.keyboard.press('Enter')
  await page.getByRole('row', { name: 'Two' }).waitFor()
  await expect.poll(() => new URL(page.url()).search).toMatch(/^\?createdById=usr_/)
})

test('who leaves is removed by keyboard, and their keys are next', async () => {
  const owner = await makePerson(stage.service)
  const member = await addMember(stage.service, owner, 'member', 'Grace Hopper')
  await issueKey(stage.service, member, 'Their key')
  await issueKey(stage.service, owner, 'My key')
  const page = await open(owner)
  await askToRemove(page, 'Grace Hopper')
  await expectFocus(page.getByRole('button', { name: 'Cancel' }))
  await page.keyboard.press('Tab')
  await expectFocus(page.getByRole('button', { name: 'Remove', exact: true }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByRole('link', { name: 'See and rotate' }))
  await page.keyboard.press('Shift+Tab')
  await expectFocus(page.getByRole('link', { name: 'Revoke …' }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '1 key fits' }).waitFor()
  await page.getByRole('checkbox', { name: 'Their key' }).waitFor()
})

test('by keyboard an invitation is sent again, with a new link', async () => {
  const owner = await makePerson(stage.service)
  const sent = await invite(stage.service, owner, 'grace@example.com')
  const page = await open(owner)
  await tabTo(page, page.getByRole('button', { name: 'Send again to grace@example.com' }))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/stops working at once/).waitFor()
  await expectAccessible(page)
  await tabTo(page, dialog.getByRole('button', { name: 'Send again' }))
  await page.keyboard.press('Enter')
  await dialog.getByText('Send this link to grace@example.com yourself').waitFor()
  const link = await dialog.getByLabel('Invitation link').innerText()
  expect(link).toMatch(/\/invitation#token=/)
  expect(link).not.toBe(sent)
  await tabTo(page, dialog.getByRole('button', { name: 'Done' }))
  await page.keyboard.press('Enter')
  await page.getByRole('row', { name: 'grace@example.com Member' }).waitFor()
  const { page: other } = await openPortal(stage)
  await other.goto(sent)
  await other.getByText('This invitation was withdrawn').waitFor()
})
