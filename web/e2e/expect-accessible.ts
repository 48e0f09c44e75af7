import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const WIDE = { width: 1280, height: 800 }
export const NARROW = { width: 360, height: 740 }

/** Nothing serious by axe, and no sideways scrolling, in light and dark, wide and narrow. */
export async function expectAccessible(page: Page): Promise<void> {
  const before = page.viewportSize()!
  await page.setViewportSize(WIDE)
  await expectNoFindings(page, 'light')
  // All else is the same in dark: only colours can fail there.
  await expectNoFindings(page, 'dark', ['color-contrast'])
  await expectNoSidewaysScrolling(page)
  await page.setViewportSize(NARROW)
  await expectNoFindings(page, 'dark')
  await expectNoSidewaysScrolling(page)
  await page.setViewportSize(before)
}

/** The same for what only a narrow screen has. */
export async function expectAccessibleWhenNarrow(page: Page): Promise<void> {
  await expectNoFindings(page, 'light')
  await expectNoFindings(page, 'dark', ['color-contrast'])
  await expectNoSidewaysScrolling(page)
}

async function expectNoFindings(page: Page, colorScheme: 'light' | 'dark', rules?: string[]) {
  await page.emulateMedia({ colorScheme })
  // Legacy mode spares a blank page for each run; what it leaves out is frames of other sites.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]))
  expect(serious, `${page.url()} in ${colorScheme}`).toEqual([])
}

async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const { overflow, width } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return { overflow: scrollWidth - clientWidth, width: clientWidth }
  })
  expect(overflow, `${page.url()} scrolls sideways at ${width} px`).toBe(0)
}
