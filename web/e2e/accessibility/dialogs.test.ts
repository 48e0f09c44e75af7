import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { fillNewKey } from '../testkit/open-portal.ts'
import { openListOfEveryKind } from './scenes.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

test('generating a key is accessible, from the form with its errors to the reveal', async () => {
  const page = await openListOfEveryKind(stage)
  await page.getByRole('button', { name: 'Generate key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Limit what it can do' }).click()
  await dialog.getByLabel('Requests per minute').fill('many')
  await dialog.getByLabel('Expires').selectOption('date')
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  await dialog.getByText('Must be a whole number').waitFor()
  await expectBelowHeader(dialog.getByText('Where will this key live?'))
  await expectAccessible(page)

  await dialog.getByLabel('Requests per minute').fill('')
  await dialog.getByLabel('Expires').selectOption('never')
  await fillNewKey(page, 'Another server')
  for (const name of ['curl', '.env']) {
    await dialog.getByRole('tab', { name }).click()
    await expectAccessible(page)
  }
  await page.keyboard.press('Escape')
  await page.getByRole('alertdialog').waitFor()
  await expectAccessible(page)
})

/** Of a dialog that scrolls, the header stays in its place. */
async function expectBelowHeader(element: Locator): Promise<void> {
  const top = (of: Locator) => of.evaluate((node) => node.getBoundingClientRect().top)
  const header = element.page().locator('.mantine-Modal-header')
  const height = await header.evaluate((node) => node.getBoundingClientRect().height)
  expect(await top(element)).toBeGreaterThanOrEqual((await top(header)) + height)
}

test('the dialogs and menus of a key are accessible', async () => {
  const page = await openListOfEveryKind(stage)
  const row = page.getByRole('row', { name: 'Production server' })
  await row.getByRole('button', { name: 'Revoke' }).click()
  await page
    .getByRole('alertdialog')
    .getByLabel(/to confirm$/)
    .waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  for (const name of ['Rename', 'Disable']) {
    await row.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name }).waitFor()
    await expectAccessible(page)
    await page.getByRole('menuitem', { name }).click()
    const dialog = page.locator('[role=dialog], [role=alertdialog]')
    await dialog.waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
})
