import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectFocus, untilDrawn } from '../testkit/focus.ts'
import { comeBack, openPortal, type Portal } from '../testkit/open-portal.ts'
import { issueKey, listKeys, makePerson, revokeKey, type Person } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { addKeys } from '../testkit/with-database.ts'

const PAGE_SIZE = 50

const stage = setStage()

test('ten thousand keys open with one page, and show no more than is near the screen', async () => {
  const { page, asked } = await openLongList(9_999)
  expect(asked).toEqual([expect.stringContaining(`limit=${PAGE_SIZE}`)])
  expect(await rowsOf(page)).toBe(PAGE_SIZE)

  await loadPages(page, 6)
  await page.evaluate(() => window.scrollTo(0, 0))
  await expect.poll(() => rowsOf(page)).toBe(PAGE_SIZE)
  const table = page.getByRole('table', { name: 'API keys' })
  await expect.poll(() => table.getAttribute('aria-rowcount')).toBe(String(6 * PAGE_SIZE + 1))
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
  await expect.poll(() => rowsOf(page)).toBeGreaterThan(0)
  expect(await rowsOf(page)).toBeLessThanOrEqual(2 * PAGE_SIZE)
  await page
    .getByRole('button', { name: /^Revoke/ })
    .last()
    .waitFor()
})

test('a refresh reads the pages in sight, shows what is new and drops what is gone', async () => {
  const { page, person, newest, asked } = await openLongList(400)
  await loadPages(page, 6)
  await page.evaluate(() => window.scrollTo(0, 0))
  await expect.poll(() => rowsOf(page)).toBe(PAGE_SIZE)
  await revokeKey(stage.service, person, newest)
  for (const label of ['Made elsewhere', 'Made there too'])
    await issueKey(stage.service, person, label)
  await refreshUntil(page, page.getByRole('row', { name: 'Made there too' }), 1)
  expect(await page.getByRole('row', { name: 'Newest' }).count()).toBe(0)
  // No key is lost or doubled between the refreshed page and the next one.
  await page.getByText(`${6 * PAGE_SIZE + 1} keys loaded`).waitFor()

  for (const { id } of (await listKeys(stage.service, person)).slice(0, 2))
    await revokeKey(stage.service, person, id)
  await refreshUntil(page, page.getByRole('row', { name: 'Made elsewhere' }), 0)
  await page.getByText(`${6 * PAGE_SIZE - 1} keys loaded`).waitFor()

  asked.length = 0
  const next = page.waitForRequest((request) => isForList(request.url()))
  await comeBack(page)
  await (await next).response()
  await untilDrawn(page) // a second page would be asked for now
  expect(asked).toHaveLength(1)
})

test('loading more by keyboard keeps the focus, on the button and then at the end', async () => {
  const { page } = await openLongList(2 * PAGE_SIZE)
  const more = page.getByRole('button', { name: 'Load more' })
  await more.press('Enter')
  await page.getByText('100 keys loaded').waitFor()
  await expectFocus(more)
  await page.keyboard.press('Enter')
  const end = page.getByText('All 101 keys loaded')
  await end.waitFor()
  await expectFocus(end)
})

test('a page that cannot be loaded leaves the list, and comes after trying again', async () => {
  const { page } = await openLongList(400, /status of 429/)
  const json = { error: 'Rate limit exceeded', code: 'RATE_LIMITED', requestId: 'r' }
  await page.route('**/api/keys?*cursor=*', (route) => route.fulfill({ status: 429, json }))
  await page.getByRole('button', { name: 'Load more' }).press('Enter')
  await page.getByText('The list could not be refreshed').waitFor()
  expect(await rowsOf(page)).toBe(PAGE_SIZE)
  await page.unroute('**/api/keys?*cursor=*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('100 keys loaded').waitFor()
  await page.getByText('The list could not be refreshed').waitFor({ state: 'detached' })
})

test('an old answer to a search never takes the place of a newer one', async () => {
  const person = await makePerson(stage.service)
  for (const label of ['Alpha', 'Beta']) await issueKey(stage.service, person, label)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Alpha' }).waitFor()
  let answerAlpha = () => {}
  const held = new Promise<void>((resolve) => {
    answerAlpha = resolve
  })
  await page.route(/q=alpha/, async (route) => {
    await held
    await route.continue().catch(() => {}) // the page may have given it up
  })
  const search = page.getByRole('searchbox')
  await search.fill('alpha')
  await page.waitForURL(/q=alpha/)
  await search.fill('beta')
  await page.getByRole('row', { name: 'Alpha' }).waitFor({ state: 'detached' })
  answerAlpha()
  await page.waitForLoadState('networkidle')
  await expect.poll(() => page.getByRole('row', { name: 'Beta' }).isVisible()).toBe(true)
  expect(await page.getByRole('row', { name: 'Alpha' }).count()).toBe(0)
})

test('searching keeps the focus and what is typed meanwhile', async () => {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, 'Production server')
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  const search = page.getByRole('searchbox')
  await search.focus()
  for (const letter of 'production server') {
    await page.keyboard.type(letter)
    // The answer for each half word arrives while the next letter is typed.
    if (letter === ' ') await page.waitForURL(/q=production$/)
  }
  await page.waitForURL(/q=production\+server$/)
  await expect.poll(() => search.inputValue()).toBe('production server')
  await expectFocus(search)
})

type LongList = Portal & { person: Person; newest: string; asked: string[] }

/** A list of that many keys and a newest one, with the requests for it so far. */
/** The question whether a key has leaked does not count. */
function isForList(url: string): boolean {
  const { pathname, search } = new URL(url)
  return pathname === '/api/keys' && !search.includes('leaked')
}

async function openLongList(count: number, expected?: RegExp): Promise<LongList> {
  const person = await makePerson(stage.service)
  const { organizationId, id } = await issueKey(stage.service, person, 'Newest')
  await addKeys(stage.service, organizationId, count)
  const portal = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  const asked: string[] = []
  portal.page.on('request', (request) => {
    if (isForList(request.url())) asked.push(new URL(request.url()).search)
  })
  await portal.page.goto('/api-keys', { waitUntil: 'networkidle' })
  await portal.page.getByRole('row', { name: 'Newest' }).waitFor()
  return { ...portal, person, newest: id, asked }
}

async function loadPages(page: Page, count: number): Promise<void> {
  for (let loaded = 2; loaded <= count; loaded += 1) {
    // By keyboard: the mouse scrolls, which loads a page by itself.
    await page.getByRole('button', { name: 'Load more' }).press('Enter')
    await page.getByText(`${loaded * PAGE_SIZE} keys loaded`).waitFor()
  }
}

/** Comes back to the page until a refresh has shown the row, or has removed it. */
async function refreshUntil(page: Page, row: Locator, count: number): Promise<void> {
  await expect
    .poll(async () => {
      await comeBack(page)
      return row.count()
    })
    .toBe(count)
}

function rowsOf(page: Page): Promise<number> {
  return page.locator('tbody tr[role=row]').count()
}
