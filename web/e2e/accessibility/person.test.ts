import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { totp } from '../../../scripts/testkit/api/totp.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { makePerson, PASSWORD, signInAs } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('the account page is accessible, with its errors and notices', async () => {
  const { page } = await openAccount()
  await expectAccessible(page)
  await page.getByLabel('Your name').fill(' ')
  await page.getByRole('button', { name: 'Save name' }).click()
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Enter your current password').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign out Unknown device' }).first().click()
  await page.getByText('Signed out').waitFor()
  await expectAccessible(page)
})

test('the second factor is accessible, from turning it on to signing in with it', async () => {
  const { page, email } = await openAccount()
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password').fill('not the password')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByText('This is not your password').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Your password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  const secret = await dialog.getByRole('textbox', { name: 'Key for the app' }).innerText()
  await expectAccessible(page)
  await dialog.getByLabel('Code from the app').fill(totp(secret.replaceAll(' ', '')))
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await dialog.getByRole('button', { name: 'Copy codes' }).waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expectAccessible(page)
  for (const name of ['Generate backup codes', 'Turn off']) {
    await page.getByRole('button', { name }).click()
    await dialog.getByLabel('Your password').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }

  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Code from your app').fill('not a code')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This code is not correct').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Use a backup code instead' }).click()
  await page.getByLabel('Backup code').waitFor()
  await expectAccessible(page)
})

test('setting a new password by a link is accessible, also when it no longer works', async () => {
  const { page } = await openPortal(stage, { expected: /status of 400/ })
  await page.goto('/reset-password#token=AAAAAAAAAAAAAAAAAAAAAA')
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('Use at least 8 characters').waitFor()
  await expectAccessible(page)
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await expectAccessible(page)
})

/** The page of a person who is signed in elsewhere too. */
async function openAccount(): Promise<{ page: Page; email: string }> {
  const person = await makePerson(stage.service)
  await signInAs(stage.service, person.email, PASSWORD)
  const { page } = await openPortal(stage, { as: person, expected: /status of 40[01]/ })
  await page.goto('/settings')
  await page.getByText('This device').waitFor()
  return { page, email: person.email }
}
