import { expect, test } from 'vitest'
import { LABEL, openList } from '../keys/key-page.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { listKeys } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()
const expected = /net::ERR|Failed to (fetch|load)|Unable to preload|(Could not|Couldn't) load/i

test('a dialog whose code cannot be loaded leaves the page as it is, and comes when the network is back', async () => {
  const { page, person } = await openList(stage, {
    expected,
    isFirstVisit: true,
    prepare: (tab) => tab.route(/KeyDialog/, (route) => route.abort()),
  })
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const said = page.getByText('This part of the portal could not be loaded')
  await said.waitFor()
  await expectAccessible(page)
  await expect.poll(() => page.getByRole('row', { name: LABEL }).isVisible()).toBe(true)
  await expect.poll(() => page.getByRole('link', { name: 'Audit log' }).isVisible()).toBe(true)

  await page.unroute(/KeyDialog/)
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('Key revoked').waitFor()
  expect(await said.count()).toBe(0)
  expect((await listKeys(stage.service, person))[0]!.status).toBe('revoked')
})

test('without a network a dialog is not lost for good', async () => {
  const { page } = await openList(stage, {
    expected,
    isFirstVisit: true,
    // A file that is on its way when the network goes cannot be imported any more.
    prepare: (tab) =>
      tab.addInitScript(() => {
        const start = window.setTimeout
        const startSooner = (work: () => void, ms = 0) => (ms < 4000 ? start(work, ms) : 0)
        Object.assign(window, { setTimeout: startSooner })
      }),
  })
  await page.context().setOffline(true)
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  await page.getByText('This part of the portal could not be loaded').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('alertdialog', { name: `Revoke ${LABEL}?` }).waitFor()
})

test('dialogs are there before they are needed, also without a network', async () => {
  const { page } = await openList(stage, { expected, isFirstVisit: true })
  await expect
    .poll(() =>
      page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)),
    )
    .toEqual(
      expect.arrayContaining([
        expect.stringMatching(/RevokeKeyDialog-.*\.js/),
        expect.stringMatching(/GenerateKeyDialog-.*\.js/),
      ]),
    )
  await page.context().setOffline(true)
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  await page.getByRole('alertdialog', { name: `Revoke ${LABEL}?` }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Generate key' }).click()
  await page.getByRole('dialog').getByLabel('Label').waitFor()
  await page.context().setOffline(false)
})

test('a page whose code cannot be loaded takes only its own place, and comes by itself', async () => {
  const { page } = await openList(stage, { expected, isFirstVisit: true })
  await page.route(/AuditPage/, (route) => route.abort())
  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByText('This page could not be shown').waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'API Keys' }).isVisible()).toBe(true)
  await expectAccessible(page)
  await page.unroute(/AuditPage/)
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
})
