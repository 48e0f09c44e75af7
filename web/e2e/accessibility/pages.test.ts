import { onTestFinished, test } from 'vitest'
import {
  expectAccessible,
  expectAccessibleWhenNarrow,
  NARROW,
} from '../testkit/expect-accessible.ts'
import { arrowTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { makePerson } from '../testkit/person.ts'
import { openListOfEveryKind } from './scenes.ts'
import { startService } from '../../../scripts/testkit/processes/service.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('the first-run form is accessible', async () => {
  const fresh = await startService()
  onTestFinished(() => fresh.remove()) // after the browser has left it
  const { page } = await openPortal({ ...stage, service: fresh })
  await page.goto('/')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Enter your name').waitFor()
  await expectAccessible(page)
})

test('signing in and signing up are accessible', async () => {
  await makePerson(stage.service)
  const { page } = await openPortal(stage, { expected: /status of 401/ })
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill('nobody@example.com')
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByRole('button', { name: 'Create account' }).waitFor()
  await expectAccessible(page)
})

test.each([
  '/usage',
  '/audit-log',
  '/documentation',
  '/settings',
  '/settings/webhooks',
  '/no-such-page',
])('%s is accessible', async (path) => {
  const page = await openListOfEveryKind(stage)
  await page.goto(path, { waitUntil: 'networkidle' })
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expectAccessible(page)
})

test('the reference of the API is accessible', async () => {
  const { page } = await openPortal(stage)
  await page.goto('/docs')
  await page.getByRole('link', { name: 'Back to the portal' }).waitFor()
  await page.getByRole('button', { name: 'Authorize' }).waitFor()
  await expectAccessibleWhenNarrow(page) // of a hundred calls, so once for each scheme
})

test('the list of keys is accessible in each of its states', async () => {
  const page = await openListOfEveryKind(stage)
  await expectAccessible(page)
  await page.getByRole('tab', { name: 'Revoked' }).click()
  await page.getByRole('row', { name: 'Old server' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('searchbox').fill('nothing like it')
  await page.getByText('No key matches').waitFor()
  await expectAccessible(page)
})

test('the empty list and the list that failed are accessible', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: person, expected: /status of 400/ })
  await page.goto('/api-keys')
  await page.getByText('No API keys yet').waitFor()
  await expectAccessible(page)
  const json = { error: 'It cannot be read', code: 'INVALID_INPUT', requestId: 'req' }
  await page.route('**/api/keys?*', (route) => route.fulfill({ status: 400, json }))
  await page.reload()
  await page.getByText('The keys could not be loaded').waitFor()
  await expectAccessible(page)
})

test('notices, times and the navigation of a narrow screen are accessible', async () => {
  const page = await openListOfEveryKind(stage)
  await page.getByRole('button', { name: 'Revoke Spare server' }).click()
  await page.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('Key revoked').waitFor()
  await expectAccessible(page)
  const label = await page.locator('tbody').getByRole('link').first().innerText()
  await arrowTo(page, label, page.getByRole('time').first())
  await page.getByRole('tooltip').first().waitFor()
  await expectAccessible(page)
  await page.setViewportSize(NARROW)
  await page.getByRole('button', { name: 'Open navigation' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Audit log' }).waitFor()
  await expectAccessibleWhenNarrow(page)
  await page.getByRole('button', { name: /Your account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
  await expectAccessibleWhenNarrow(page)
})
