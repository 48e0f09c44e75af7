import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { invite, renameOrganization } from '../testkit/organization.ts'
import { makePerson, PASSWORD } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

/** The places where the page still has a text, without the browser's own note of the link it followed. */
async function placesOfPage(page: Page, text: string): Promise<string[]> {
  return (await placesWith(page, text)).filter((place) => place !== 'history')
}

async function inviteTo(email: string) {
  const owner = await makePerson(stage.service)
  await renameOrganization(stage.service, owner, 'Northwind Voice')
  return { owner, link: await invite(stage.service, owner, email) }
}

test('a new person sees who invites them to what, makes an account and is in', async () => {
  const { owner, link } = await inviteTo('grace@example.com')
  const { page } = await openPortal(stage)
  await page.goto(link)
  await page.getByRole('heading', { name: 'Join Northwind Voice' }).waitFor()
  await page.getByText(owner.email).waitFor()
  await page.getByText('Sees all keys, makes new ones').waitFor()
  const email = page.getByLabel('Email')
  await expect.poll(() => email.inputValue()).toBe('grace@example.com')
  await expect.poll(() => email.isEditable()).toBe(false)
  await expectAccessible(page)
  await page.getByLabel('Your name').fill('Grace Hopper')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  await page.getByRole('complementary').getByText('Northwind Voice').waitFor()
  await expect.poll(() => placesOfPage(page, link.split('.')[1]!)).toEqual([])
})

test('the token of the link leaves the address at once, and goes into no storage', async () => {
  const { link } = await inviteTo('grace@example.com')
  const { page } = await openPortal(stage)
  await page.goto(link)
  await page.getByRole('heading', { name: 'Join Northwind Voice' }).waitFor()
  expect(new URL(page.url()).hash).toBe('')
  expect(await placesOfPage(page, link.split('.')[1]!)).toEqual(['memory'])
  await page.reload()
  await page.getByText('Open the link again').waitFor()
  await expectAccessible(page)
  await page.goto(link) // the fragment alone changes
  await page.getByRole('heading', { name: 'Join Northwind Voice' }).waitFor()
})

test('a person with an account signs in first, comes back and accepts', async () => {
  const person = await makePerson(stage.service)
  const { link } = await inviteTo(person.email)
  const { page } = await openPortal(stage)
  await page.goto(link)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Accept invitation' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await page.getByRole('button', { name: 'Organization: Northwind Voice' }).waitFor()

  await page.goto(link)
  await page.getByText('This invitation was used already').waitFor()
})

test('the sign-up form says so when there is an account already', async () => {
  const person = await makePerson(stage.service)
  const { link } = await inviteTo(person.email)
  const { page } = await openPortal(stage, { expected: /status of 409/ })
  await page.goto(link)
  await page.getByLabel('Your name').fill('Grace Hopper')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('There is an account with this email address already').waitFor()
})

test('the invited person may decline', async () => {
  const person = await makePerson(stage.service)
  const { link } = await inviteTo(person.email)
  const { page } = await openPortal(stage, { as: person })
  await page.goto(link)
  await page.getByRole('button', { name: 'Decline' }).click()
  await page.getByText('This invitation was declined').waitFor()
  await expectAccessible(page)
})

test('another person sees who the invitation is for, and can sign out for them', async () => {
  const { link } = await inviteTo('grace@example.com')
  const stranger = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: stranger })
  await page.goto(link)
  await page.getByText('This invitation is for another address').waitFor()
  await expect
    .poll(() => page.getByRole('main').innerText())
    .toContain(`signed in as ${stranger.email}`)
  expect(await page.getByRole('button', { name: 'Accept invitation' }).count()).toBe(0)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign out and continue' }).click()
  await page.getByRole('button', { name: 'Create account' }).waitFor()
})

test('a link with a part missing is not valid', async () => {
  const { link } = await inviteTo('grace@example.com')
  const { page } = await openPortal(stage, { expected: /status of 404/ })
  await page.goto(link.slice(0, -1))
  await page.getByText('This link is not valid').waitFor()
})

test('an invitation that has expired says so', async () => {
  const { link } = await inviteTo('grace@example.com')
  const { page } = await openPortal(stage)
  await page.route('**/api/session/invitation', (route) =>
    route.fulfill({ json: { status: 'expired' } }),
  )
  await page.goto(link)
  await page.getByText('This invitation has expired').waitFor()
})

test('while the service cannot be reached the page says so, and tries again', async () => {
  const { link } = await inviteTo('grace@example.com')
  const { page } = await openPortal(stage, { expected: /status of 429/ })
  const json = { error: 'Not now', code: 'RATE_LIMITED', requestId: 'req' }
  await page.route('**/api/session/invitation', (route) => route.fulfill({ status: 429, json }))
  await page.goto(link)
  await page.getByText('The service did not answer').waitFor()
  await page.unroute('**/api/session/invitation')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Join Northwind Voice' }).waitFor()
})
