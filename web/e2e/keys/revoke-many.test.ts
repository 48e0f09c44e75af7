import { expect, test } from 'vitest'
import {
  expectAccessible,
  expectAccessibleWhenNarrow,
  NARROW,
} from '../testkit/expect-accessible.ts'
import { arrowDownTo, expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, listKeys, makePerson, mintToken, revokeKey } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

/** A person with two staging keys, one of them in use, and a production key. */
async function openPage(path = '/api-keys/revoke-many', expected?: RegExp) {
  const person = await makePerson(stage.service)
  const used = await issueKey(stage.service, person, 'Build server', { environment: 'staging' })
  const idle = await issueKey(stage.service, person, 'Test server', { environment: 'staging' })
  await issueKey(stage.service, person, 'Shop')
  await mintToken(stage.service, used.key)
  const { page } = await openPortal(stage, { as: person, ...(expected && { expected }) })
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const live = async () =>
    (await listKeys(stage.service, person))
      .filter(({ status }) => status !== 'revoked')
      .map(({ label }) => label)
      .toSorted()
  return { page, person, used, idle, live }
}

test('by keyboard alone keys are chosen by what they have in common, counted and ended', async () => {
  const { page, live } = await openPage('/api-keys')
  await tabTo(page, page.getByRole('link', { name: 'Revoke many' }))
  await page.keyboard.press('Enter')
  const environment = page.getByRole('combobox', { name: 'Environment', exact: true })
  await arrowDownTo(page, environment, 'staging')
  await page.getByRole('heading', { name: '2 keys fit' }).waitFor()
  await page.getByText('1 of them was used in the last 24 hours.').waitFor()
  const inUse = page.getByRole('group', { name: 'Used in the last 24 hours (1)', exact: true })
  await inUse.getByText(/made by Ada Person \d+ on .* · last used just now from /).waitFor()
  const button = page.getByRole('button', { name: 'Revoke 2 keys' })
  await expect.poll(() => button.isDisabled()).toBe(true)
  await tabTo(page, page.getByLabel('Reason (optional)'))
  await page.keyboard.type('Build server broken into')
  await page.keyboard.press('Tab')
  await page.keyboard.type('3')
  await expect.poll(() => button.isDisabled()).toBe(true)
  await page.keyboard.press('Backspace')
  await page.keyboard.type('2')
  await page.keyboard.press('Enter')
  const done = page.getByRole('status').filter({ hasText: '2 keys are revoked' })
  await expectFocus(done)
  expect(await live()).toEqual(['Shop'])
  const downloading = page.waitForEvent('download')
  await tabTo(page, page.getByRole('button', { name: 'Save as CSV' }))
  await page.keyboard.press('Enter')
  const file = await (await downloading).createReadStream()
  const text = Buffer.concat(await file.toArray()).toString('utf8')
  expect(text.split('\r\n').map((line) => line.split(',')[1])).toEqual([
    'label',
    'Test server',
    'Build server',
    undefined,
  ])
})

test('single keys are left out, and the number to type follows', async () => {
  const { page, live } = await openPage('/api-keys/revoke-many?environment=staging')
  const box = page.getByRole('checkbox', { name: /^Build server/ })
  await tabTo(page, box)
  await page.keyboard.press('Space')
  await tabTo(page, page.getByLabel('Type 1 to confirm'))
  await page.keyboard.type('1')
  await page.keyboard.press('Enter')
  await page.getByText('1 key is revoked').waitFor()
  expect(await live()).toEqual(['Build server', 'Shop'])
})

test('by keyboard alone single keys are chosen in the list, over two searches, and ended', async () => {
  const { page, live } = await openPage()
  await tabTo(page, page.getByRole('link', { name: 'choose keys in the list' }))
  await page.keyboard.press('Enter')
  const bar = page.getByRole('region', { name: 'Chosen keys' })
  await bar.getByText('Choose the keys to revoke').waitFor()
  await expectAccessible(page)
  await tabTo(page, page.getByRole('checkbox', { name: 'Choose Test server' }))
  await page.keyboard.press('Space')
  await bar.getByText('1 chosen').waitFor()
  const search = page.getByRole('searchbox', { name: 'Search keys' })
  await tabTo(page, search)
  await page.keyboard.type('Shop')
  await page.getByRole('row', { name: 'Test server' }).waitFor({ state: 'detached' })
  await tabTo(page, page.getByRole('checkbox', { name: 'Choose Shop' }))
  await page.keyboard.press('Space')
  await bar.getByText('2 chosen').waitFor()
  // A click anywhere on a row does the same, and opens no page.
  const lastUsed = page.getByRole('row', { name: 'Shop' }).getByText('Never used')
  await lastUsed.click()
  await bar.getByText('1 chosen').waitFor()
  await lastUsed.click()
  await tabTo(page, bar.getByRole('link', { name: 'Revoke 2 keys …' }))
  await page.keyboard.press('Enter')
  await page.getByText('Of the 2 that you chose in the list.').waitFor()
  await tabTo(page, page.getByLabel('Type 2 to confirm'))
  await page.keyboard.type('2')
  await page.keyboard.press('Enter')
  await page.getByText('2 keys are revoked').waitFor()
  expect(await live()).toEqual(['Build server'])
})

test('where another number fits than was shown, nothing ends and it is said why', async () => {
  const { page, person, idle, live } = await openPage(
    '/api-keys/revoke-many?environment=staging',
    /status of 409/,
  )
  await page.getByLabel('Type 2 to confirm').fill('2')
  await revokeKey(stage.service, person, idle.id)
  await page.keyboard.press('Enter')
  await page.getByText('No key was revoked. 1 key fits, not 2').waitFor()
  expect(await live()).toEqual(['Build server', 'Shop'])
  await page.getByRole('button', { name: 'Look again' }).click()
  await page.getByRole('heading', { name: '1 key fits' }).waitFor()
})

test('a lost answer is not taken for a refusal: it is looked at what became of the keys', async () => {
  const { page, live } = await openPage(
    '/api-keys/revoke-many?environment=staging',
    /Failed to load|ERR_|net::/,
  )
  await page.getByLabel('Type 2 to confirm').fill('2')
  await page.route('**/api/keys/revoke-many', async (route) => {
    const isPreview = (route.request().postDataJSON() as { dryRun?: boolean }).dryRun === true
    if (isPreview) return route.continue()
    await route.fetch() // it is done, and nobody is told
    return route.abort()
  })
  await page.keyboard.press('Enter')
  await page.getByText('2 keys are revoked').waitFor()
  expect(await live()).toEqual(['Shop'])
})

test('the page is accessible with keys to end, on a narrow screen, and afterwards', async () => {
  const { page } = await openPage('/api-keys/revoke-many?environment=staging&unused=true')
  await page.getByText('No key fits: there is nothing to revoke.').waitFor()
  await page.goto('/api-keys/revoke-many?environment=staging')
  await page.getByLabel('Type 2 to confirm').fill('2')
  await expectAccessible(page)
  await page.setViewportSize(NARROW)
  await expectAccessibleWhenNarrow(page)
  await page.getByRole('button', { name: 'Revoke 2 keys' }).click()
  await page.getByText('2 keys are revoked').waitFor()
  await expectAccessibleWhenNarrow(page)
})
