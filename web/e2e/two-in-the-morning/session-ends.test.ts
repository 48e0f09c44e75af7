import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { LABEL, newKey, openList } from '../keys/key-page.ts'
import { comeBack, fillNewKey, openPortal, shownKey } from '../testkit/open-portal.ts'
import { makePerson, PASSWORD, signOut, type Person } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()
const expected = /status of 401/

async function signInAgain(page: Page, { email }: Person): Promise<void> {
  await page.getByText('Your session has ended').waitFor()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('a session that ends under Generate leads to sign-in and back, with what was typed', async () => {
  const { page, person } = await openList(stage, { expected })
  await page.getByRole('button', { name: 'Generate key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Label').fill('Night batch')
  await dialog.getByLabel('Environment').selectOption('staging')
  await dialog.getByRole('button', { name: /Limit what it can do/ }).click()
  await dialog.getByLabel('Requests per minute').fill('120')
  await signOut(stage.service, person)
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  await signInAgain(page, person)
  await expect.poll(() => dialog.getByLabel('Label').inputValue()).toBe('Night batch')
  await expect.poll(() => dialog.getByLabel('Environment').inputValue()).toBe('staging')
  await expect.poll(() => dialog.getByLabel('Requests per minute').inputValue()).toBe('120')
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  await shownKey(page)
})

test('a session that ends under Rotate leads to sign-in and back, with what was chosen', async () => {
  const { page, person } = await openList(stage, { expected })
  await page.getByRole('button', { name: `More actions for ${LABEL}` }).click()
  await page.getByRole('menuitem', { name: 'Rotate' }).click()
  const dialog = page.getByRole('dialog', { name: `Rotate ${LABEL}` })
  await dialog.getByLabel('Both keys work for').selectOption('7 days')
  await signOut(stage.service, person)
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  await signInAgain(page, person)
  await dialog.getByLabel('Both keys work for').waitFor()
  await expect
    .poll(() => dialog.getByLabel('Both keys work for').inputValue())
    .toBe(String(7 * 86_400))
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  await newKey(page)
})

test('what was typed is kept for the same person alone, and never a key', async () => {
  const { page, person, key } = await openList(stage, { expected })
  await page.getByRole('button', { name: 'Generate key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Label').fill('Night batch')
  await signOut(stage.service, person)
  await comeBack(page)
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  const other = await makePerson(stage.service)
  await signInAgain(page, other)
  await dialog.getByLabel('Label').waitFor()
  await expect.poll(() => dialog.getByLabel('Label').inputValue()).toBe('')

  await dialog.getByLabel('Label').fill(key.key)
  await signOut(stage.service, { ...other, cookie: await cookieOf(page) })
  await page.keyboard.press('Escape')
  await comeBack(page)
  await page.getByText('Your session has ended').waitFor()
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain(key.key)
})

async function cookieOf(page: Page) {
  const cookies = await page.context().cookies()
  const { name, value } = cookies.find((it) => it.name.includes('session_token'))!
  return { name, value }
}

test('signing out empties the page before the next one is there, and Back shows nothing', async () => {
  const { page } = await openList(stage, { expected })
  await page.getByRole('link', { name: LABEL }).click()
  await page.getByRole('heading', { level: 1, name: LABEL }).waitFor()
  // Whatever the next page is made of never comes.
  await page.route(/sign-in|SignIn/i, () => undefined)
  await page.getByRole('button', { name: /Your account/ }).click()
  const signedOut = page.waitForResponse('**/sign-out')
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await signedOut
  await expect.poll(() => page.getByText(LABEL).count()).toBe(0)
  await page.unroute(/sign-in|SignIn/i)
  await page.goBack()
  await page.getByLabel('Email').waitFor()
  expect(await page.getByText(LABEL).count()).toBe(0)
})

test('a page whose session has ended is emptied as soon as it asks for anything', async () => {
  const { page, person } = await openList(stage, { expected })
  await signOut(stage.service, person)
  await comeBack(page)
  await page.getByText('Your session has ended').waitFor()
  expect(await page.getByText(LABEL).count()).toBe(0)
  await page.goBack()
  expect(await page.getByText(LABEL).count()).toBe(0)
})

test('a key on the page outlives the session, and the page is emptied after it was copied', async () => {
  const { page, person } = await openList(stage, { expected })
  await page.getByRole('button', { name: 'Generate key' }).click()
  const key = await fillNewKey(page, 'Night batch')
  await signOut(stage.service, person)
  await comeBack(page)
  expect(await shownKey(page)).toBe(key)
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByText('Your session has ended').waitFor()
  expect(await page.getByText(LABEL).count()).toBe(0)
})

test('signed out in one tab, the other is emptied when the person comes back to it', async () => {
  const person = await makePerson(stage.service)
  const { page, newTab } = await openPortal(stage, { as: person, expected })
  await page.goto('/api-keys')
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  const second = await newTab()
  await second.goto('/api-keys')
  await second.getByRole('button', { name: /Your account/ }).click()
  await second.getByRole('menuitem', { name: 'Sign out' }).click()
  await second.getByLabel('Email').waitFor()
  await comeBack(page)
  await page.getByLabel('Email').waitFor()
})
