import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { ServiceTokenPage } from '@zentrix/shared/schemas/service-tokens.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { expectFocus, untilDrawn } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { makeToken, verifyStatus } from '../testkit/organization.ts'
import { callAs, makePerson, type Person } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

async function openPage(expected?: RegExp): Promise<{ page: Page; owner: Person }> {
  const owner = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: owner, ...(expected ? { expected } : {}) })
  await page.goto('/settings/service-tokens')
  return { page, owner }
}

async function make(page: Page, name: string): Promise<string> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('button', { name: 'Generate token' }).click()
  const token = await dialog.getByRole('textbox', { name: 'Your new service token' }).innerText()
  expect(token).toMatch(/^nassvc_[0-9A-Za-z]{32}$/)
  return token
}

async function listTokens(owner: Person) {
  const response = await callAs(stage.service, owner, 'GET', '/api/service-tokens')
  return ((await response.json()) as ServiceTokenPage).data
}

test('an owner makes a token, copies it, and it works and is nowhere any more', async () => {
  const { page, owner } = await openPage()
  await page.getByText('No service tokens yet').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Generate your first token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Verify keys').uncheck()
  await dialog.getByRole('button', { name: 'Generate token' }).click()
  await dialog.getByText('Enter a name').waitFor()
  await dialog.getByText('Choose at least one').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Verify keys').check()
  await dialog.getByLabel('Expires').selectOption('In 90 days')
  const token = await make(page, 'API gateway')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Copy token' }).click()
  await dialog.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })

  const row = page.getByRole('row', { name: 'API gateway' })
  await row.getByText(`nassvc_...${token.slice(-4)}`).waitFor()
  await row.getByText('Never used').waitFor()
  await expect.poll(() => placesWith(page, token)).toEqual([])
  expect(await verifyStatus(stage.service, token)).toBe(200)
  expect(await listTokens(owner)).toMatchObject([{ scopes: ['keys:verify'] }])
  await page.reload()
  await row.getByText('from ').waitFor()
  await expectAccessible(page)
})

test.each([
  ['Escape', (page: Page) => page.keyboard.press('Escape')],
  ['Done', (page: Page) => page.getByRole('button', { name: 'Done' }).click()],
  ['Back', (page: Page) => page.evaluate(() => history.back())],
])('leaving by %s asks once while the token was not copied', async (_, leave) => {
  const { page } = await openPage()
  await page.getByRole('button', { name: 'Generate your first token' }).click()
  const token = await make(page, 'API gateway')
  const question = page.getByRole('alertdialog', { name: 'Leave without copying the token?' })
  await leave(page)
  await question.getByRole('button', { name: 'Stay and copy it' }).click()
  await question.waitFor({ state: 'detached' })
  await untilDrawn(page)
  await leave(page)
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Leave without it' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(() => placesWith(page, token)).toEqual([])
})

test('a token whose answer got lost is shown by trying again, and is the only one', async () => {
  const { page, owner } = await openPage(/net::ERR_FAILED/)
  let isFirst = true
  await page.route('**/api/service-tokens', async (route) => {
    if (route.request().method() !== 'POST' || !isFirst) return route.continue()
    isFirst = false
    expect((await route.fetch()).status()).toBe(201)
    return route.abort()
  })
  await page.getByRole('button', { name: 'Generate your first token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('API gateway')
  await dialog.getByRole('button', { name: 'Generate token' }).click()
  await dialog.getByText('never makes a second token').waitFor()
  await dialog.getByRole('button', { name: 'Generate token' }).click()
  const token = await dialog.getByRole('textbox', { name: 'Your new service token' }).innerText()
  expect(await listTokens(owner)).toMatchObject([{ last4: token.slice(-4) }])
})

test('a revoked token is refused at once; one in use is confirmed by its name', async () => {
  const { page, owner } = await openPage()
  const unused = await makeToken(stage.service, owner, 'Spare')
  const used = await makeToken(stage.service, owner, 'API gateway')
  expect(await verifyStatus(stage.service, used)).toBe(200)
  await page.reload()
  await page.getByRole('button', { name: 'Revoke Spare' }).click()
  const question = page.getByRole('alertdialog')
  await expectFocus(question.getByRole('button', { name: 'Cancel' }))
  await question.getByRole('button', { name: 'Revoke token' }).click()
  await page.getByText('Token revoked').waitFor()
  await page.getByRole('row', { name: 'Spare' }).waitFor({ state: 'detached' })
  expect(await verifyStatus(stage.service, unused)).toBe(401)

  const button = page.getByRole('button', { name: 'Revoke API gateway' })
  await button.click()
  await expect
    .poll(() => question.getByRole('button', { name: 'Revoke token' }).isDisabled())
    .toBe(true)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  await expect.poll(() => button.evaluate((it) => it === document.activeElement)).toBe(true)
  await button.click()
  await question.getByRole('textbox').fill('Gateway')
  await question.getByText(/neither the name nor the last four/).waitFor()
  await question.getByRole('textbox').fill(used.slice(-4))
  await expect
    .poll(() => question.getByRole('button', { name: 'Revoke token' }).isEnabled())
    .toBe(true)
  await question.getByRole('textbox').fill('api\u00a0GATEWAY')
  await page.keyboard.press('Enter')
  await page.getByText('No service tokens yet').waitFor()
  expect(await verifyStatus(stage.service, used)).toBe(401)
})

test('a list that cannot be loaded says so, and is there after trying again', async () => {
  const { page, owner } = await openPage(/status of 503/)
  await makeToken(stage.service, owner, 'API gateway')
  const json = { error: 'The database is away', code: 'UNAVAILABLE', requestId: 'req' }
  await page.route('**/api/service-tokens?*', (route) => route.fulfill({ status: 503, json }))
  await page.reload()
  await page.getByText('The tokens could not be loaded').waitFor()
  await expectAccessible(page)
  await page.unroute('**/api/service-tokens?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('row', { name: 'API gateway' }).waitFor()
})
