// On a touch screen a finger has to hit what it means, and nothing moves away from below it.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { untilDrawn } from '../testkit/focus.ts'
import { takeShift, watchShifts } from '../testkit/layout-shift.ts'
import { fillNewKey, openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const FINGER_PX = 44
// Good is below 0.1. @see https://web.dev/articles/cls
const MAX_SHIFT = 0.03

const stage = setStage()

test('whatever can be touched is at least 44 px high, and nothing jumps', async () => {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, 'Production server')
  const { page } = await openPortal(stage, {
    as: person,
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  })
  await watchShifts(page)
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Production server' }).waitFor()
  await page.getByRole('button', { name: 'Generate key' }).waitFor()
  await expectRoomForFingers(page)
  for (const tab of ['Revoked', 'Active']) await page.getByRole('tab', { name: tab }).tap()
  await page.getByRole('row', { name: 'Production server' }).waitFor()
  await expectStill(page)
  await page.getByRole('button', { name: 'Open navigation' }).tap()
  await page.getByRole('button', { name: 'Close navigation' }).waitFor()
  await expectRoomForFingers(page)
  await page.goto('/api-keys/new')
  await page.getByRole('button', { name: 'Limit what it can do' }).tap()
  await expectRoomForFingers(page)
  await fillNewKey(page, 'Staging server')
  await page.getByRole('row', { name: 'Staging server', includeHidden: true }).waitFor()
  await takeShift(page) // the list behind the dialog has one row more
  await page.getByRole('button', { name: 'Copy key' }).tap()
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  await expectStill(page)
  await page.goto(`/api-keys/${key.id}`)
  await page.getByRole('heading', { name: 'Audit trail' }).waitFor()
  await expectRoomForFingers(page)
  await expectStill(page)
  await page.getByRole('button', { name: 'Revoke' }).tap()
  await page.getByRole('alertdialog').waitFor()
  await expectRoomForFingers(page)
  for (const path of [
    '/audit-log',
    '/documentation',
    '/settings',
    '/settings/organization',
    '/settings/members',
  ]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    await expectRoomForFingers(page)
    await expectStill(page)
  }

  // The answer that the whole page waits for comes last.
  const membership = page.waitForResponse(/\/get-active-member$/)
  await page.route('**/api/session/organization/list', async (route) => {
    await membership
    for (let drawn = 0; drawn < 20; drawn++) await untilDrawn(page)
    await route.fallback()
  })
  await page.goto('/settings/organization')
  await page.getByRole('heading', { name: 'Leave this organization' }).waitFor()
  await expectStill(page)
})

test('the menu of the last row opens at the end of the page', async () => {
  const person = await makePerson(stage.service)
  for (const label of ['Last server', 'Staging server', 'Production server'])
    await issueKey(stage.service, person, label)
  const { page } = await openPortal(stage, {
    as: person,
    viewport: { width: 390, height: 640 },
    hasTouch: true,
    isMobile: true,
  })
  await page.goto('/api-keys')
  await page.getByRole('button', { name: 'More actions for Last server' }).waitFor()
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
  await page.getByRole('button', { name: 'More actions for Last server' }).tap()
  await page.getByRole('menuitem', { name: 'Rotate' }).tap()
  await page.getByRole('dialog', { name: 'Rotate Last server' }).waitFor()
})

async function expectStill(page: Page): Promise<void> {
  expect(await takeShift(page), page.url()).toBeLessThan(MAX_SHIFT)
}

/** Links and buttons within a text are as high as its lines. */
async function expectRoomForFingers(page: Page): Promise<void> {
  const small = await page.evaluate((least) => {
    const targets = document.querySelectorAll<HTMLElement>(
      'button, select, textarea, input:not([type=hidden]), summary, nav a, [role=tab]',
    )
    return [...targets].flatMap((target) => {
      const isChoice = target.matches('[type=checkbox], [type=radio]')
      // A password's input lies within the frame of its field.
      const field = target.closest('.mantine-Input-wrapper')
      const box = (isChoice ? target.parentElement?.parentElement : field) ?? target
      const { height, width } = box.getBoundingClientRect()
      const isInText = getComputedStyle(target).display === 'inline'
      if (height === 0 || isInText || target.closest('p') || height >= least - 0.5) return []
      return `${target.tagName} ${target.ariaLabel ?? target.textContent}: ${width} × ${height}`
    })
  }, FINGER_PX)
  expect(small, page.url()).toEqual([])
}
