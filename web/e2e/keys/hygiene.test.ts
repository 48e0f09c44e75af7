import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { setCreatedAt } from '../testkit/with-database.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

const stage = setStage()

test('a key shows what it needs in at most two badges, with the reason on focus', async () => {
  const page = await openListOfEveryAge()
  expect(await wordsOf(page, 'New and permanent')).toEqual([])
  expect(await wordsOf(page, 'New and brief')).toEqual(['Expires in 5 days'])
  expect(await wordsOf(page, 'New and lasting')).toEqual([])
  expect(await wordsOf(page, 'Old and idle')).toEqual(['Unused for 90 days'])
  expect(await wordsOf(page, 'Old and busy')).toEqual(['Rotate soon'])
  await page.getByRole('row', { name: 'Old and idle' }).getByText('Unused for 90 days').focus()
  await page.getByRole('tooltip', { name: /never used.*revoke it/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('tooltip').waitFor({ state: 'detached' })
})

test.each([
  ['Never expires', ['New and permanent', 'Old and busy', 'Old and idle']],
  ['Unused for 90 days', ['Old and idle']],
  ['Older than 90 days', ['Old and busy', 'Old and idle']],
])('the list shows the keys of "%s", and a reload the same', async (choice, labels) => {
  const page = await openListOfEveryAge()
  await page.getByLabel('Hygiene filter').selectOption(choice)
  await page.waitForURL(/hygiene=/)
  await expect.poll(() => labelsOf(page)).toEqual(labels)
  await page.reload()
  await expect.poll(() => labelsOf(page)).toEqual(labels)
  await expect
    .poll(() => page.getByLabel('Hygiene filter').locator('option:checked').innerText())
    .toBe(choice)
})

async function openListOfEveryAge(): Promise<Page> {
  const { service } = stage
  const person = await makePerson(service)
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
  const idle = await issueKey(service, person, 'Old and idle')
  const busy = await issueKey(service, person, 'Old and busy')
  await issueKey(service, person, 'New and permanent')
  await issueKey(service, person, 'New and brief', { expiresAt: inDays(5.5) })
  await issueKey(service, person, 'New and lasting', { expiresAt: inDays(300) })
  await setCreatedAt(service, [idle.id, busy.id], inDays(-91))
  await mintToken(service, busy.key)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Old and idle' }).waitFor()
  return page
}

/** The badges of a row, without its environment. */
async function wordsOf(page: Page, label: string): Promise<string[]> {
  const badges = page
    .getByRole('row', { name: label })
    .getByRole('cell')
    .first()
    .locator('[data-tone]')
  return (await badges.allInnerTexts()).filter((text) => text !== 'Production')
}

async function labelsOf(page: Page): Promise<string[]> {
  const labels = await page.locator('tbody [role=row] a').allInnerTexts()
  return labels.sort()
}
