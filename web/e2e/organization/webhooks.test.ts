import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { isSignedWith } from '../../../scripts/testkit/processes/open-receiver.ts'
import { receiver } from '../../../scripts/testkit/processes/receiver.ts'
import { expectAccessible, expectAccessibleWhenNarrow } from '../testkit/expect-accessible.ts'
import { expectFocus, untilDrawn } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { addMember, callAs, makePerson, type Person } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

async function openPage(as: Person, expected?: RegExp): Promise<Page> {
  const { page } = await openPortal(stage, { as, ...(expected ? { expected } : {}) })
  await page.goto('/settings/webhooks')
  return page
}

/** Adds a webhook by the API. @returns its id */
async function addWebhook(owner: Person, url: string): Promise<string> {
  const answer = await callAs(stage.service, owner, 'POST', '/api/webhooks', { url, events: ['*'] })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

async function issueKey(owner: Person): Promise<void> {
  const answer = await callAs(stage.service, owner, 'POST', '/api/keys', { label: 'Shop' })
  expect(answer.status).toBe(201)
}

test('by keyboard an owner adds a webhook, sees its secret once, and its first message', async () => {
  const to = await receiver()
  const owner = await makePerson(stage.service)
  const page = await openPage(owner, /status of 400/)
  await page.getByRole('button', { name: 'Add your first webhook' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await expectFocus(dialog.getByLabel('URL'))
  await page.keyboard.type('http://example.com/')
  await page.keyboard.press('Enter')
  await dialog.getByText('Must be an https URL').waitFor()
  await expectFocus(dialog.getByLabel('URL'))
  await dialog.getByLabel('URL').fill(to.url)
  await dialog.getByLabel('Generated a key').check()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Add webhook' }).press('Enter')
  const secret = await dialog
    .getByRole('textbox', { name: 'The secret of your new webhook' })
    .innerText()
  expect(secret).toMatch(/^whsec_/)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Copy secret' }).press('Enter')
  await dialog.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  await untilDrawn(page)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => placesWith(page, secret)).toEqual([])

  await page.getByRole('link', { name: to.url }).press('Enter')
  await page.getByText('Nothing has been sent yet').waitFor()
  await issueKey(owner)
  const [first] = await to.until(1)
  expect(isSignedWith(secret, first!)).toBe(true)
  await page
    .getByRole('row', { name: /Generated a key/ })
    .getByText('Delivered · 200')
    .waitFor()
  await expectAccessible(page)
  await expectAccessibleWhenNarrow(page)
})

test('what failed is said, and sent again when it is asked for', async () => {
  const to = await receiver()
  to.answer = (_message, response) => void response.writeHead(500).end()
  const owner = await makePerson(stage.service)
  const id = await addWebhook(owner, to.url)
  const page = await openPage(owner)
  await page.goto(`/settings/webhooks/${id}`)
  await page.getByRole('button', { name: 'Send test' }).press('Enter')
  const row = page.getByRole('row', { name: /Test message/ })
  await row.getByText('Failed', { exact: true }).waitFor()
  await row.getByText('The answer was 500').waitFor()
  to.answer = (_message, response) => void response.end()
  await row.getByRole('button', { name: 'Send again: Test message' }).press('Enter')
  await row.getByText('Delivered · 200').waitFor()
})

test('it is disabled, and enabled again with what was missed', async () => {
  const to = await receiver()
  const owner = await makePerson(stage.service)
  const id = await addWebhook(owner, to.url)
  await issueKey(owner)
  await to.until(1)
  const page = await openPage(owner)
  await page.goto(`/settings/webhooks/${id}`)
  await page.getByText('Delivered · 200').waitFor()
  await page.getByRole('button', { name: 'Disable' }).press('Enter')
  const dialog = page.getByRole('alertdialog')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Disable' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Disabled', { exact: true }).waitFor()
  await issueKey(owner)
  await page.getByRole('button', { name: 'Enable' }).press('Enter')
  await dialog.getByLabel('Send what was missed first').check()
  await dialog.getByRole('button', { name: 'Enable' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  const messages = await to.until(3)
  expect(messages.map(({ message }) => message.type)).toContain('webhook.disabled')
  expect(messages.filter(({ message }) => message.type === 'key.created')).toHaveLength(2)
})

test('a change whose answer is lost is not known, then looked at', async () => {
  const owner = await makePerson(stage.service)
  const id = await addWebhook(owner, 'http://127.0.0.1:1/')
  const page = await openPage(owner, /net::ERR_FAILED/)
  await page.goto(`/settings/webhooks/${id}`)
  await page.route('**/api/webhooks/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.fallback()
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: 'Edit' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Description').fill('Ends running calls')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Ends running calls' }).waitFor()
})

test('a secret is replaced, and a webhook deleted', async () => {
  const owner = await makePerson(stage.service)
  const id = await addWebhook(owner, 'http://127.0.0.1:1/')
  // The list of deliveries may be asked for in the moment in which the webhook is deleted.
  const page = await openPage(owner, /status of 404/)
  await page.goto(`/settings/webhooks/${id}`)
  await page.getByRole('button', { name: 'Replace secret' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Replace secret' }).press('Enter')
  await dialog.getByRole('button', { name: 'Copy secret' }).press('Enter')
  await dialog.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  await untilDrawn(page)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Delete' }).press('Enter')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).press('Enter')
  await page.getByText('No webhooks yet').waitFor()
})

test('a viewer sees no webhooks, and asks for none', async () => {
  const owner = await makePerson(stage.service)
  const viewer = await addMember(stage.service, owner, 'viewer', 'Vi Ewer')
  const page = await openPage(viewer)
  await page.getByText('For owners and admins only').waitFor()
  await expectAccessible(page)
})
