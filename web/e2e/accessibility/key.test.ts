import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { newKey } from '../keys/key-page.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { callAs, issueKey, makePerson, mintToken, type Person } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const LONG_LABEL = `A label as long as it may be ${'x'.repeat(70)}`

const stage = setStage()

test('the page of a key is accessible, with its numbers and its hints', async () => {
  const { page } = await openKey()
  await page.getByRole('button', { name: 'Show numbers' }).click()
  await page.getByRole('group', { name: /Chart/ }).focus()
  await page.keyboard.press('ArrowLeft')
  await page
    .getByRole('group', { name: /Chart/ })
    .getByRole('status')
    .getByText('Accepted')
    .waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
  await expectAccessible(page)
})

test('the page of a revoked key is accessible', async () => {
  const { page, key } = await openKey()
  await callAs(stage.service, key.person, 'DELETE', `/api/keys/${key.id}`, { reason: 'It leaked' })
  await page.reload()
  await page.getByText('This key was revoked').waitFor()
  await expectAccessible(page)
})

test('a key that is not there is accessible', async () => {
  const { page } = await openKey({ expected: /status of 404/ })
  await page.goto('/api-keys/key_01ARZ3NDEKTSV4RRFFQ69G5FAV')
  await page.getByText('There is no such key here').waitFor()
  await expectAccessible(page)
})

test('editing limits is accessible, with its errors', async () => {
  const { page } = await openKey()
  await page.getByRole('button', { name: 'Edit limits' }).click()
  await page.getByLabel('Requests per minute').fill('many')
  await page.getByLabel('Expires').selectOption('date')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Must be a whole number').waitFor()
  await expectAccessible(page)
})

test('the dialog that rotates is accessible with each of its warnings', async () => {
  const { page } = await openKey()
  await page.getByRole('button', { name: 'Rotate' }).click()
  await page.getByLabel('Both keys work for').waitFor()
  await expectAccessible(page)
  await page.getByLabel('Both keys work for').selectOption('0')
  await page.getByText('ends at once').waitFor()
  await expectAccessible(page)
})

test('a rotation is accessible, from the new key to the end of the old one', async () => {
  const { page } = await openKey()
  await page.getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('button', { name: 'Rotate key' }).click()
  await newKey(page)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Leave without it' }).click()
  await page.getByRole('button', { name: 'Finish now' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Finish now' }).click()
  await page.getByRole('alertdialog').waitFor()
  await expectAccessible(page)
})

type Opened = { page: Page; key: { id: string; person: Person } }

async function openKey({ expected }: { expected?: RegExp } = {}): Promise<Opened> {
  const person = await makePerson(stage.service)
  const { id, key } = await issueKey(stage.service, person, LONG_LABEL, {
    scopes: ['widget:token'],
    allowedIps: ['127.0.0.1', '::1', '2001:db8:1234:5678:9abc:def0:1234:5678'],
  })
  await mintToken(stage.service, key)
  const { page } = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  await page.goto(`/api-keys/${id}`)
  await page.getByRole('list', { name: 'Totals' }).waitFor()
  return { page, key: { id, person } }
}
