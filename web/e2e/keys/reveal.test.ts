import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { breakCopying, waysOut } from './key-page.ts'
import { expectFocus, untilDrawn } from '../testkit/focus.ts'
import { comeBack, fillNewKey, openPortal, shownKey } from '../testkit/open-portal.ts'
import { issueKey, listKeys, makePerson, mintToken, signOut } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

test.each(waysOut)(
  'leaving by %s asks once while nothing was copied, and just closes afterwards',
  async (_, leave) => {
    const page = await openReveal()
    const key = await shownKey(page)
    const question = page.getByRole('alertdialog')
    await leave(page)
    await question.getByRole('button', { name: 'Stay and copy it' }).click()
    await question.waitFor({ state: 'detached' })
    expect(await shownKey(page)).toBe(key)
    await untilDrawn(page)
    await leave(page)
    await question.getByRole('button', { name: 'Leave without it' }).click()
    await expectClosed(page, 'Production server')

    await generate(page, 'Second server')
    await copy(page)
    await leave(page)
    await expectClosed(page, 'Second server')
  },
)

test('copying a snippet counts as copying the key', async () => {
  const page = await openReveal()
  await page.getByRole('button', { name: 'Copy (.env)' }).click()
  await page.getByRole('button', { name: 'Copied (.env)' }).waitFor()
  const key = await shownKey(page)
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`NEURA_API_KEY=${key}`)
  await page.keyboard.press('Escape')
  await expectClosed(page, 'Production server')
})

test.each(['refuses', 'is missing'])(
  'where the clipboard %s and nothing is copied, the key is selected and Ctrl+C saves it',
  async (state) => {
    const page = await openReveal((tab) => tab.addInitScript(breakCopying, state))
    const key = await shownKey(page)
    await page.getByRole('button', { name: 'Copy key' }).click()
    await page.getByText(/press (Ctrl\+|⌘)C/i).waitFor()
    expect(await page.getByRole('button', { name: 'Copied', exact: true }).count()).toBe(0)
    expect(await page.evaluate(() => String(document.getSelection()))).toBe(key)

    await page.keyboard.press('ControlOrMeta+C')
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    await expectClosed(page, 'Production server')
    await page.getByRole('searchbox').focus()
    await page.keyboard.press('ControlOrMeta+V')
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe(key)
  },
)

test('over plain http the selection is copied, and the button says so truly', async () => {
  const page = await openReveal((tab) =>
    tab.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined })),
  )
  const key = await shownKey(page)
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.getByText(/Ctrl\+C|⌘C/).count()).toBe(0)
  await page.getByRole('button', { name: 'Done' }).click()
  await expectClosed(page, 'Production server')
  await page.getByRole('searchbox').focus()
  await page.keyboard.press('ControlOrMeta+V')
  await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe(key)
})

test('a phone, which has no Ctrl, is told what to touch', async () => {
  const person = await makePerson(stage.service)
  const phone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } }
  const { page } = await openPortal(stage, { as: person, ...phone })
  await page.addInitScript(breakCopying, 'is missing')
  await page.goto('/api-keys/new')
  await fillNewKey(page, 'Production server')
  await page.getByRole('button', { name: 'Copy key' }).tap()
  await page.getByText('Touch the selection and choose Copy').waitFor()
  await page.getByRole('button', { name: 'Copy (.env)' }).tap()
  await page.getByRole('button', { name: 'Touch the selection and choose Copy (.env)' }).waitFor()
  expect(await page.getByText(/Ctrl\+C|⌘C/).count()).toBe(0)
})

test('by keyboard alone a key is made, and the reveal waits for the first request', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys/new')
  const dialog = page.getByRole('dialog')
  await expectFocus(dialog.getByLabel('Label'))
  await page.keyboard.type('Production server')
  await page.keyboard.press('Enter')
  const key = await shownKey(page)
  await dialog.getByText('Waiting for the first request …').waitFor()
  await dialog.getByText(/^If none comes: try the curl command/).waitFor()
  await mintToken(stage.service, key)
  await dialog.getByText('The first request came from 127.0.0.1: the key works.').waitFor()
  await dialog.getByText('Waiting for the first request …').waitFor({ state: 'detached' })
  await expectFocus(page.getByRole('button', { name: 'Copy key' })) // an answer moves no focus
})

test('closing the tab asks while nothing was copied', async () => {
  const page = await openReveal()
  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const question = await asked
  expect(question.type()).toBe('beforeunload')
  await question.dismiss()
  await shownKey(page)
})

test('the key outlives the end of the session until it is copied', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: person, expected: /status of 401/ })
  await page.goto('/api-keys/new')
  const key = await fillNewKey(page, 'Production server')
  await signOut(stage.service, person)
  await comeBack(page)
  await copy(page)
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await comeBack(page)
  await page.getByText('Your session has ended').waitFor()
})

test('Back and Forward open an empty form, never the key again', async () => {
  const page = await openReveal()
  await copy(page)
  await page.evaluate(() => history.back())
  await expectClosed(page, 'Production server')
  await page.evaluate(() => history.forward())
  await expect.poll(() => page.getByRole('dialog').getByLabel('Label').inputValue()).toBe('')
})

test('a double click makes one key', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys/new')
  await page.getByLabel('Label').fill('Production server')
  await page.getByRole('dialog').getByRole('button', { name: 'Generate key' }).dblclick()
  await shownKey(page)
  expect(await listKeys(stage.service, person)).toHaveLength(1)
})

test('a key whose answer got lost is shown by trying again, and is the only one', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: person, expected: /net::ERR_FAILED/ })
  const sent: (string | undefined)[] = []
  await page.route('**/api/keys', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    sent.push(route.request().headers()['idempotency-key'])
    if (sent.length > 1) return route.continue()
    expect((await route.fetch()).status()).toBe(201)
    return route.abort()
  })
  await page.goto('/api-keys/new')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Label').fill('Production server')
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  await dialog.getByText('never makes a second key').waitFor()
  const [made, ...others] = await listKeys(stage.service, person)
  expect(others).toEqual([])

  await dialog.getByRole('button', { name: 'Generate key' }).click()
  const key = await shownKey(page)
  expect(made!.masked).toBe(`nas_...${key.slice(-4)}`)
  await mintToken(stage.service, key)
  expect((await listKeys(stage.service, person)).map(({ id }) => id)).toEqual([made!.id])
  expect(sent).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), sent[0]])

  // The next dialog is about another key.
  await copy(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await generate(page, 'Production server')
  expect(sent[2]).toMatch(/^[0-9a-f]{32}$/)
  expect(sent[2]).not.toBe(sent[0])
  expect(await listKeys(stage.service, person)).toHaveLength(2)
})

async function openReveal(prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, 'Staging server')
  const { page } = await openPortal(stage, { as: person })
  await prepare?.(page)
  await page.goto('/api-keys')
  await generate(page, 'Production server')
  return page
}

async function generate(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: 'Generate key' }).click()
  await fillNewKey(page, label)
}

async function copy(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
}

async function expectClosed(page: Page, label: string): Promise<void> {
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.getByRole('alertdialog').count()).toBe(0)
  await page.getByRole('row', { name: label }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/api-keys')
}
