import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { LABEL, openList } from '../keys/key-page.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { expectFocus } from '../testkit/focus.ts'
import { makeToken } from '../testkit/organization.ts'
import { issueKey, listKeys, makePerson, mintToken, revokeKey } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

/** Every address that the page asks for or shows from now on. */
function watchAddresses(page: Page): string[] {
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  page.on('framenavigated', (frame) => addresses.push(frame.url()))
  return addresses
}

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search keys' })
const found = (page: Page) => page.getByRole('region', { name: 'Found key' })

test('a whole key that is pasted is found, shown with its last use, and revoked', async () => {
  const { page, person, key } = await openList(stage)
  await mintToken(stage.service, key.key)
  const addresses = watchAddresses(page)
  await page.evaluate((text) => navigator.clipboard.writeText(text), `NEURA_API_KEY=${key.key}`)
  await search(page).focus()
  await page.keyboard.press('ControlOrMeta+V')
  await found(page).getByText('Used just now').waitFor()
  await found(page).getByText('Active').waitFor()
  await found(page).getByText(key.masked).waitFor()
  await expectAccessible(page)
  await found(page)
    .getByRole('button', { name: `Revoke ${LABEL}` })
    .click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByLabel(/to confirm$/).fill(key.key.slice(-4))
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await found(page).getByText('Revoked just now').waitFor()
  expect(await found(page).getByRole('button').count()).toBe(0)
  await expectFocus(page.getByRole('heading', { level: 1 }))
  expect((await listKeys(stage.service, person))[0]!.status).toBe('revoked')
  expect(addresses.filter((address) => address.includes(key.key.slice(4, 12)))).toEqual([])

  await page.getByRole('button', { name: 'Clear search' }).click()
  await page.getByRole('heading', { name: 'No active keys' }).waitFor()
  const places = await placesWith(page, key.key)
  expect(places.filter((place) => place !== 'memory')).toEqual([]) // a field remembers for undo
})

test('a key that is typed stays out of the address from its first dozen characters on', async () => {
  const { page, key } = await openList(stage)
  const addresses = watchAddresses(page)
  await search(page).pressSequentially(key.key, { delay: 30 })
  await found(page).getByText(LABEL).waitFor()
  await expect.poll(() => new URL(page.url()).search).toBe('')
  const most = addresses.map((address) => new URL(address).searchParams.get('q') ?? '')
  expect(most.filter((q) => q.length >= 12)).toEqual([])
  await search(page).fill(key.key.slice(0, 20))
  await page.getByRole('heading', { name: 'This looks like an API key' }).waitFor()
  await expectAccessible(page)
})

test('a key that the address came with leaves it, and is asked of nobody', async () => {
  const { page, key } = await openList(stage)
  await page.goto(`/api-keys?q=${key.key}&environment=production`)
  await page.getByRole('row', { name: LABEL }).waitFor()
  await expect.poll(() => new URL(page.url()).search).toBe('?environment=production')
})

test('a key of nobody here, or of another organization, is said to be none of these', async () => {
  const { page } = await openList(stage, { expected: /status of 404/ })
  const foreign = await issueKey(stage.service, await makePerson(stage.service), 'Foreign')
  await search(page).fill(foreign.key)
  await page.getByRole('heading', { name: 'No key of this organization' }).waitFor()
  await expectAccessible(page)
  await search(page).fill('')
  await page.getByRole('row', { name: LABEL }).waitFor()
})

test('a service token is recognised, and is asked of nobody', async () => {
  const { page, person } = await openList(stage)
  const addresses = watchAddresses(page)
  const token = await makeToken(stage.service, person, 'Gateway')
  await search(page).fill(token)
  await page.getByRole('heading', { name: 'This is a service token' }).waitFor()
  await expectAccessible(page)
  const asked = addresses.filter((it) => it.includes(token.slice(7, 15)) || it.endsWith('/find'))
  expect(asked).toEqual([])
  await page.getByRole('link', { name: 'service tokens' }).click()
  await page.getByRole('row', { name: 'Gateway' }).waitFor()
})

test('an id and a masked key are found; a match under another tab is said', async () => {
  const { page, person, key } = await openList(stage)
  const old = await issueKey(stage.service, person, 'Old worker')
  await revokeKey(stage.service, person, old.id)
  for (const q of [key.id, key.masked]) {
    await search(page).fill(q)
    await expect.poll(() => page.url()).toContain(encodeURIComponent(q))
    await page.getByRole('row', { name: LABEL }).waitFor()
  }
  await search(page).fill(old.masked)
  await page.getByRole('button', { name: '1 match among the revoked keys' }).click()
  await page.getByRole('row', { name: 'Old worker' }).waitFor()
  await expect.poll(() => search(page).inputValue()).toBe(old.masked)
})

test('the tabs count what they hold, and go along with the search', async () => {
  const { page, person } = await openList(stage)
  const old = await issueKey(stage.service, person, 'Old worker')
  await revokeKey(stage.service, person, old.id)
  await page.reload()
  await page.getByRole('tab', { name: 'Active 1' }).waitFor()
  await page.getByRole('tab', { name: 'Revoked 1' }).waitFor()
  await search(page).fill('worker')
  await page.getByRole('tab', { name: 'Active 0' }).waitFor()
  await page.getByRole('tab', { name: 'Expired 0' }).waitFor()
})

test('a key in the search of the audit log is asked of nobody either', async () => {
  const { page, key } = await openList(stage)
  await page.goto('/audit-log')
  const addresses = watchAddresses(page)
  await page.getByRole('combobox', { name: 'Key filter' }).fill(key.key)
  await page.getByText('Look for a whole key in the list of keys').waitFor()
  expect(addresses.filter((address) => address.includes(key.key.slice(4, 12)))).toEqual([])
})
