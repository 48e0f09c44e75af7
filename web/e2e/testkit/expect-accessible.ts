import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

type Finding = {
  id: string
  impact: string | null
  nodes: { html: string; failureSummary: string }[]
}
type Axe = { run(root: Document, options: object): Promise<{ violations: Finding[] }> }

const axeSource = readFileSync(
  createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
)

const WIDE = { width: 1280, height: 800 }
export const NARROW = { width: 360, height: 740 }

/** Nothing serious by axe, and no sideways scrolling, in light and dark, wide and narrow. */
export async function expectAccessible(page: Page): Promise<void> {
  const before = page.viewportSize()!
  await page.setViewportSize(WIDE)
  await expectNoFindings(page, 'light')
  // In dark only colours can fail; everything else is the same.
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
  // Rows of a question before are dimmed until those of the next one are there.
  await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  // The builder of @axe-core/playwright loads axe for every run, and also returns what passes.
  const violations = await page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: Axe }
    const options = only ? { runOnly: { type: 'rule', values: only } } : {}
    return (await axe.run(document, { resultTypes: ['violations'], ...options })).violations
  }, rules)
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
