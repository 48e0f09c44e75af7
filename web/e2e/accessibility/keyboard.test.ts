import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { arrowTo, expectFocus, tabTo, untilDrawn } from '../testkit/focus.ts'
import { openPortal, shownKey } from '../testkit/open-portal.ts'
import { issueKey, listKeys, makePerson, PASSWORD, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

test('a key is generated, copied and revoked by keyboard alone', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage)
  await page.goto('/')
  await expectFocus(page.getByLabel('Email'))
  await page.keyboard.type(person.email)
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')

  await tabTo(page, page.getByRole('button', { name: 'Generate key' }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByRole('dialog').getByLabel('Label'))
  await page.keyboard.type('Production server')
  await page.keyboard.press('Enter')
  const key = await shownKey(page)
  await expectFocus(page.getByRole('button', { name: 'Copy key' }))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  await tabTo(page, page.getByRole('tab', { name: '.env' }))
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tabpanel', { name: 'curl' }).getByText(key).waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Done' }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByRole('button', { name: 'Generate key' }))

  const revoke = page.getByRole('button', { name: 'Revoke Production server' })
  await arrowTo(page, 'Production server', revoke)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('alertdialog')
  await expectFocus(dialog.getByRole('button', { name: 'Cancel' }))
  await tabTo(page, dialog.getByRole('button', { name: 'Revoke key' }))
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  expect((await listKeys(stage.service, person)).map(({ status }) => status)).toEqual(['revoked'])
  await expectFocus(page.getByRole('heading', { name: 'API Keys', exact: true }))
})

test('a key that is in use is revoked only after its label was typed', async () => {
  const { page, label } = await openListWithKey({ isUsed: true })
  await page.getByRole('button', { name: `Revoke ${label}` }).press('Enter')
  const dialog = page.getByRole('alertdialog')
  const confirm = dialog.getByRole('button', { name: 'Revoke key' })
  await expectFocus(dialog.getByRole('button', { name: 'Cancel' }))
  await tabTo(page, dialog.getByLabel(/to confirm$/))
  await page.keyboard.type(label.slice(0, -1))
  await expect.poll(() => confirm.isDisabled()).toBe(true)
  await page.keyboard.press('Enter')
  await dialog.waitFor()
  await page.keyboard.type(label.slice(-1))
  await expect.poll(() => confirm.isEnabled()).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('row', { name: label }).waitFor({ state: 'detached' })
})

test.each(['Cancel', 'Escape'])('revoke left by %s gives the focus back', async (way) => {
  const { page, label } = await openListWithKey()
  const opener = page.getByRole('button', { name: `Revoke ${label}` })
  await opener.press('Enter')
  await page.getByRole('alertdialog').waitFor()
  if (way === 'Escape') await page.keyboard.press('Escape')
  else await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
  await expectFocus(opener)
})

test('a dialog gives the focus back in the same moment in which it is gone', async () => {
  const { page, label } = await openListWithKey()
  const opener = page.getByRole('button', { name: `Revoke ${label}` })
  await opener.press('Enter')
  await page.getByRole('alertdialog').waitFor()
  const focused = await whenDialogIsGone(page)
  await page.keyboard.press('Escape')
  expect(await focused()).toBe(`Revoke ${label}`)
})

test('a dialog takes the focus from nothing that has it by then', async () => {
  const { page, label } = await openListWithKey()
  await page.getByRole('button', { name: `More actions for ${label}` }).press('Enter')
  await page.getByRole('menuitem', { name: 'Rename' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await expectFocus(dialog.getByLabel('Label'))
  await page.keyboard.type('Another server')
  const gone = await whenDialogIsGone(page, 'main a')
  await page.keyboard.press('Enter') // the answer closes the dialog
  await gone()
  await untilDrawn(page)
  await expectFocus(page.locator('main a').first())
})

test.each(['Rename', 'Disable'])('%s gives the focus back to the menu it is in', async (item) => {
  const { page, label } = await openListWithKey()
  const opener = page.getByRole('button', { name: `More actions for ${label}` })
  await opener.press('Enter')
  await page.getByRole('menuitem', { name: item }).press('Enter')
  const dialog = page.locator('[role=dialog], [role=alertdialog]')
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expectFocus(opener)
})

test('the generate dialog keeps the focus inside, and gives it back', async () => {
  const { page } = await openListWithKey()
  const opener = page.getByRole('button', { name: 'Generate key' })
  await opener.press('Enter')
  await expectFocus(page.getByRole('dialog').getByLabel('Label'))
  for (let tabs = 0; tabs < 12; tabs += 1) {
    await page.keyboard.press('Tab')
    const isInside = page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)
    expect(await isInside).toBe(true)
  }
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expectFocus(opener)
})

test('an error stands beside its field, which gets the focus', async () => {
  const { page } = await openListWithKey()
  await page.getByRole('button', { name: 'Generate key' }).press('Enter')
  const label = page.getByRole('dialog').getByLabel('Label')
  await expectFocus(label)
  await page.keyboard.press('Enter')
  await expect.poll(() => label.getAttribute('aria-invalid')).toBe('true')
  await expectFocus(label)
  const described = await label.evaluate((field) =>
    field
      .getAttribute('aria-describedby')
      ?.split(' ')
      .map((id) => document.getElementById(id)?.textContent)
      .join(' '),
  )
  expect(described?.trim()).toBeTruthy()
})

test('the first Tab offers to skip to the page', async () => {
  const { page } = await openListWithKey()
  await page.keyboard.press('Tab')
  await expectFocus(page.getByRole('link', { name: 'Skip to the page' }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByRole('main'))
})

async function openListWithKey({ isUsed = false } = {}): Promise<{ page: Page; label: string }> {
  const person = await makePerson(stage.service)
  const { key, label } = await issueKey(stage.service, person, 'Production server')
  if (isUsed) await mintToken(stage.service, key)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: label }).waitFor()
  return { page, label }
}

/**
 * Waits in the page for the moment in which the dialog leaves it.
 *
 * @param moveTo gets the focus in that moment, as if a person had been quick
 * @returns the label of what had the focus before that
 */
async function whenDialogIsGone(page: Page, moveTo = 'none'): Promise<() => Promise<string>> {
  const seen = await page.evaluateHandle((selector) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const observer = new MutationObserver(() => {
      if (document.querySelector('[role=dialog], [role=alertdialog]')) return
      observer.disconnect()
      resolve(document.activeElement?.ariaLabel ?? '')
      document.querySelector<HTMLElement>(selector)?.focus()
    })
    observer.observe(document.body, { childList: true, subtree: true })
    return { promise }
  }, moveTo)
  return () => seen.evaluate(({ promise }) => promise)
}
