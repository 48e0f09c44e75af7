import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openPortal } from '../testkit/open-portal.ts'
import { addMember, issueKey, makePerson, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { addKeys } from '../testkit/with-database.ts'

const PAGE_SIZE = 50

const stage = setStage()

async function openMany(count: number, viewport = { width: 1440, height: 900 }) {
  const person = await makePerson(stage.service)
  const { organizationId } = await issueKey(stage.service, person, 'Newest')
  await addKeys(stage.service, organizationId, count)
  const portal = await openPortal(stage, { as: person, viewport })
  await portal.page.goto('/api-keys')
  await portal.page.getByRole('row', { name: 'Newest' }).waitFor()
  return { ...portal, person }
}

/** Scrolls to the end until so many keys are loaded, or a page more. @returns how many */
async function scrollUntil(page: Page, count: number): Promise<number> {
  let loaded = 0
  await expect
    .poll(async () => {
      const [text = ''] = await page.getByText(/\d+ keys loaded/).allInnerTexts()
      loaded = Number(/\d+/.exec(text)?.[0] ?? 0)
      if (loaded < count)
        await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
      return loaded
    })
    .toBeGreaterThanOrEqual(count)
  return loaded
}

/** How far the top of an element is from the top of the screen. */
async function topOf(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => element.getBoundingClientRect().top)
}

test.each([1440, 390])(
  'scrolling loads more, with the filters in sight, %i wide',
  async (width) => {
    const { page } = await openMany(5000, { width, height: 900 })
    await scrollUntil(page, 5 * PAGE_SIZE)
    await page.evaluate(() => window.scrollTo(0, 4000))
    const inSight =
      width > 768 ? ['[role=tablist]', '[type=search]', 'th'] : ['[role=tablist]', '[type=search]']
    for (const selector of inSight) {
      const top = await topOf(page, selector)
      expect(top, selector).toBeGreaterThanOrEqual(0)
      expect(top, selector).toBeLessThan(240)
    }
    await page.getByRole('searchbox').fill('Key 4999')
    await page.getByRole('row', { name: 'Key 4999' }).waitFor()
  },
)

test('the end is said', async () => {
  const { page } = await openMany(PAGE_SIZE + 9)
  await scrollUntil(page, PAGE_SIZE + 10)
  await page.getByText('All 60 keys loaded').waitFor()
  expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0)
})

test('the list is ordered by creation or last use, in the address too', async () => {
  const { page, person } = await openMany(0)
  const used = await issueKey(stage.service, person, 'Used')
  for (const label of ['One', 'Two']) await issueKey(stage.service, person, label)
  await mintToken(stage.service, used.key)
  const labels = () => page.locator('tbody a[href^="/api-keys/"]').allInnerTexts()
  await page.reload()
  await expect.poll(labels).toEqual(['Two', 'One', 'Used', 'Newest'])
  const head = page.getByRole('columnheader', { name: /^Last used/i })
  await expect
    .poll(async () => {
      await page.reload() // uses are written behind
      await head.getByRole('button').click()
      return labels()
    })
    .toEqual(['Used', 'Two', 'One', 'Newest'])
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending')
  expect(new URL(page.url()).searchParams.get('sort')).toBe('lastUsed')
  await page
    .getByRole('columnheader', { name: /^Created/ })
    .getByRole('button')
    .click()
  await expect.poll(labels).toEqual(['Two', 'One', 'Used', 'Newest'])
  expect(new URL(page.url()).search).toBe('')
})

test('the list is narrowed to the keys of one person, in the address too', async () => {
  const { page, person } = await openMany(0)
  const grace = await addMember(stage.service, person, 'admin', 'Grace Hopper')
  await issueKey(stage.service, grace, 'By Grace')
  await page.reload()
  const creator = page.getByLabel('Creator filter')
  await creator.focus() // names are asked for when someone is about to choose
  await creator.selectOption('My keys')
  await page.getByRole('row', { name: 'By Grace' }).waitFor({ state: 'detached' })
  await page.getByRole('row', { name: 'Newest' }).waitFor()
  await creator.selectOption('Keys of Grace Hopper')
  await page.getByRole('row', { name: 'By Grace' }).waitFor()
  await page.getByRole('row', { name: 'Newest' }).waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: 'Active 1' }).waitFor()
  await page.reload()
  await page.getByRole('row', { name: 'By Grace' }).waitFor()
  await expect
    .poll(() => creator.locator('option:checked').innerText())
    .toBe('Keys of Grace Hopper')
  expect(await page.getByRole('row', { name: 'Newest' }).count()).toBe(0)
})

test('paper has every loaded row, and nothing to press', async () => {
  const { page } = await openMany(399)
  const loaded = await scrollUntil(page, 6 * PAGE_SIZE)
  await page.evaluate(() => window.scrollTo(0, 0))
  const rows = page.locator('tbody tr[role=row]')
  await expect.poll(() => rows.count()).toBeLessThan(loaded)
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
  // Without the rows that are not on the screen it would be two or three pages.
  expect(pdf.match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(8)
  await page.emulateMedia({ media: 'print' })
  await expect.poll(() => rows.count()).toBe(loaded)
  for (const role of ['button', 'searchbox', 'combobox', 'navigation'] as const)
    expect(await page.getByRole(role).filter({ visible: true }).count(), role).toBe(
      role === 'button' ? 2 : 0, // the heads of two columns, whose words stay
    )
  await page.emulateMedia({ media: 'screen' })
  await expect.poll(() => rows.count()).toBeLessThan(loaded)
})
