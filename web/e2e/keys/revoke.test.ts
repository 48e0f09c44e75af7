import { expect, test } from 'vitest'
import { arrowTo, expectFocus, tabTo } from '../testkit/focus.ts'
import { newKey, rotate } from './key-page.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, listKeys, makePerson, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const LABEL = 'Production server'

const stage = setStage()

test('the dialog shows the last use, its address, and the requests of the last day', async () => {
  const { page, key } = await openList()
  for (let uses = 0; uses < 3; uses += 1) await mintToken(stage.service, key.key)
  await page.reload()
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  await expectFocus(dialog.getByRole('button', { name: 'Cancel' }))
  await dialog
    .getByText(/^nas_\.\.\.\w{4} was last used just now from (127\.0\.0\.1|::1)\.$/)
    .waitFor()
  await dialog.getByText('3 requests in the last 24 hours.').waitFor()
  await dialog.getByText('There is no undo').waitFor()
})

test('a key that was never used says so, and is revoked without typing', async () => {
  const { page } = await openList()
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('has never been used').waitFor()
  await dialog.getByText('No requests in the last 24 hours.').waitFor()
  expect(await dialog.getByLabel(/to confirm$/).count()).toBe(0)
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByRole('row', { name: LABEL }).waitFor({ state: 'detached' })
  await page.getByText('Key revoked').waitFor()
  await page.getByText(/now fail with 401/).waitFor()
  await page.getByRole('tab', { name: 'Revoked' }).click()
  await page
    .getByRole('row', { name: LABEL })
    .getByText(/^Revoked just now by Ada/)
    .waitFor()
})

test('a use that came after the list was read must be confirmed too', async () => {
  const { page, key } = await openList()
  await mintToken(stage.service, key.key)
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('1 request in the last 24 hours.').waitFor()
  await dialog.getByText('was last used just now').waitFor()
  const confirm = dialog.getByRole('button', { name: 'Revoke key' })
  await expect.poll(() => confirm.isDisabled()).toBe(true)
  await dialog.getByLabel(/to confirm$/).fill(LABEL)
  await expect.poll(() => confirm.isEnabled()).toBe(true)
})

test.each([
  ['Prod  server', 'Prod server'],
  ['Caf\u00a0Cafe\u0301 \u2013 Ada\u2019s', "caf café - ada's"],
  ['Prod\u200b ❤\ufe0f 👨\u200d👩', 'prod ❤ 👨👩'],
  ['\u202bשרת ראשי\u202c', 'שרת ראשי'],
])('a key called %j is revoked by typing what a person sees', async (label, typed) => {
  const { page, person, confirm, field } = await openUsed(label)
  await expect.poll(() => confirm.isDisabled()).toBe(true)
  await field.fill(typed)
  await expect.poll(() => confirm.isEnabled()).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByText('Key revoked').waitFor()
  expect((await listKeys(stage.service, person))[0]!.status).toBe('revoked')
})

test('the last four will do instead of the label, and a wrong text is said to be wrong', async () => {
  const { key, confirm, field, dialog } = await openUsed(LABEL)
  await field.fill('Prod')
  await dialog.getByText('Not all of it yet').waitFor()
  await field.fill('Staging')
  await dialog.getByText(`neither the name nor the last four characters, ${key.last4}`).waitFor()
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => confirm.isDisabled()).toBe(true)
  await field.fill(key.last4)
  await expect.poll(() => confirm.isEnabled()).toBe(true)
  expect(await dialog.getByText('neither the name').count()).toBe(0)
})

test('requests that cannot be counted do not stand in the way', async () => {
  const { page, person } = await openList({ expected: /status of 429/ })
  const json = { error: 'Not now', code: 'RATE_LIMITED', requestId: 'r' }
  await page.route('**/usage', (route) => route.fulfill({ status: 429, json }))
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('could not be counted').waitFor()
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('Key revoked').waitFor()
  expect((await listKeys(stage.service, person))[0]!.status).toBe('revoked')
})

test('the reason is kept with the key, and what is wrong with it is said beside the field', async () => {
  const { page, person, key } = await openList()
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  await expectFocus(dialog.getByRole('button', { name: 'Cancel' }))
  const reason = dialog.getByLabel('Reason (optional)')
  await reason.fill(`Leaked: ${key.key}`)
  await page.keyboard.press('Enter')
  await dialog.getByText('Must not contain a key').waitFor()
  await expectFocus(reason)
  expect((await listKeys(stage.service, person))[0]!.status).toBe('active')
  await reason.fill(' It leaked ')
  await page.keyboard.press('Enter')
  await page.getByText('Key revoked').waitFor()
  expect((await listKeys(stage.service, person))[0]!.revokeReason).toBe('It leaked')
  await page.getByRole('tab', { name: 'Revoked' }).click()
  await page
    .getByRole('row', { name: LABEL })
    .getByText(/by Ada.*: It leaked$/)
    .waitFor()
})

test('a revoke that fails keeps the row and says why', async () => {
  const { page } = await openList({ expected: /status of 503/ })
  const json = { error: 'The service cannot answer right now', code: 'UNAVAILABLE', requestId: 'r' }
  await page.route('**/api/keys/key_*', (route) =>
    route.request().method() === 'DELETE' ? route.fulfill({ status: 503, json }) : route.continue(),
  )
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await dialog.getByText('The key was not revoked. The service cannot answer right now').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => page.getByRole('row', { name: LABEL }).isVisible()).toBe(true)
})

test('the dialog offers to rotate instead', async () => {
  const { page, person, key } = await openList()
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  await page.getByRole('button', { name: 'Rotate it instead' }).click()
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
  await expectFocus(page.getByLabel('Both keys work for'))
  await rotate(page)
  const [, old] = await listKeys(stage.service, person)
  expect(old).toMatchObject({ id: key.id, status: 'active' })
})

test('by keyboard alone: rotating instead, and back to where the focus was', async () => {
  const { page } = await openList()
  const opener = page.getByRole('button', { name: `Revoke ${LABEL}` })
  await arrowTo(page, LABEL, opener)
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Rotate it instead' }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByLabel('Both keys work for'))
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expectFocus(opener)
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Rotate it instead' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Rotate key' }))
  await page.keyboard.press('Enter')
  await newKey(page)
})

test('revoked from its own page, a key stays there and says so', async () => {
  const { page, key } = await openList()
  await page.goto(`/api-keys/${key.id}`)
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('This key was revoked').waitFor()
  await expectFocus(page.getByRole('heading', { level: 1, name: LABEL }))
  for (const name of ['Rotate', 'Revoke', 'More actions', 'Edit limits'])
    expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0)
})

async function openList({ expected }: { expected?: RegExp } = {}) {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, LABEL)
  const { page } = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: LABEL }).waitFor()
  return { page, person, key }
}

/** The dialog about a key that was used just now. */
async function openUsed(label: string) {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, label)
  await mintToken(stage.service, key.key)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('button', { name: /^Revoke / }).click()
  const dialog = page.getByRole('alertdialog')
  const confirm = dialog.getByRole('button', { name: 'Revoke key' })
  const field = dialog.getByLabel(/to confirm$/)
  await field.waitFor()
  return { page, person, key, dialog, confirm, field }
}
