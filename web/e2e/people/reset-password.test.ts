import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectFocus } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { makePerson, PASSWORD, signInAs, type Person } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'

const NEW_PASSWORD = 'another good password'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('a link sets a new password by keyboard, once, and leaves no trace', async () => {
  const person = await makePerson(stage.service)
  const link = await resetLink(person)
  const token = new URL(link).hash.slice('#token='.length)
  const { page } = await openPortal(stage, { as: person, expected: /status of 40[01]/ })
  await page.goto(link)
  const field = page.getByLabel('New password')
  await expectFocus(field)
  expect(page.url()).toBe(`${stage.service.url}/reset-password`)
  expect(await pagePlacesWith(page, token)).toEqual(['memory'])
  await page.keyboard.type('short')
  await page.keyboard.press('Enter')
  await page.getByText('Use at least 8 characters').waitFor()
  await field.fill(NEW_PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('Your new password is set. Sign in with it.').waitFor()
  await expectFocus(page.getByLabel('Email'))
  await expect.poll(() => pagePlacesWith(page, token)).toEqual([])
  await expect.poll(() => placesWith(page, NEW_PASSWORD)).toEqual([])
  expect((await signInAs(stage.service, person.email, PASSWORD)).status).toBe(401)
  expect((await signInAs(stage.service, person.email, NEW_PASSWORD)).status).toBe(200)

  await page.goto(link)
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await page.getByRole('link', { name: 'Go to sign in' }).press('Enter')
  await page.getByLabel('Email').waitFor()
})

test('a fresh link works in the tab of one that was used', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage)
  await page.goto('/reset-password')
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await page.goto(await resetLink(person))
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('Your new password is set. Sign in with it.').waitFor()
})

async function resetLink({ email }: Person): Promise<string> {
  const { code, stdout } = await stage.service.keys('user', 'reset-password', email)
  expect(code).toBe(0)
  return stdout.trim()
}

/** All places except Chromium's own note of the typed address. */
async function pagePlacesWith(page: Page, text: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { entries } = await session.send('Page.getNavigationHistory')
  await session.detach()
  expect(entries.filter(({ url }) => url.includes(text))).toEqual([])
  return (await placesWith(page, text)).filter((place) => place !== 'history')
}
