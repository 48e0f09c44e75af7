import { expect, test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { expectFocus } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

async function openList() {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, 'Production server')
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Production server' }).waitFor()
  return { page, search: page.getByLabel('Search keys') }
}

test('a slash goes to the search, where slash and question mark are text', async () => {
  const { page, search } = await openList()
  await page.keyboard.press('/')
  await expectFocus(search)
  await page.keyboard.type('/?')
  await expect.poll(() => search.inputValue()).toBe('/?')
  expect(await page.getByRole('dialog').count()).toBe(0)
})

test('a question mark lists the shortcuts, which can be turned off', async () => {
  const { page } = await openList()
  const row = page.getByRole('link', { name: 'Production server' })
  await row.focus()
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await dialog.getByText('Search this page').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Use the single keys / and ?').uncheck()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expectFocus(row)
  await page.keyboard.press('/')
  await page.keyboard.press('?')
  await expectFocus(row)
  expect(await dialog.count()).toBe(0)

  // The way back, also for those who never heard of the key.
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click()
  await dialog.getByLabel('Use the single keys / and ?').check()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('/')
  await expectFocus(page.getByLabel('Search keys'))
})
