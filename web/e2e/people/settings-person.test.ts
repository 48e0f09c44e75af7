import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { makePerson, PASSWORD, signInAs, type Person } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const NEW_PASSWORD = 'another good password'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
const LAPTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('a new name shows everywhere at once', async () => {
  const { page } = await openAccount()
  const name = page.getByLabel('Your name')
  await tabTo(page, name)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('  Grace Hopper ')
  await page.keyboard.press('Enter')
  await page.getByText('Name saved').waitFor()
  await page.getByRole('button', { name: 'Your account: Grace Hopper' }).waitFor()
  await expect.poll(() => name.inputValue()).toBe('Grace Hopper')
  await expectFocus(name)
})

test('a password is changed by keyboard, and other devices are signed out', async () => {
  const { page, person } = await openAccount({ devices: [PHONE] })
  await row(page, 'Safari on iPhone').waitFor()
  await tabTo(page, page.getByLabel('Current password'))
  await page.keyboard.type(PASSWORD)
  await tabTo(page, page.getByLabel('New password'))
  await page.keyboard.type(NEW_PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('Password changed').waitFor()
  await page.getByText('Every other device was signed out.').waitFor()
  await row(page, 'Safari on iPhone').waitFor({ state: 'detached' })
  await row(page, 'This device').waitFor()
  await expect.poll(() => page.getByLabel('New password').inputValue()).toBe('')
  expect((await signInAs(stage.service, person.email, PASSWORD)).status).toBe(401)
  expect((await signInAs(stage.service, person.email, NEW_PASSWORD)).status).toBe(200)
})

test('other devices stay signed in when that is asked for', async () => {
  const { page } = await openAccount({ devices: [PHONE] })
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await tabTo(page, page.getByRole('checkbox', { name: 'Sign out all other devices' }))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: 'Change password' }))
  await page.keyboard.press('Enter')
  await page.getByText('Other devices stay signed in.').waitFor()
  await expect.poll(() => row(page, 'Safari on iPhone').count()).toBe(1)
})

test('a wrong current password is said beside its field, and guesses have an end', async () => {
  const { page } = await openAccount({ expected: /status of 4(00|29)/ })
  const current = page.getByLabel('Current password')
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Change password' }).press('Enter')
  await page.getByText('Enter your current password').waitFor()
  await page.getByText('Use at least 8 characters').waitFor()
  await expectFocus(current)
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await current.fill('not the password')
  await page.keyboard.press('Enter')
  await page.getByText('This is not your current password').waitFor()
  await expectFocus(current)
  const json = { message: 'Too many failed attempts.', code: 'RATE_LIMITED' }
  await page.route('**/change-password', (route) => route.fulfill({ status: 429, json }))
  await page.keyboard.press('Enter')
  await page.getByText(/The password was not changed\. Too many/).waitFor()
})

test('a session is ended by keyboard, and the focus has a place afterwards', async () => {
  const { page } = await openAccount({ devices: [PHONE, LAPTOP] })
  await row(page, 'Edge on Windows').waitFor()
  expect(await row(page, 'This device').getByRole('button').count()).toBe(0)
  await tabTo(page, page.getByRole('button', { name: 'Sign out Safari on iPhone' }))
  await page.keyboard.press('Enter')
  await row(page, 'Safari on iPhone').waitFor({ state: 'detached' })
  await expectFocus(page.getByRole('heading', { name: 'Where you are signed in' }))
  await expect.poll(() => row(page, 'Edge on Windows').count()).toBe(1)

  await tabTo(page, page.getByRole('button', { name: 'Sign out all others' }))
  await page.keyboard.press('Enter')
  await row(page, 'Edge on Windows').waitFor({ state: 'detached' })
  await expectFocus(page.getByRole('heading', { name: 'Where you are signed in' }))
  await row(page, 'This device').waitFor()
  expect(await page.getByRole('button', { name: 'Sign out all others' }).count()).toBe(0)
})

test('a list of sessions that fails says so, and is there after trying again', async () => {
  const { page } = await openAccount({ expected: /status of 429/ })
  const json = { message: 'Too many requests', code: 'RATE_LIMITED' }
  await page.route('**/list-sessions', (route) => route.fulfill({ status: 429, json }))
  await page.reload()
  await page.getByText('The list could not be loaded').waitFor()
  await page.unroute('**/list-sessions')
  await page.getByRole('button', { name: 'Try again' }).press('Enter')
  await row(page, 'This device').waitFor()
})

test('each part of the settings has an address, and a reload shows the same', async () => {
  const { page } = await openAccount()
  await tabTo(page, page.getByRole('link', { name: 'Members' }))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/settings/members')
  await expectFocus(page.getByRole('link', { name: 'Members' }))
  await page.reload()
  const current = page.getByRole('navigation', { name: 'Settings' }).locator('[aria-current=page]')
  await expect.poll(() => current.innerText()).toBe('Members')
  await page.goBack()
  await page.getByRole('heading', { name: 'Profile' }).waitFor()
})

function row(page: Page, text: string): Locator {
  return page.getByRole('listitem').filter({ hasText: text })
}

type Options = {
  /** User agents of other devices on which the person is signed in. */
  devices?: string[]
  expected?: RegExp
}

async function openAccount({ devices = [], expected }: Options = {}): Promise<{
  page: Page
  person: Person
}> {
  const person = await makePerson(stage.service)
  for (const userAgent of devices)
    await signInAs(stage.service, person.email, PASSWORD, { 'User-Agent': userAgent })
  const { page } = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  await page.goto('/settings')
  await page.getByRole('heading', { name: 'Profile' }).waitFor()
  return { page, person }
}
